/**
 * Mask2Former's `semantic_inference`, which single-person models use: per class the sum over all queries of
 * softmax * sigmoid, then argmax over the classes without "no object".
 */
import { computeProbabilities, type MaskGrid, type QueryLogits } from './mask2former-candidates.ts';
import { upsampleArgmax } from './semantic-labels.ts';
import type { GridTaps } from './upsampling.ts';

/** Below this a query's share in a class cannot move a sum of 100 sigmoids by what float32 resolves. */
const NEGLIGIBLE = 1e-7;

/** Pairs worth adding: for each query its classes with a share that counts. */
function listShares(query: QueryLogits): { labels: Uint16Array; shares: Float64Array; starts: Uint32Array } {
  const { queryCount, columnCount } = query;
  const probabilities = computeProbabilities(query);
  const labels = new Uint16Array(queryCount * columnCount);
  const shares = new Float64Array(queryCount * columnCount);
  const starts = new Uint32Array(queryCount + 1);
  let count = 0;
  for (let q = 0; q < queryCount; q++) {
    for (let c = 0; c < columnCount - 1; c++) {
      const share = probabilities[q * columnCount + c]!;
      if (share < NEGLIGIBLE) continue;
      labels[count] = c;
      shares[count++] = share;
    }
    starts[q + 1] = count;
  }
  return { labels, shares, starts };
}

/** The fast path: sums at the masks' own resolution, one upsampling of the sums. */
export function paintClassesFast(
  query: QueryLogits,
  grid: MaskGrid,
  taps: GridTaps,
): Uint8Array<ArrayBuffer> {
  const { labels, shares, starts } = listShares(query);
  const classCount = query.columnCount - 1;
  const plane = grid.widthPx * grid.heightPx;
  const sums = new Float32Array(classCount * plane);
  const sigmoids = new Float32Array(plane);
  for (let q = 0; q < query.queryCount; q++) {
    if (starts[q] === starts[q + 1]) continue;
    for (let i = 0; i < plane; i++) sigmoids[i] = 1 / (1 + Math.exp(-grid.masks[q * plane + i]!));
    for (let n = starts[q]!; n < starts[q + 1]!; n++) {
      const to = labels[n]! * plane;
      const share = shares[n]!;
      for (let i = 0; i < plane; i++) sums[to + i]! += share * sigmoids[i]!;
    }
  }
  const { widthPx, heightPx } = grid;
  return upsampleArgmax({ logitsChw: sums, classCount, widthPx, heightPx }, taps);
}

/** As published: masks are upsampled first. One row of the map at a time, so that no mask is ever held at full size. */
export function paintClassesExact(
  query: QueryLogits,
  grid: MaskGrid,
  taps: GridTaps,
): Uint8Array<ArrayBuffer> {
  const { rows, columns } = taps;
  const { labels, shares, starts } = listShares(query);
  const classCount = query.columnCount - 1;
  const widthPx = columns.starts.length;
  const heightPx = rows.starts.length;
  const map = new Uint8Array(widthPx * heightPx);
  const sums = new Float64Array(classCount * widthPx);
  const gridRow = new Float64Array(grid.widthPx);
  const sigmoids = new Float64Array(widthPx);
  for (let y = 0; y < heightPx; y++) {
    sums.fill(0);
    for (let q = 0; q < query.queryCount; q++) {
      if (starts[q] === starts[q + 1]) continue;
      gridRow.fill(0);
      for (let j = 0; j < rows.counts[y]!; j++) {
        const from = (q * grid.heightPx + rows.starts[y]! + j) * grid.widthPx;
        const weight = rows.weights[y * rows.stride + j]!;
        for (let x = 0; x < grid.widthPx; x++) gridRow[x]! += weight * grid.masks[from + x]!;
      }
      for (let x = 0; x < widthPx; x++) {
        let logit = 0;
        for (let k = 0; k < columns.counts[x]!; k++) {
          logit += columns.weights[x * columns.stride + k]! * gridRow[columns.starts[x]! + k]!;
        }
        sigmoids[x] = 1 / (1 + Math.exp(-logit));
      }
      for (let n = starts[q]!; n < starts[q + 1]!; n++) {
        const to = labels[n]! * widthPx;
        const share = shares[n]!;
        for (let x = 0; x < widthPx; x++) sums[to + x]! += share * sigmoids[x]!;
      }
    }
    for (let x = 0; x < widthPx; x++) {
      let best = -Infinity;
      for (let c = 0; c < classCount; c++) {
        const sum = sums[c * widthPx + x]!;
        if (sum <= best) continue;
        best = sum;
        map[y * widthPx + x] = c;
      }
    }
  }
  return map;
}
