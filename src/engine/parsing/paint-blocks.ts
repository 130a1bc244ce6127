/**
 * The frame of both painters: blocks that one value fills are filled row by row, the others are left to be looked at
 * pixel by pixel. An interpolated logit lies between its cells' logits, so a mask that is on in all cells of a block
 * is on in all its pixels, and one that is on in none is on nowhere: the result is that of the full computation.
 */
import type { TapRun } from './upsampling.ts';

export const MIXED = -1;

/**
 * Fills `map` (row-major, `widthPx` wide). `classify` gives a block's value or {@link MIXED}; `paintMixed` is called
 * for the mixed ones after their rows were filled. Both are called once per block, not per pixel.
 */
export function paintBlocks(
  map: Uint8Array | Uint16Array,
  widthPx: number,
  rowRuns: readonly TapRun[],
  columnRuns: readonly TapRun[],
  classify: (rows: TapRun, columns: TapRun) => number,
  paintMixed: (rows: TapRun, columns: TapRun) => void,
): void {
  const mixed = new Int32Array(columnRuns.length);
  for (const rowRun of rowRuns) {
    const firstRow = rowRun.from * widthPx;
    let mixedCount = 0;
    let isBlank = true;
    let segmentStart = 0;
    let segmentValue = 0;
    for (let i = 0; i < columnRuns.length; i++) {
      const run = columnRuns[i]!;
      const value = classify(rowRun, run);
      if (value === MIXED) mixed[mixedCount++] = i;
      const filled = value === MIXED ? 0 : value;
      if (filled === segmentValue) continue;
      if (segmentValue !== 0) map.fill(segmentValue, firstRow + segmentStart, firstRow + run.from);
      segmentStart = run.from;
      segmentValue = filled;
      isBlank = false;
    }
    if (segmentValue !== 0) map.fill(segmentValue, firstRow + segmentStart, firstRow + widthPx);
    if (!isBlank) {
      for (let y = rowRun.from + 1; y < rowRun.to; y++) {
        map.copyWithin(y * widthPx, firstRow, firstRow + widthPx);
      }
    }
    for (let i = 0; i < mixedCount; i++) paintMixed(rowRun, columnRuns[mixed[i]!]!);
  }
}
