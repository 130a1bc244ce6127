/** Decoding for looking at pictures: upright bitmaps of any size, opaque. (The engine's own decoder gives pixels.) */
import { EngineError } from '../engine/errors.ts';
import { readImageHeaderFrom, type ImageHeader } from '../engine/image/header.ts';
import { withDecodeSlot } from '../platform/browser/image-codec.ts';
import type { SourceRect } from '../render/renderer.ts';

/** Throws IMAGE_*. */
export async function readHeader(file: Blob): Promise<ImageHeader> {
  return readImageHeaderFrom(file.size, async (lengthBytes) => readBytes(file.slice(0, lengthBytes)));
}

/** All bytes. Throws IMAGE_DECODE_FAILED when the file behind the handle was moved or changed. */
export async function readBytes(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    throw new EngineError('IMAGE_DECODE_FAILED', 'The file can no longer be read', { cause: error });
  }
}

/** Size with no side longer than `maxSidePx`, aspect kept, no side below 1. */
function fitSize(widthPx: number, heightPx: number, maxSidePx: number) {
  const shrink = Math.max(1, Math.max(widthPx, heightPx) / maxSidePx);
  return {
    widthPx: Math.max(1, Math.round(widthPx / shrink)),
    heightPx: Math.max(1, Math.round(heightPx / shrink)),
  };
}

/** Upright sRGB bitmap, perhaps transparent, whole (`maxSidePx` null) or shrunk. The caller closes it. Throws IMAGE_DECODE_FAILED; an abort rejects the wait for other large decodes. */
export async function decodeBitmap(
  file: Blob,
  header: ImageHeader,
  maxSidePx: number | null,
  signal: AbortSignal = new AbortController().signal,
): Promise<ImageBitmap> {
  const size = maxSidePx === null ? header : fitSize(header.widthPx, header.heightPx, maxSidePx);
  const isShrunk = size.widthPx !== header.widthPx || size.heightPx !== header.heightPx;
  try {
    return await withDecodeSlot(header, signal, () =>
      createImageBitmap(file, {
        imageOrientation: 'from-image',
        colorSpaceConversion: 'default',
        ...(isShrunk
          ? { resizeWidth: size.widthPx, resizeHeight: size.heightPx, resizeQuality: 'high' as const }
          : {}),
      }),
    );
  } catch (error) {
    signal.throwIfAborted();
    throw new EngineError('IMAGE_DECODE_FAILED', 'The browser cannot decode the picture', { cause: error });
  }
}

/** Draws a rectangle of `bitmap` on white, scaled to `width` x `height`. */
function drawOnWhite(bitmap: ImageBitmap, rect: SourceRect, width: number, height: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new EngineError('OUT_OF_MEMORY', `No canvas of ${width} x ${height} pixels`);
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, rect.x, rect.y, rect.width, rect.height, 0, 0, width, height);
  return canvas;
}

/** A rectangle of `bitmap`, opaque: transparency becomes white. The caller closes the result. */
export function cropOnWhite(bitmap: ImageBitmap, rect: SourceRect, hasAlpha: boolean): Promise<ImageBitmap> {
  if (!hasAlpha) return createImageBitmap(bitmap, rect.x, rect.y, rect.width, rect.height);
  return Promise.resolve(drawOnWhite(bitmap, rect, rect.width, rect.height).transferToImageBitmap());
}

/** The whole of `bitmap`, opaque, no side longer than `maxSidePx`. The caller closes the result. */
export function shrinkOnWhite(bitmap: ImageBitmap, maxSidePx: number): OffscreenCanvas {
  const { widthPx, heightPx } = fitSize(bitmap.width, bitmap.height, maxSidePx);
  return drawOnWhite(bitmap, { x: 0, y: 0, width: bitmap.width, height: bitmap.height }, widthPx, heightPx);
}
