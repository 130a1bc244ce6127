import { isAbortError } from '../../../engine/errors.ts';
import type { PictureClient } from '../../../client/picture-client.types.ts';
import type { LibraryImage } from '../../stores/library-store.ts';

/** Larger than any screen; a zoomed 50-megapixel photo is still sharper than its map. */
export const MAX_PROXY_SIDE_PX = 4096;

interface LoadOptions {
  readonly signal: AbortSignal;
  readonly maxSidePx: number;
  /** Takes the bitmap over. Not called once the photo is there. */
  onThumbnail(bitmap: ImageBitmap): void;
  /** Takes the bitmap over. */
  onPhoto(bitmap: ImageBitmap): void;
}

/** The thumbnail at once, and the photo when it is decoded. A photo that cannot be decoded leaves the thumbnail: its task says why. */
export async function loadPhoto(
  pictures: PictureClient,
  image: Pick<LibraryImage, 'source' | 'thumbnail'>,
  { signal, maxSidePx, onThumbnail, onPhoto }: LoadOptions,
): Promise<void> {
  let hasPhoto = false;
  const showPhoto = async () => {
    const bitmap = await pictures.decodeProxy(image.source, maxSidePx, { signal });
    if (signal.aborted) return bitmap.close();
    hasPhoto = true;
    onPhoto(bitmap);
  };
  const showThumbnail = async () => {
    if (image.thumbnail === null) return;
    const bitmap = await createImageBitmap(image.thumbnail);
    if (signal.aborted || hasPhoto) bitmap.close();
    else onThumbnail(bitmap);
  };
  for (const outcome of await Promise.allSettled([showPhoto(), showThumbnail()])) {
    if (outcome.status === 'rejected' && !isAbortError(outcome.reason))
      console.warn('The photo could not be shown', outcome.reason);
  }
}
