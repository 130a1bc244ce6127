import { isAbortError } from '../../../engine/errors.ts';
import type { PictureClient } from '../../../client/picture-client.types.ts';
import type { LibraryImage } from '../../stores/library-store.ts';

/** Larger than any screen; a zoomed 50-megapixel photo is still sharper than its map. */
export const MAX_PROXY_SIDE_PX = 4096;

interface LoadOptions {
  readonly signal: AbortSignal;
  readonly maxSidePx: number;
  /** Takes the bitmap over. Called with the thumbnail first where it is ready before the photo. */
  onPhoto(bitmap: ImageBitmap): void;
}

/** Thumbnail first, then the photo, so that a click shows the picture at once. A photo that cannot be decoded leaves the thumbnail: its task says why. */
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
  const thumbnail =
    image.thumbnail === null
      ? Promise.resolve()
      : createImageBitmap(image.thumbnail).then((bitmap) => deliver(bitmap, false));
  const proxy = pictures
    .decodeProxy(image.source, maxSidePx, { signal })
    .then((bitmap) => deliver(bitmap, true));
  for (const outcome of await Promise.allSettled([thumbnail, proxy])) {
    if (outcome.status === 'rejected' && !isAbortError(outcome.reason))
      console.warn('The photo could not be shown', outcome.reason);
  }
}
