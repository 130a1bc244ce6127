/**
 * Map values between the map's pixels: bilinear, or along the photo's edges.
 *
 * Joint bilateral upsampling, Kopf, Cohen, Lischinski and Uyttendaele, ACM TOG 26(3), 2007: a value is the mean of
 * the 5x5 map pixels around it, each weighted by its distance (in map pixels) and by how much its colour in the
 * photo differs from the photo's colour here. The low-resolution guide is the photo averaged over each map pixel.
 *
 * The reference: `shaders.ts` says the same in GLSL with the same constants.
 */

import type { ScalarMap } from './renderer.ts';
import type { Steps } from './steps.ts';

/** Map pixels on each side of the nearest one. */
export const WINDOW_RADIUS = 2;
/** Of the distance weight, in map pixels. Kopf takes 0.5; networks blur their edges over two or three pixels, and on rendered scenes with true depth 1.2 follows edges better. */
export const SPATIAL_SIGMA_PX = 1.2;
/** Of the colour weight, in the RGB cube with sides 0..1. */
export const RANGE_SIGMA = 0.1;
/** Added to every colour weight: where no neighbour has this colour (noise, thin lines) distance decides alone. */
export const RANGE_FLOOR = 1e-4;

/** Colours of the photo at the map's resolution: RGBA8, row-major, length = widthPx * heightPx * 4. */
export type GuidePixels = Uint8ClampedArray | Uint8Array;

/** Where a row or column of output pixels reads the map: 5 taps each, their indices clamped to the map. */
interface AxisTaps {
  /** Of each position: the map pixel in the middle of its taps. */
  readonly nearest: Int32Array;
  readonly indices: Int32Array;
  readonly weights: Float64Array;
}

const TAP_COUNT = 2 * WINDOW_RADIUS + 1;
const MAX_SQUARED_DISTANCE = 3 * 255 * 255;

/** Distance weight along one axis; it reaches 0 with slope 0 at the window's rim, so that a tap that enters or leaves makes no step. */
export function spatialWeight(distancePx: number): number {
  const rim = WINDOW_RADIUS + 0.5;
  const inside = Math.max(0, 1 - (distancePx * distancePx) / (rim * rim));
  return Math.exp((-0.5 * distancePx * distancePx) / (SPATIAL_SIGMA_PX * SPATIAL_SIGMA_PX)) * inside * inside;
}

/** Colour weight for a squared distance in 8-bit steps (0 to 3 * 255 * 255). */
function rangeWeight(squaredDistance8: number, sigma: number): number {
  return Math.exp((-0.5 * squaredDistance8) / (sigma * 255) ** 2) + RANGE_FLOOR;
}

/** {@link rangeWeight} of every squared distance between two 8-bit colours: an exp per tap would be nine tenths of the time. */
export function createRangeWeights(sigma = RANGE_SIGMA): Float32Array {
  return Float32Array.from({ length: MAX_SQUARED_DISTANCE + 1 }, (_, i) => rangeWeight(i, sigma));
}

function clampIndex(index: number, size: number): number {
  return index < 0 ? 0 : index >= size ? size - 1 : index;
}

function placeTaps(positions: Float64Array, size: number): AxisTaps {
  const middles = new Int32Array(positions.length);
  const indices = new Int32Array(positions.length * TAP_COUNT);
  const weights = new Float64Array(positions.length * TAP_COUNT);
  positions.forEach((position, i) => {
    const nearest = Math.floor(position + 0.5);
    middles[i] = nearest;
    for (let tap = 0; tap < TAP_COUNT; tap++) {
      const index = nearest + tap - WINDOW_RADIUS;
      indices[i * TAP_COUNT + tap] = clampIndex(index, size);
      weights[i * TAP_COUNT + tap] = spatialWeight(index - position);
    }
  });
  return { nearest: middles, indices, weights };
}

/** Map coordinates (pixel centres at whole numbers) of the centres of source pixels `start`, `start + step`, ... */
export function mapPositions(
  count: number,
  start: number,
  step: number,
  sourceSize: number,
  mapSize: number,
): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => ((start + i * step) / sourceSize) * mapSize - 0.5);
}

/** Bilinear, edges repeated: values at all pairs of `ys` and `xs` (map coordinates), row-major. */
export function upsampleBilinear(
  { widthPx, heightPx, values }: ScalarMap,
  xs: Float64Array,
  ys: Float64Array,
): Float32Array {
  const result = new Float32Array(xs.length * ys.length);
  const lefts = Int32Array.from(xs, (x) => clampIndex(Math.floor(x), widthPx));
  const rights = Int32Array.from(xs, (x) => clampIndex(Math.floor(x) + 1, widthPx));
  const shares = Float64Array.from(xs, (x) => x - Math.floor(x));
  for (let row = 0; row < ys.length; row++) {
    const y = ys[row]!;
    const fy = y - Math.floor(y);
    const top = clampIndex(Math.floor(y), heightPx) * widthPx;
    const bottom = clampIndex(Math.floor(y) + 1, heightPx) * widthPx;
    const start = row * xs.length;
    for (let column = 0; column < xs.length; column++) {
      const left = lefts[column]!;
      const right = rights[column]!;
      const fx = shares[column]!;
      const upper = values[top + left]! * (1 - fx) + values[top + right]! * fx;
      const lower = values[bottom + left]! * (1 - fx) + values[bottom + right]! * fx;
      result[start + column] = upper * (1 - fy) + lower * fy;
    }
  }
  return result;
}

/**
 * Joint bilateral: as {@link upsampleBilinear}, following `photo` (RGBA8 at the output's resolution, length = xs * ys * 4).
 * `rangeWeights` comes from {@link createRangeWeights}. Neighbours in a row mostly look at the same 25 map pixels:
 * those are gathered once for all of them, and the loop over five of a row is written out. A step is a row.
 */
export function* upsampleJointBilateral(
  { widthPx, heightPx, values }: ScalarMap,
  guide: GuidePixels,
  xs: Float64Array,
  ys: Float64Array,
  photo: GuidePixels,
  rangeWeights: Float32Array,
): Steps<Float32Array> {
  const result = new Float32Array(xs.length * ys.length);
  const columns = placeTaps(xs, widthPx);
  const rows = placeTaps(ys, heightPx);
  const windowSize = TAP_COUNT * TAP_COUNT;
  const reds = new Int32Array(windowSize);
  const greens = new Int32Array(windowSize);
  const blues = new Int32Array(windowSize);
  const tapValues = new Float64Array(windowSize);

  function gatherWindow(row: number, column: number): void {
    let tap = 0;
    for (let i = row * TAP_COUNT; i < (row + 1) * TAP_COUNT; i++) {
      const rowStart = rows.indices[i]! * widthPx;
      for (let j = column * TAP_COUNT; j < (column + 1) * TAP_COUNT; j++) {
        const index = rowStart + columns.indices[j]!;
        reds[tap] = guide[index * 4]!;
        greens[tap] = guide[index * 4 + 1]!;
        blues[tap] = guide[index * 4 + 2]!;
        tapValues[tap] = values[index]!;
        tap++;
      }
    }
  }

  function upsampleRow(row: number): void {
    for (let column = 0, pixel = row * xs.length; column < xs.length; column++, pixel++) {
      if (column === 0 || columns.nearest[column] !== columns.nearest[column - 1]) gatherWindow(row, column);
      const r = photo[pixel * 4]!;
      const g = photo[pixel * 4 + 1]!;
      const b = photo[pixel * 4 + 2]!;
      const weigh = column * TAP_COUNT;
      const w0 = columns.weights[weigh]!;
      const w1 = columns.weights[weigh + 1]!;
      const w2 = columns.weights[weigh + 2]!;
      const w3 = columns.weights[weigh + 3]!;
      const w4 = columns.weights[weigh + 4]!;
      let sum = 0;
      let weightSum = 0;
      for (let i = 0, tap = 0; i < TAP_COUNT; i++, tap += TAP_COUNT) {
        let dr = reds[tap]! - r;
        let dg = greens[tap]! - g;
        let db = blues[tap]! - b;
        const a0 = w0 * rangeWeights[dr * dr + dg * dg + db * db]!;
        dr = reds[tap + 1]! - r;
        dg = greens[tap + 1]! - g;
        db = blues[tap + 1]! - b;
        const a1 = w1 * rangeWeights[dr * dr + dg * dg + db * db]!;
        dr = reds[tap + 2]! - r;
        dg = greens[tap + 2]! - g;
        db = blues[tap + 2]! - b;
        const a2 = w2 * rangeWeights[dr * dr + dg * dg + db * db]!;
        dr = reds[tap + 3]! - r;
        dg = greens[tap + 3]! - g;
        db = blues[tap + 3]! - b;
        const a3 = w3 * rangeWeights[dr * dr + dg * dg + db * db]!;
        dr = reds[tap + 4]! - r;
        dg = greens[tap + 4]! - g;
        db = blues[tap + 4]! - b;
        const a4 = w4 * rangeWeights[dr * dr + dg * dg + db * db]!;
        const rowWeight = rows.weights[row * TAP_COUNT + i]!;
        sum +=
          rowWeight *
          (a0 * tapValues[tap]! +
            a1 * tapValues[tap + 1]! +
            a2 * tapValues[tap + 2]! +
            a3 * tapValues[tap + 3]! +
            a4 * tapValues[tap + 4]!);
        weightSum += rowWeight * (a0 + a1 + a2 + a3 + a4);
      }
      result[pixel] = sum / weightSum;
    }
  }

  for (let row = 0; row < ys.length; row++) {
    upsampleRow(row);
    yield;
  }
  return result;
}
