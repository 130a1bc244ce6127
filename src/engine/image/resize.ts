/**
 * Separable resizing, horizontal pass first, as the reference libraries do it. Only the engine resizes, in every
 * runtime, so that browser and server agree from identical pixels.
 */
import type { ResizeSpec } from '../models/manifest.ts';
import type { SizePx } from './input-size.ts';
import type { PixelsU8 } from './pixels.ts';
import { resizeToRgbFloat } from './resize-float.ts';
import { resizeToRgbU8 } from './resize-u8.ts';

/** Resizes as the manifest says. RGB interleaved, values 0..255 (float may overshoot). */
export function resizeToRgb(
  source: PixelsU8,
  target: SizePx,
  spec: ResizeSpec,
): Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer> {
  return spec.precision === 'u8'
    ? resizeToRgbU8(source, target, spec)
    : resizeToRgbFloat(source, target, spec);
}
