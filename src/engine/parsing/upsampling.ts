/**
 * How a network's coarse grid becomes the label map: linear taps per axis. The published post-processings are chains
 * (masks to the padded size, crop, to the source size; logits to the square, back through the affine); as each link
 * is linear and separable, a chain is one set of taps per axis, and nothing in between is ever held.
 */
import { createTaps, type Taps } from '../image/taps.ts';

function collectTaps(targetLength: number, stride: number, fill: (taps: Taps, i: number) => void): Taps {
  const taps: Taps = {
    starts: new Int32Array(targetLength),
    counts: new Int32Array(targetLength),
    weights: new Float64Array(targetLength * stride),
    stride,
  };
  for (let i = 0; i < targetLength; i++) fill(taps, i);
  return taps;
}

/** Two taps around `position`; what lies outside 0..sourceLength - 1 counts as 0 and is left out. */
function setLinear(
  { starts, counts, weights, stride }: Taps,
  i: number,
  position: number,
  sourceLength: number,
): void {
  const floor = Math.floor(position);
  const rest = position - floor;
  let count = 0;
  for (let k = 0; k < 2; k++) {
    const index = floor + k;
    const weight = k === 0 ? 1 - rest : rest;
    if (weight === 0 || index < 0 || index >= sourceLength) continue;
    if (count === 0) starts[i] = index;
    weights[i * stride + count] = weight;
    count += 1;
  }
  counts[i] = count;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** Bilinear, pixel centres at halves, border repeated: torch's `interpolate(align_corners=False)`. */
export function createHalfPixelTaps(sourceLength: number, targetLength: number): Taps {
  return createTaps(sourceLength, targetLength, { filter: 'bilinear', antialias: false });
}

/** Bilinear, first and last samples on each other: torch's `interpolate(align_corners=True)`. */
export function createAlignCornersTaps(sourceLength: number, targetLength: number): Taps {
  const step = targetLength > 1 ? (sourceLength - 1) / (targetLength - 1) : 0;
  return collectTaps(targetLength, 2, (taps, i) =>
    setLinear(taps, i, clamp(i * step, 0, sourceLength - 1), sourceLength),
  );
}

/** Bilinear at `scale * i + offset`, 0 outside: OpenCV's `warpAffine` with a constant border of 0. */
export function createAffineTaps(
  sourceLength: number,
  targetLength: number,
  scale: number,
  offset: number,
): Taps {
  return collectTaps(targetLength, 2, (taps, i) => setLinear(taps, i, scale * i + offset, sourceLength));
}

/** The taps of targets `start` to `start + length - 1`: a crop. */
export function sliceTaps(taps: Taps, start: number, length: number): Taps {
  return {
    starts: taps.starts.slice(start, start + length),
    counts: taps.counts.slice(start, start + length),
    weights: taps.weights.slice(start * taps.stride, (start + length) * taps.stride),
    stride: taps.stride,
  };
}

/** First `inner`, then `outer`: the targets of `inner` are the sources of `outer`. */
export function composeTaps(inner: Taps, outer: Taps): Taps {
  // Neighbouring targets of `inner` overlap or adjoin, so the union of `outer.stride` of them is at most this wide
  // where inner enlarges; where it shrinks, the gap between neighbours counts too.
  let reach = 1;
  for (let i = 0; i < outer.starts.length; i++) {
    const count = outer.counts[i]!;
    if (count === 0) continue;
    const last = outer.starts[i]! + count - 1;
    reach = Math.max(reach, inner.starts[last]! + inner.counts[last]! - inner.starts[outer.starts[i]!]!);
  }
  return collectTaps(outer.starts.length, reach, ({ starts, counts, weights }, i) => {
    const first = outer.starts[i]!;
    if (outer.counts[i] === 0) return;
    const start = inner.starts[first]!;
    let end = start;
    for (let k = 0; k < outer.counts[i]!; k++) {
      const middle = first + k;
      const weight = outer.weights[i * outer.stride + k]!;
      const from = inner.starts[middle]!;
      for (let j = 0; j < inner.counts[middle]!; j++) {
        weights[i * reach + from - start + j]! += weight * inner.weights[middle * inner.stride + j]!;
      }
      if (weight !== 0) end = Math.max(end, from + inner.counts[middle]!);
    }
    starts[i] = start;
    counts[i] = end - start;
  });
}

/** Where the picture lies on one axis of the network's input, in network pixels. */
export interface AxisContent {
  readonly networkLength: number;
  readonly start: number;
  readonly length: number;
}

/** The published chain of Mask2Former: masks to the network's size, crop to the picture, to the target size. */
export function createPaddedTaps(gridLength: number, content: AxisContent, targetLength: number): Taps {
  const toNetwork = createHalfPixelTaps(gridLength, content.networkLength);
  return composeTaps(
    sliceTaps(toNetwork, content.start, content.length),
    createHalfPixelTaps(content.length, targetLength),
  );
}

/** The same geometry with one interpolation instead of two: two taps, which is what viewing needs. */
export function createDirectTaps(gridLength: number, content: AxisContent, targetLength: number): Taps {
  const toGrid = gridLength / content.networkLength;
  const last = content.start + content.length - 1;
  return collectTaps(targetLength, 2, (taps, i) => {
    const inContent = ((i + 0.5) * content.length) / targetLength - 0.5;
    const inNetwork = clamp(content.start + inContent, content.start, last);
    setLinear(taps, i, clamp((inNetwork + 0.5) * toGrid - 0.5, 0, gridLength - 1), gridLength);
  });
}

/** Targets that read the same source samples, in order: the rows (or columns) of one block of the map. */
export interface TapRun {
  /** First target, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** First source sample and how many. */
  readonly start: number;
  readonly count: number;
}

export function groupTaps({ starts, counts }: Taps): readonly TapRun[] {
  const runs: TapRun[] = [];
  let from = 0;
  for (let i = 1; i <= starts.length; i++) {
    if (i < starts.length && starts[i] === starts[from] && counts[i] === counts[from]) continue;
    runs.push({ from, to: i, start: starts[from]!, count: counts[from]! });
    from = i;
  }
  return runs;
}

/** Taps of both axes, from a grid to the label map. */
export interface GridTaps {
  readonly rows: Taps;
  readonly columns: Taps;
}

/** Largest number of pixels of one block, and of grid samples under one: what scratch buffers must hold. */
export function measureBlocks(
  rowRuns: readonly TapRun[],
  columnRuns: readonly TapRun[],
): { readonly pixels: number; readonly samples: number } {
  const widest = (runs: readonly TapRun[], measure: (run: TapRun) => number): number =>
    runs.reduce((most, run) => Math.max(most, measure(run)), 1);
  const length = (run: TapRun): number => run.to - run.from;
  const count = (run: TapRun): number => run.count;
  return {
    pixels: widest(rowRuns, length) * widest(columnRuns, length),
    samples: widest(rowRuns, count) * widest(columnRuns, count),
  };
}
