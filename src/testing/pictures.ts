/** Fixture pictures and their pixels, for tests in browsers. */
import { EngineError } from '../engine/errors.ts';

/** Where the dev server has the fixture pictures. */
export const FIXTURES = '/e2e/fixtures/images';
/** The signal of a caller that stays. */
export const never = new AbortController().signal;

/** A fixture without a type: what a file is must be told from its bytes. */
export async function fetchFile(name: string): Promise<Blob> {
  const response = await fetch(`${FIXTURES}/${name}`);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return new Blob([await response.arrayBuffer()]);
}

/** The raw pixels stored beside a fixture (`.rgb8`, `.rgba8`). */
export async function fetchPixels(name: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetchFile(name)).arrayBuffer());
}

/** RGBA8 of a bitmap, which is closed. */
export function readBitmap(bitmap: ImageBitmap): Uint8ClampedArray {
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  if (context === null) throw new Error('No 2D context');
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  bitmap.close();
  return data;
}

/** Largest difference of a colour channel; alpha is left out. */
export function maxDifferenceRgb(rgba: ArrayLike<number>, rgb: ArrayLike<number>): number {
  if (rgba.length / 4 !== rgb.length / 3) return Infinity;
  let worst = 0;
  for (let i = 0; i < rgb.length; i++) {
    worst = Math.max(worst, Math.abs((rgba[Math.floor(i / 3) * 4 + (i % 3)] ?? 0) - (rgb[i] ?? 0)));
  }
  return worst;
}

/** The code that a call fails with, or `resolved`. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof EngineError ? error.code : String(error)),
  );
}
