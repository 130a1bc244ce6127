import { EngineError } from '../engine/errors.ts';

const QUALITY = 0.95;

/** A JPEG of what `picture` shows. */
export function encodePhoto(
  picture: CanvasImageSource,
  size: { readonly widthPx: number; readonly heightPx: number },
): Promise<Blob> {
  const canvas = new OffscreenCanvas(size.widthPx, size.heightPx);
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new EngineError('OUT_OF_MEMORY', 'No canvas for the frozen frame');
  context.drawImage(picture, 0, 0);
  return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
}
