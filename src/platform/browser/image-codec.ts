/** Encoded pictures to upright sRGB pixels, by the browser's own decoders. */
import { EngineError } from '../../engine/errors.ts';
import { readImageHeaderFrom } from '../../engine/image/header.ts';
import type { SizePx } from '../../engine/image/input-size.ts';
import type { DecodedImage, Platform } from '../../engine/platform.ts';
import { createShrinkProbe } from './shrink-probe.ts';

/** Larger pictures are decoded one at a time, across all workers: a 50-megapixel one takes half a gigabyte meanwhile. */
const LARGE_PICTURE_PX = 16_000_000;
const LARGE_DECODE_LOCK = 'isobath.large-decode';
/** Pixels that are drawn and read at once: canvases have size limits that pictures do not have. */
const STRIP_PX = 4_000_000;

/** Runs a decode of a picture of this size. Large ones wait for each other, across all workers; an abort rejects the wait. */
export async function withDecodeSlot<T>(
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  signal: AbortSignal,
  decode: () => Promise<T>,
): Promise<T> {
  // Locks are absent on plain http; then several large decodes may meet, which is slower but right.
  if (widthPx * heightPx <= LARGE_PICTURE_PX || !('locks' in navigator)) return decode();
  return navigator.locks.request(LARGE_DECODE_LOCK, { signal }, decode);
}

/** A canvas of up to this size is kept for the next picture: a new one costs as much as all else that is done with it. */
const KEPT_CANVAS_PX = 1_000_000;
let kept: OffscreenCanvasRenderingContext2D | null = null;

function openCanvas(width: number, height: number): OffscreenCanvasRenderingContext2D {
  if (kept?.canvas.width === width && kept.canvas.height === height) return kept;
  const context = new OffscreenCanvas(width, height).getContext('2d', {
    alpha: false,
    colorSpace: 'srgb',
    willReadFrequently: true,
  });
  if (!context) throw new EngineError('OUT_OF_MEMORY', `No canvas of ${width} x ${height} pixels.`);
  kept = width * height <= KEPT_CANVAS_PX ? context : null;
  return context;
}

/** Draws on white, strip by strip, and reads sRGB bytes. */
function readPixels(bitmap: ImageBitmap): Uint8ClampedArray {
  const { width, height } = bitmap;
  const stripHeight = Math.max(1, Math.min(height, Math.floor(STRIP_PX / width)));
  const context = openCanvas(width, stripHeight);
  if (stripHeight === height) {
    drawStrip(context, bitmap, 0, height);
    return context.getImageData(0, 0, width, height).data;
  }
  const pixelsRgba = new Uint8ClampedArray(width * height * 4);
  for (let top = 0; top < height; top += stripHeight) {
    const rows = Math.min(stripHeight, height - top);
    drawStrip(context, bitmap, top, rows);
    pixelsRgba.set(context.getImageData(0, 0, width, rows).data, top * width * 4);
  }
  return pixelsRgba;
}

function drawStrip(
  context: OffscreenCanvasRenderingContext2D,
  bitmap: ImageBitmap,
  top: number,
  rows: number,
): void {
  context.fillStyle = '#fff';
  context.fillRect(0, 0, bitmap.width, rows);
  context.drawImage(bitmap, 0, top, bitmap.width, rows, 0, 0, bitmap.width, rows);
}

async function decodeBitmap(source: Blob, target: SizePx | null, signal: AbortSignal): Promise<DecodedImage> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(source, {
      imageOrientation: 'from-image',
      colorSpaceConversion: 'default',
      premultiplyAlpha: 'default',
      ...(target === null
        ? {}
        : { resizeWidth: target.widthPx, resizeHeight: target.heightPx, resizeQuality: 'high' as const }),
    });
  } catch (error) {
    throw new EngineError('IMAGE_DECODE_FAILED', 'The browser cannot decode the picture.', { cause: error });
  }
  try {
    signal.throwIfAborted();
    return { widthPx: bitmap.width, heightPx: bitmap.height, pixelsRgba: readPixels(bitmap) };
  } catch (error) {
    if (error instanceof RangeError) {
      throw new EngineError('OUT_OF_MEMORY', `No memory for ${bitmap.width} x ${bitmap.height} pixels.`, {
        cause: error,
      });
    }
    throw error;
  } finally {
    bitmap.close();
  }
}

export type DecodeImage = Platform<Blob>['decodeImage'];

/**
 * Upright 8-bit sRGB, transparency on white, first frame. The size is checked before anything is decoded; the browser
 * shrinks while decoding where `chooseSize` asks for less and its filter is good enough.
 * Throws IMAGE_*; OUT_OF_MEMORY; an abort rejects with `signal.reason`.
 */
export function createImageDecoder(canShrinkWell: () => Promise<boolean> = createShrinkProbe()): DecodeImage {
  return async (source, { signal, chooseSize }) => {
    signal.throwIfAborted();
    const header = await readImageHeaderFrom(source.size, (lengthBytes) => readPrefix(source, lengthBytes));
    const original: SizePx = { widthPx: header.widthPx, heightPx: header.heightPx };
    const wanted = chooseSize?.(original) ?? original;
    const isSmaller = wanted.widthPx < original.widthPx && wanted.heightPx < original.heightPx;
    const target = isSmaller && (await canShrinkWell()) ? wanted : null;
    const image = await withDecodeSlot(header, signal, () => decodeBitmap(source, target, signal));
    return target === null ? image : { ...image, shrunkFrom: original };
  };
}

async function readPrefix(source: Blob, lengthBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await source.slice(0, lengthBytes).arrayBuffer());
  } catch (error) {
    // The file behind the handle was moved, changed or is on a drive that is gone.
    throw new EngineError('IMAGE_DECODE_FAILED', 'The file can no longer be read.', { cause: error });
  }
}
