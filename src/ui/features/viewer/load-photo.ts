import { isAbortError } from '../../../engine/errors.ts';
import type { PictureClient } from '../../../client/picture-client.types.ts';
import type { LibraryImage } from '../../stores/library-store.ts';

/** Larger than any screen; a zoomed 50-megapixel photo is still sharper than its map. */
export const MAX_PROXY_SIDE_PX = 4096;

/** A photo that is there by then needs no thumbnail before it: one drawing less. */
const THUMBNAIL_AFTER_MS = 50;

interface LoadOptions {
  readonly signal: AbortSignal;
  readonly maxSidePx: number;
  /** Takes the bitmap over. Called with the thumbnail first where the photo takes longer than a moment. */
  onPhoto(bitmap: ImageBitmap): void;
}

/** Thumbnail first where the photo is not there at once, then the photo, so that a click shows the picture. A photo that cannot be decoded leaves the thumbnail: its task says why. */
export async function loadPhoto(
  pictures: PictureClient,
  image: Pick<LibraryImage, 'source' | 'thumbnail'>,
  { signal, maxSidePx, onPhoto }: LoadOptions,
): Promise<void> {
  let hasProxy = false;
  const deliver = (bitmap: ImageBitmap, isProxy: boolean) => {
    if (signal.aborted || (hasProxy && !isProxy)) bitmap.close();
    else {
      hasProxy ||= isProxy;
      onPhoto(bitmap);
    }
  };
  const proxy = pictures
    .decodeProxy(image.source, maxSidePx, { signal })
    .then((bitmap) => deliver(bitmap, true));
  const showThumbnail = async () => {
    const moment = new Promise((resolve) => setTimeout(resolve, THUMBNAIL_AFTER_MS));
    await Promise.race([proxy.catch(() => undefined), moment]);
    if (image.thumbnail === null || hasProxy || signal.aborted) return;
    deliver(await createImageBitmap(image.thumbnail), false);
  };
  const thumbnail = showThumbnail();
  for (const outcome of await Promise.allSettled([thumbnail, proxy])) {
    if (outcome.status === 'rejected' && !isAbortError(outcome.reason))
      console.warn('The photo could not be shown', outcome.reason);
  }
}
