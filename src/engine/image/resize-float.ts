/** Resizing in floats, as OpenCV and torch do it: pictures that are not rounded, and maps. */
import type { SizePx } from './input-size.ts';
import type { PixelsU8 } from './pixels.ts';
import { createTaps, markRowsRead, type ResampleFilter, type Taps } from './taps.ts';

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
