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
  const indices = new Int32Array(positions.length * TAP_COUNT);
  const weights = new Float64Array(positions.length * TAP_COUNT);
  positions.forEach((position, i) => {
    const nearest = Math.floor(position + 0.5);
    for (let tap = 0; tap < TAP_COUNT; tap++) {
      const index = nearest + tap - WINDOW_RADIUS;
      indices[i * TAP_COUNT + tap] = clampIndex(index, size);
      weights[i * TAP_COUNT + tap] = spatialWeight(index - position);
    }
  });
  return { indices, weights };
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

/** Joint bilateral: as {@link upsampleBilinear}, following `photo` (RGBA8 at the output's resolution, length = xs * ys * 4). `rangeWeights` comes from {@link createRangeWeights}. */
export function upsampleJointBilateral(
  { widthPx, heightPx, values }: ScalarMap,
  guide: GuidePixels,
  xs: Float64Array,
  ys: Float64Array,
  photo: GuidePixels,
  rangeWeights: Float32Array,
): Float32Array {
  const result = new Float32Array(xs.length * ys.length);
  const columns = placeTaps(xs, widthPx);
  const rows = placeTaps(ys, heightPx);
  for (let pixel = 0; pixel < result.length; pixel++) {
    const column = pixel % xs.length;
    const row = (pixel - column) / xs.length;
    const r = photo[pixel * 4] ?? 0;
    const g = photo[pixel * 4 + 1] ?? 0;
    const b = photo[pixel * 4 + 2] ?? 0;
    let sum = 0;
    let weightSum = 0;
    for (let i = row * TAP_COUNT; i < (row + 1) * TAP_COUNT; i++) {
      const rowStart = (rows.indices[i] ?? 0) * widthPx;
      const rowWeight = rows.weights[i] ?? 0;
      for (let j = column * TAP_COUNT; j < (column + 1) * TAP_COUNT; j++) {
        const index = rowStart + (columns.indices[j] ?? 0);
        const dr = (guide[index * 4] ?? 0) - r;
        const dg = (guide[index * 4 + 1] ?? 0) - g;
        const db = (guide[index * 4 + 2] ?? 0) - b;
        const weight =
          rowWeight * (columns.weights[j] ?? 0) * (rangeWeights[dr * dr + dg * dg + db * db] ?? RANGE_FLOOR);
        sum += weight * (values[index] ?? 0);
        weightSum += weight;
      }
    }
    result[pixel] = sum / weightSum;
  }
  return result;
}
