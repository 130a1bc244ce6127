/** The formula from value to colour. The reference: the shader in `shaders.ts` says the same in GLSL. */
import { COLORMAP_SIZE, getColormapTable } from './colormaps.ts';
import type { ColorSettings } from './renderer.ts';

type ToneSettings = Pick<ColorSettings, 'range' | 'invert' | 'gamma'>;

/** Gamma outside of 0.2 to 5 is clamped: at 0 or below the power has no meaning. */
export function clampGamma(gamma: number): number {
  return Number.isFinite(gamma) ? Math.min(5, Math.max(0.2, gamma)) : 1;
}

/** Value to t in [0, 1]: range, invert, gamma (see {@link ColorSettings}). An empty range (lo >= hi) gives t = 0 before inversion. */
export function toneOf(value: number, { range, invert, gamma }: ToneSettings): number {
  const span = range.hi - range.lo;
  let t = span > 0 ? Math.min(1, Math.max(0, (value - range.lo) / span)) : 0;
  if (invert) t = 1 - t;
  const exponent = 1 / clampGamma(gamma);
  // The same to the bit, and a power per pixel less.
  return exponent === 1 ? t : t ** exponent;
}

/** t in [0, 1] to RGB8, linear between the table's entries; writes 3 bytes at `offset`. */
export function writeColor(
  table: Uint8Array,
  t: number,
  target: Uint8Array | Uint8ClampedArray,
  offset: number,
): void {
  const position = t * (COLORMAP_SIZE - 1);
  const entry = Math.min(COLORMAP_SIZE - 2, Math.floor(position));
  const share = position - entry;
  for (let channel = 0; channel < 3; channel++) {
    const a = table[entry * 3 + channel] ?? 0;
    const b = table[entry * 3 + 3 + channel] ?? 0;
    target[offset + channel] = Math.round(a + (b - a) * share);
  }
}

/**
 * {@link toneOf} and {@link writeColor} for a run of values, mixed over the RGBA8 pixels that start at byte `offset`:
 * the same to the bit, without a call and a table per pixel. The pixels become opaque.
 */
export function mixColors(
  values: Float32Array,
  color: ColorSettings,
  opacity: number,
  pixelsRgba: Uint8ClampedArray,
  offset: number,
): void {
  const table = getColormapTable(color.colormap);
  const { lo } = color.range;
  const span = color.range.hi - lo;
  const exponent = 1 / clampGamma(color.gamma);
  let at = offset;
  for (let i = 0; i < values.length; i++) {
    let t = span > 0 ? (values[i]! - lo) / span : 0;
    t = t > 1 ? 1 : t > 0 ? t : 0;
    if (color.invert) t = 1 - t;
    if (exponent !== 1) t **= exponent;
    const position = t * (COLORMAP_SIZE - 1);
    const entry = Math.min(COLORMAP_SIZE - 2, Math.floor(position));
    const share = position - entry;
    for (let channel = 0; channel < 3; channel++) {
      const a = table[entry * 3 + channel]!;
      const above = Math.round(a + (table[entry * 3 + 3 + channel]! - a) * share);
      const below = pixelsRgba[at + channel]!;
      pixelsRgba[at + channel] = opacity < 1 ? below + (above - below) * opacity : above;
    }
    pixelsRgba[at + 3] = 255;
    at += 4;
  }
}

/** t in [0, 1] as 16-bit grey. */
export function toGrey16(t: number): number {
  return Math.floor(t * 65535 + 0.5);
}

/** {@link toneOf} and {@link toGrey16} for a run of values: the same to the bit, without a call per pixel. */
export function toGrey16Values(values: Float32Array, color: ToneSettings): Uint16Array<ArrayBuffer> {
  const grey = new Uint16Array(values.length);
  const { lo } = color.range;
  const span = color.range.hi - lo;
  const exponent = 1 / clampGamma(color.gamma);
  for (let i = 0; i < values.length; i++) {
    let t = span > 0 ? (values[i]! - lo) / span : 0;
    t = t > 1 ? 1 : t > 0 ? t : 0;
    if (color.invert) t = 1 - t;
    if (exponent !== 1) t **= exponent;
    grey[i] = t * 65535 + 0.5;
  }
  return grey;
}
