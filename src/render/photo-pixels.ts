/** Reading photo pixels on the CPU, through a 2D canvas. */
import { EngineError } from '../engine/errors.ts';
import type { Camera, RenderSource } from './renderer.ts';

function createReadCanvas(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', {
    willReadFrequently: true,
    alpha: false,
  });
  if (context === null) throw new EngineError('INTERNAL', `No 2D context of ${width} x ${height} pixels`);
  return context;
}

/** RGBA8 of the photo's pixels at all pairs of `ys` and `xs` (ascending pixel indices), row-major. Only the part between them is read. */
export function readPhotoCrisp(photo: ImageBitmap, xs: Int32Array, ys: Int32Array): Uint8ClampedArray {
  const left = xs[0] ?? 0;
  const top = ys[0] ?? 0;
  const width = (xs.at(-1) ?? 0) - left + 1;
  const height = (ys.at(-1) ?? 0) - top + 1;
  const context = createReadCanvas(width, height);
  context.drawImage(photo, left, top, width, height, 0, 0, width, height);
  const part = context.getImageData(0, 0, width, height).data;
  const isWhole = xs.length === width && ys.length === height;
  if (isWhole) return part;
  const words = new Uint32Array(part.buffer);
  const result = new Uint32Array(xs.length * ys.length);
  for (let row = 0; row < ys.length; row++) {
    const rowStart = ((ys[row] ?? 0) - top) * width - left;
    for (let column = 0; column < xs.length; column++) {
      result[row * xs.length + column] = words[rowStart + (xs[column] ?? 0)] ?? 0;
    }
  }
  return new Uint8ClampedArray(result.buffer);
}

/** RGBA8 of the photo as a viewport shows it, smoothed by the browser; black outside of the picture. */
export function readPhoto(
  source: RenderSource,
  camera: Camera,
  widthPx: number,
  heightPx: number,
): Uint8ClampedArray | null {
  if (source.photo === null) return null;
  const context = createReadCanvas(widthPx, heightPx);
  const width = source.sourceWidthPx * camera.scale;
  const height = source.sourceHeightPx * camera.scale;
  context.imageSmoothingQuality = 'high';
  context.drawImage(
    source.photo,
    widthPx / 2 - camera.centerX * width,
    heightPx / 2 - camera.centerY * height,
    width,
    height,
  );
  return context.getImageData(0, 0, widthPx, heightPx).data;
}

/** RGBA8 of the photo averaged over each map pixel: the guide of joint bilateral upsampling, the same for every renderer. */
export function readGuide(photo: ImageBitmap, widthPx: number, heightPx: number): Uint8ClampedArray {
  const context = createReadCanvas(widthPx, heightPx);
  context.imageSmoothingQuality = 'high';
  context.drawImage(photo, 0, 0, widthPx, heightPx);
  return context.getImageData(0, 0, widthPx, heightPx).data;
}
