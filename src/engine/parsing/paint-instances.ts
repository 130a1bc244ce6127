import { createActiveBits, gatherBlock } from './active-bits.ts';
import { interpolateBlock } from './interpolate-block.ts';
import type { MaskGrid } from './mask2former-candidates.ts';
import { MIXED, paintBlocks } from './paint-blocks.ts';
import { groupTaps, measureBlocks, type GridTaps } from './upsampling.ts';

/** Index of the highest bit that is set; -1 for none. */
function findHighestBit(words: Uint32Array, wordCount: number): number {
  for (let w = wordCount - 1; w >= 0; w--) {
    if (words[w] !== 0) return w * 32 + 31 - Math.clz32(words[w]!);
  }
  return -1;
}

/**
 * Paints masks (logit > 0) over each other in the given order, later ones on top: value n + 1 where mask n of
 * `queries` shows, 0 where none does. Row-major, size of `taps`.
 */
export function paintInstances(
  grid: MaskGrid,
  taps: GridTaps,
  queries: readonly number[],
): Uint16Array<ArrayBuffer> {
  const widthPx = taps.columns.starts.length;
  const heightPx = taps.rows.starts.length;
  const map = new Uint16Array(widthPx * heightPx);
  if (queries.length === 0) return map;
  const bits = createActiveBits(
    grid,
    queries,
    queries.map(() => 0),
  );
  const { wordCount } = bits;
  const any = new Uint32Array(wordCount);
  const all = new Uint32Array(wordCount);
  const rowRuns = groupTaps(taps.rows);
  const columnRuns = groupTaps(taps.columns);
  const largest = measureBlocks(rowRuns, columnRuns);
  const samples = new Float64Array(largest.samples);
  const values = new Float64Array(largest.pixels);
  const plane = grid.widthPx * grid.heightPx;

  paintBlocks(
    map,
    widthPx,
    rowRuns,
    columnRuns,
    (rows, columns) => {
      gatherBlock(bits, rows, columns, any, all);
      const top = findHighestBit(any, wordCount);
      if (top < 0) return 0;
      return ((all[top >> 5]! >>> (top & 31)) & 1) === 1 ? top + 1 : MIXED;
    },
    (rows, columns) => {
      gatherBlock(bits, rows, columns, any, all);
      const blockWidth = columns.to - columns.from;
      // From the top down; a pixel that is taken stays; below a mask that covers the block nothing shows.
      for (let n = findHighestBit(any, wordCount); n >= 0; n = findHighestBit(any, wordCount)) {
        any[n >> 5]! &= ~(1 << (n & 31));
        interpolateBlock(grid.masks, queries[n]! * plane, grid.widthPx, taps, rows, columns, samples, values);
        for (let y = rows.from, i = 0; y < rows.to; y++) {
          const row = y * widthPx + columns.from;
          for (let x = 0; x < blockWidth; x++, i++) {
            if (values[i]! > 0 && map[row + x] === 0) map[row + x] = n + 1;
          }
        }
        if (((all[n >> 5]! >>> (n & 31)) & 1) === 1) break;
      }
    },
  );
  return map;
}
