import { isAbortError } from '../../../engine/errors.ts';
import type { PictureClient } from '../../../client/picture-client.types.ts';

/** Larger than any screen; a zoomed 50-megapixel photo is still sharper than its map. */
export const MAX_PROXY_SIDE_PX = 4096;

/** Hands the bitmap over, unless another picture was chosen. What cannot be decoded is left out: its task says why. */
async function load(
  decoding: Promise<ImageBitmap>,
  signal: AbortSignal,
  onBitmap: (bitmap: ImageBitmap) => void,
): Promise<void> {
  try {
    const bitmap = await decoding;
    if (signal.aborted) bitmap.close();
    else onBitmap(bitmap);
  } catch (error) {
    if (!isAbortError(error)) console.warn('The photo could not be shown', error);
  }
}

export function loadPhoto(
  pictures: PictureClient,
  source: Blob,
  options: {
    readonly signal: AbortSignal;
    readonly maxSidePx: number;
    /** Takes the bitmap over. */
    onPhoto(bitmap: ImageBitmap): void;
  },
): Promise<void> {
  const { signal, maxSidePx, onPhoto } = options;
  return load(pictures.decodeProxy(source, maxSidePx, { signal }), signal, onPhoto);
}

export function loadThumbnail(
  thumbnail: Blob,
  options: {
    readonly signal: AbortSignal;
    /** Takes the bitmap over. */
    onThumbnail(bitmap: ImageBitmap): void;
  },
): Promise<void> {
  return load(createImageBitmap(thumbnail), options.signal, options.onThumbnail);
}
