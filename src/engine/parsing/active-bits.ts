/**
 * Which masks are on in which grid cells, as bit sets: 32 masks per word, so that a block of the map learns with a
 * few ANDs and ORs which masks cover it whole, in part, or not at all.
 */
import type { MaskGrid } from './mask2former-candidates.ts';
import type { TapRun } from './upsampling.ts';

export interface ActiveBits {
  /** Bit n % 32 of word n / 32 of a cell: mask n is above its threshold there. Index = cell * wordCount + word. */
  readonly words: Uint32Array;
  readonly wordCount: number;
  readonly gridWidth: number;
}

/** `queries[n]` and `thresholds[n]` (a logit) describe mask n. */
export function createActiveBits(
  grid: MaskGrid,
  queries: readonly number[],
  thresholds: readonly number[],
): ActiveBits {
  const plane = grid.widthPx * grid.heightPx;
  const wordCount = Math.max(1, Math.ceil(queries.length / 32));
  const words = new Uint32Array(plane * wordCount);
  for (let n = 0; n < queries.length; n++) {
    const start = queries[n]! * plane;
    const threshold = thresholds[n]!;
    const bit = 1 << (n & 31);
    for (let i = 0, to = n >> 5; i < plane; i++, to += wordCount) {
      if (grid.masks[start + i]! > threshold) words[to]! |= bit;
    }
  }
  return { words, wordCount, gridWidth: grid.widthPx };
}

/** Gathers a block's cells: `any` gets the masks that are on in some cell, `all` those on in every cell. */
export function gatherBlock(
  { words, wordCount, gridWidth }: ActiveBits,
  rows: TapRun,
  columns: TapRun,
  any: Uint32Array,
  all: Uint32Array,
): void {
  const isEmpty = rows.count === 0 || columns.count === 0;
  for (let w = 0; w < wordCount; w++) {
    let or = 0;
    let and = isEmpty ? 0 : -1;
    for (let j = 0; j < rows.count; j++) {
      let from = ((rows.start + j) * gridWidth + columns.start) * wordCount + w;
      for (let k = 0; k < columns.count; k++) {
        const word = words[from]!;
        or |= word;
        and &= word;
        from += wordCount;
      }
    }
    any[w] = or;
    all[w] = and;
  }
}
