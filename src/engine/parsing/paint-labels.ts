import { createActiveBits, gatherBlock } from './active-bits.ts';
import { interpolateBlock } from './interpolate-block.ts';
import type { MaskGrid, ScoredCandidate } from './mask2former-candidates.ts';
import { MIXED, paintBlocks } from './paint-blocks.ts';
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
  const chosen = candidates.filter(
    ({ label, score }) => label < classCount && score >= scoreThreshold && score > PASTE_THRESHOLD,
  );
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
  // Per class and pixel of a block; only the classes of the block are cleared and read.
  const sums = new Float64Array(classCount * largest.pixels);
  const counts = new Uint8Array(classCount * largest.pixels);
  const isUsed = new Uint8Array(classCount);
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
      isUsed.fill(0);
      for (let w = 0; w < wordCount; w++) {
        for (let rest = any[w]!; rest !== 0; rest &= rest - 1) {
          const n = w * 32 + 31 - Math.clz32(rest & -rest);
          const slot = labels[n]! * pixelCount;
          if (isUsed[labels[n]!] === 0) {
            isUsed[labels[n]!] = 1;
            sums.fill(0, slot, slot + pixelCount);
            counts.fill(0, slot, slot + pixelCount);
          }
          interpolateBlock(
            grid.masks,
            queries[n]! * plane,
            grid.widthPx,
            taps,
            rows,
            columns,
            samples,
            values,
          );
          const threshold = thresholds[n]!;
          const score = scores[n]!;
          for (let i = 0; i < pixelCount; i++) {
            if (values[i]! <= threshold) continue;
            sums[slot + i]! += score / (1 + Math.exp(-values[i]!));
            counts[slot + i]! += 1;
          }
        }
      }
      for (let i = 0, x = 0, row = rows.from * widthPx + columns.from; i < pixelCount; i++) {
        let best = 0;
        let winner = 0;
        for (let c = 0; c < classCount; c++) {
          if (isUsed[c] === 0 || counts[c * pixelCount + i] === 0) continue;
          const mean = sums[c * pixelCount + i]! / counts[c * pixelCount + i]!;
          if (mean > best) {
            best = mean;
            winner = c;
          }
        }
        map[row + x] = winner;
        x += 1;
        if (x === blockWidth) {
          x = 0;
          row += widthPx;
        }
      }
    },
  );
  return map;
}
