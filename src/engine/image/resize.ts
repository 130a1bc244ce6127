/**
 * Separable resizing, horizontal pass first, as the reference libraries do it. Only the engine resizes, in every
 * runtime, so that browser and server agree from identical pixels.
 */
import type { ResizeSpec } from '../models/manifest.ts';
import type { SizePx } from './input-size.ts';
import { createTaps, FIXED_POINT_BITS, toFixedPointWeights, type ResampleFilter, type Taps } from './taps.ts';

/** Interleaved 8-bit pixels, row-major; length = widthPx * heightPx * channels. A fourth channel is ignored. */
export interface PixelsU8 extends SizePx {
  readonly channels: 3 | 4;
  readonly pixels: Uint8Array | Uint8ClampedArray;
}

/** Rows of the source that the vertical pass reads: the others need no horizontal pass. */
function markRowsRead(taps: Taps, sourceHeightPx: number): Uint8Array {
  const isRead = new Uint8Array(sourceHeightPx);
  for (let y = 0; y < taps.starts.length; y++) {
    const start = taps.starts[y]!;
    isRead.fill(1, start, start + taps.counts[y]!);
  }
  return isRead;
}

function clipToU8(sum: number): number {
  const value = sum >> FIXED_POINT_BITS;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

const HALF = 1 << (FIXED_POINT_BITS - 1);

/** A pixel per word, red in the lowest byte: the picture's own memory where it is so already (little-endian RGBA). */
function toWords({ pixels, channels, widthPx, heightPx }: PixelsU8): Int32Array {
  const length = widthPx * heightPx;
  if (channels === 4 && pixels.byteOffset % 4 === 0) {
    return new Int32Array(pixels.buffer, pixels.byteOffset, length);
  }
  const words = new Int32Array(length);
  for (let i = 0, from = 0; i < length; i++, from += channels) {
    words[i] = pixels[from]! | (pixels[from + 1]! << 8) | (pixels[from + 2]! << 16);
  }
  return words;
}

/** One load per pixel and four taps per turn take half the time of bytes and single taps; integer sums stay the same. */
function resizeRowsU8(source: PixelsU8, widthPx: number, taps: Taps, isRead: Uint8Array): Uint8Array {
  const { starts, counts, stride } = taps;
  const weights = toFixedPointWeights(taps);
  const words = toWords(source);
  const rows = new Uint8Array(widthPx * source.heightPx * 3);
  for (let y = 0; y < source.heightPx; y++) {
    if (isRead[y] === 0) continue;
    const sourceRow = y * source.widthPx;
    let to = y * widthPx * 3;
    for (let x = 0; x < widthPx; x++) {
      let from = sourceRow + starts[x]!;
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      let k = x * stride;
      const last = k + counts[x]!;
      for (; k + 3 < last; k += 4, from += 4) {
        const a = weights[k]!;
        const b = weights[k + 1]!;
        const c = weights[k + 2]!;
        const d = weights[k + 3]!;
        const p = words[from]!;
        const q = words[from + 1]!;
        const r = words[from + 2]!;
        const s = words[from + 3]!;
        red += Math.imul(p & 255, a) + Math.imul(q & 255, b) + Math.imul(r & 255, c) + Math.imul(s & 255, d);
        green +=
          Math.imul((p >> 8) & 255, a) +
          Math.imul((q >> 8) & 255, b) +
          Math.imul((r >> 8) & 255, c) +
          Math.imul((s >> 8) & 255, d);
        blue +=
          Math.imul((p >> 16) & 255, a) +
          Math.imul((q >> 16) & 255, b) +
          Math.imul((r >> 16) & 255, c) +
          Math.imul((s >> 16) & 255, d);
      }
      for (; k < last; k++, from++) {
        const weight = weights[k]!;
        const pixel = words[from]!;
        red += Math.imul(pixel & 255, weight);
        green += Math.imul((pixel >> 8) & 255, weight);
        blue += Math.imul((pixel >> 16) & 255, weight);
      }
      rows[to] = clipToU8(red);
      rows[to + 1] = clipToU8(green);
      rows[to + 2] = clipToU8(blue);
      to += 3;
    }
  }
  return rows;
}

function resizeColumnsU8(rows: Uint8Array, rowLength: number, taps: Taps): Uint8Array<ArrayBuffer> {
  const { starts, counts, stride } = taps;
  const weights = toFixedPointWeights(taps);
  const heightPx = starts.length;
  const result = new Uint8Array(rowLength * heightPx);
  const sums = new Int32Array(rowLength);
  for (let y = 0; y < heightPx; y++) {
    sums.fill(HALF);
    let from = starts[y]! * rowLength;
    let k = y * stride;
    const last = k + counts[y]!;
    for (; k + 3 < last; k += 4, from += 4 * rowLength) {
      const a = weights[k]!;
      const b = weights[k + 1]!;
      const c = weights[k + 2]!;
      const d = weights[k + 3]!;
      const second = from + rowLength;
      const third = second + rowLength;
      const fourth = third + rowLength;
      for (let i = 0; i < rowLength; i++) {
        sums[i]! +=
          Math.imul(rows[from + i]!, a) +
          Math.imul(rows[second + i]!, b) +
          Math.imul(rows[third + i]!, c) +
          Math.imul(rows[fourth + i]!, d);
      }
    }
    for (; k < last; k++, from += rowLength) {
      const weight = weights[k]!;
      for (let i = 0; i < rowLength; i++) sums[i]! += Math.imul(rows[from + i]!, weight);
    }
    const to = y * rowLength;
    for (let i = 0; i < rowLength; i++) result[to + i] = clipToU8(sums[i]!);
  }
  return result;
}

/**
 * Resizes to 8-bit RGB, rounded and clipped after each pass with 22-bit integer taps: with `antialias` bit-exact to
 * Pillow's `Image.resize` (BILINEAR, BICUBIC). Memory beyond the result: target width x source height x 3 bytes.
 */
export function resizeToRgbU8(
  source: PixelsU8,
  target: SizePx,
  filter: ResampleFilter,
): Uint8Array<ArrayBuffer> {
  const vertical = createTaps(source.heightPx, target.heightPx, filter);
  const horizontal = createTaps(source.widthPx, target.widthPx, filter);
  const isRead = markRowsRead(vertical, source.heightPx);
  const rows = resizeRowsU8(source, target.widthPx, horizontal, isRead);
  return resizeColumnsU8(rows, target.widthPx * 3, vertical);
}

function resizeRowsFloat(source: PixelsU8, widthPx: number, taps: Taps, isRead: Uint8Array): Float32Array {
  const { pixels, channels } = source;
  const { starts, counts, weights, stride } = taps;
  const rows = new Float32Array(widthPx * source.heightPx * 3);
  for (let y = 0; y < source.heightPx; y++) {
    if (isRead[y] === 0) continue;
    const sourceRow = y * source.widthPx * channels;
    let to = y * widthPx * 3;
    for (let x = 0; x < widthPx; x++) {
      let from = sourceRow + starts[x]! * channels;
      let red = 0;
      let green = 0;
      let blue = 0;
      const last = x * stride + counts[x]!;
      for (let k = x * stride; k < last; k++) {
        const weight = weights[k]!;
        red += pixels[from]! * weight;
        green += pixels[from + 1]! * weight;
        blue += pixels[from + 2]! * weight;
        from += channels;
      }
      rows[to] = red;
      rows[to + 1] = green;
      rows[to + 2] = blue;
      to += 3;
    }
  }
  return rows;
}

function resizeColumnsFloat(rows: Float32Array, rowLength: number, taps: Taps): Float32Array<ArrayBuffer> {
  const { starts, counts, weights, stride } = taps;
  const heightPx = starts.length;
  const result = new Float32Array(rowLength * heightPx);
  const sums = new Float64Array(rowLength);
  for (let y = 0; y < heightPx; y++) {
    sums.fill(0);
    for (let k = 0; k < counts[y]!; k++) {
      const weight = weights[y * stride + k]!;
      const from = (starts[y]! + k) * rowLength;
      for (let i = 0; i < rowLength; i++) sums[i] = sums[i]! + rows[from + i]! * weight;
    }
    result.set(sums, y * rowLength);
  }
  return result;
}

/** Resizes to float RGB in 0..255, neither rounded nor clipped (bicubic overshoots): OpenCV's `resize` on float pictures. */
export function resizeToRgbFloat(
  source: PixelsU8,
  target: SizePx,
  filter: ResampleFilter,
): Float32Array<ArrayBuffer> {
  const vertical = createTaps(source.heightPx, target.heightPx, filter);
  const horizontal = createTaps(source.widthPx, target.widthPx, filter);
  const isRead = markRowsRead(vertical, source.heightPx);
  const rows = resizeRowsFloat(source, target.widthPx, horizontal, isRead);
  return resizeColumnsFloat(rows, target.widthPx * 3, vertical);
}

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

/**
 * Brings a one-channel float map to another size: half-pixel centres, border repeated, no antialias (torch
 * `interpolate(align_corners=False)`, OpenCV). `cubicA` defaults to -0.75. Bicubic may overshoot the map's range.
 */
export function resizeMap(
  map: Float32Array,
  source: SizePx,
  target: SizePx,
  filter: Pick<ResampleFilter, 'filter' | 'cubicA'>,
): Float32Array<ArrayBuffer> {
  const vertical = createTaps(source.heightPx, target.heightPx, { ...filter, antialias: false });
  const { starts, counts, weights, stride } = createTaps(source.widthPx, target.widthPx, {
    ...filter,
    antialias: false,
  });
  const rows = new Float32Array(target.widthPx * source.heightPx);
  for (let y = 0; y < source.heightPx; y++) {
    const from = y * source.widthPx;
    const to = y * target.widthPx;
    for (let x = 0; x < target.widthPx; x++) {
      let sum = 0;
      for (let k = 0; k < counts[x]!; k++) sum += map[from + starts[x]! + k]! * weights[x * stride + k]!;
      rows[to + x] = sum;
    }
  }
  return resizeColumnsFloat(rows, target.widthPx, vertical);
}
