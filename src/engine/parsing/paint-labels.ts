import { createActiveBits, gatherBlock } from './active-bits.ts';
import { interpolateBlock } from './interpolate-block.ts';
import type { MaskGrid, ScoredCandidate } from './mask2former-candidates.ts';
import { MIXED, paintBlocks } from './paint-blocks.ts';
import { sigmoidPositive } from './sigmoid.ts';
import { groupTaps, measureBlocks, type GridTaps } from './upsampling.ts';

/** A pixel counts for a candidate where score * sigmoid(logit) exceeds this (`paste_category_probs`). */
const PASTE_THRESHOLD = 0.5;

/**
 * The label map of M2FP (`paste_instance_to_semseg_probs`): per class the mean of score * sigmoid over the candidates
 * that exceed 0.5 in the pixel; the class with the largest mean; 0 where none exceeds. Candidates below
 * `scoreThreshold` take no part; those at or below 0.5 cannot exceed it. Row-major, size of `taps`.
 */
export function paintLabels(
  grid: MaskGrid,
  taps: GridTaps,
  candidates: readonly ScoredCandidate[],
  scoreThreshold: number,
  classCount: number,
): Uint8Array<ArrayBuffer> {
  const widthPx = taps.columns.starts.length;
  const heightPx = taps.rows.starts.length;
  const map = new Uint8Array(widthPx * heightPx);
  // By class, so that a block meets one class after the other and keeps the best so far.
  const chosen = candidates
    .filter(({ label, score }) => label < classCount && score >= scoreThreshold && score > PASTE_THRESHOLD)
    .toSorted((a, b) => a.label - b.label);
  if (chosen.every(({ label }) => label === 0)) return map;
  const queries = chosen.map(({ query }) => query);
  const labels = Uint8Array.from(chosen, ({ label }) => label);
  const scores = Float64Array.from(chosen, ({ score }) => score);
  // score * sigmoid(x) > t  <=>  x > log(t / (score - t)): a plain comparison in the logit's own unit.
  const thresholds = chosen.map(({ score }) => Math.log(PASTE_THRESHOLD / (score - PASTE_THRESHOLD)));
  const bits = createActiveBits(grid, queries, thresholds);
  const { wordCount } = bits;
  const any = new Uint32Array(wordCount);
  const all = new Uint32Array(wordCount);
  const rowRuns = groupTaps(taps.rows);
  const columnRuns = groupTaps(taps.columns);
  const largest = measureBlocks(rowRuns, columnRuns);
  const samples = new Float64Array(largest.samples);
  const values = new Float64Array(largest.pixels);
  // Per pixel of a block: of the class at hand, and of the best class so far.
  const sums = new Float64Array(largest.pixels);
  const counts = new Uint8Array(largest.pixels);
  const best = new Float64Array(largest.pixels);
  const winners = new Uint8Array(largest.pixels);
  const plane = grid.widthPx * grid.heightPx;

  paintBlocks(
    map,
    widthPx,
    rowRuns,
    columnRuns,
    (rows, columns) => {
      gatherBlock(bits, rows, columns, any, all);
      let label = MIXED;
      let isCovered = false;
      for (let w = 0; w < wordCount; w++) {
        if (all[w] !== 0) isCovered = true;
        for (let rest = any[w]!; rest !== 0; rest &= rest - 1) {
          const next = labels[w * 32 + 31 - Math.clz32(rest & -rest)]!;
          if (label !== MIXED && next !== label) return MIXED;
          label = next;
        }
      }
      if (label === MIXED || label === 0) return 0;
      return isCovered ? label : MIXED;
    },
    (rows, columns) => {
      gatherBlock(bits, rows, columns, any, all);
      const blockWidth = columns.to - columns.from;
      const pixelCount = blockWidth * (rows.to - rows.from);
      best.fill(0, 0, pixelCount);
      winners.fill(0, 0, pixelCount);
      sums.fill(0, 0, pixelCount);
      counts.fill(0, 0, pixelCount);
      for (let n = takeLowestBit(any); n >= 0;) {
        const next = takeLowestBit(any);
        const label = labels[n]!;
        const isLastOfClass = next < 0 || labels[next] !== label;
        const start = queries[n]! * plane;
        interpolateBlock(grid.masks, start, grid.widthPx, taps, rows, columns, samples, values);
        const threshold = thresholds[n]!;
        const score = scores[n]!;
        for (let i = 0; i < pixelCount; i++) {
          if (values[i]! > threshold) {
            // Thresholds are never negative: scores are at most 1.
            sums[i]! += score * sigmoidPositive(values[i]!);
            counts[i]! += 1;
          }
          if (!isLastOfClass || counts[i] === 0) continue;
          const mean = sums[i]! / counts[i]!;
          if (mean > best[i]!) {
            best[i] = mean;
            winners[i] = label;
          }
          sums[i] = 0;
          counts[i] = 0;
        }
        n = next;
      }
      for (let y = rows.from, i = 0; y < rows.to; y++) {
        const row = y * widthPx + columns.from;
        for (let x = 0; x < blockWidth; x++) map[row + x] = winners[i++]!;
      }
    },
  );
  return map;
}

/** Clears the lowest bit that is set and gives its index; -1 for none. */
function takeLowestBit(words: Uint32Array): number {
  for (let w = 0; w < words.length; w++) {
    const word = words[w]!;
    if (word === 0) continue;
    words[w] = word & (word - 1);
    return w * 32 + 31 - Math.clz32(word & -word);
  }
  return -1;
}
