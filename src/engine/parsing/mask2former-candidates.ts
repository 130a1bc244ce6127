/**
 * Which (query, class) pairs of a Mask2Former output count, and how much: the published instance scoring
 * (M2FP, `instance_parsing_inference`): softmax without the no-object column, best 100 pairs, times the mask score.
 */
import type { Taps } from '../image/taps.ts';
import { sigmoidPositive } from './sigmoid.ts';
import type { GridTaps } from './upsampling.ts';

/** `test_topk_per_image` of the published configuration. */
const MAX_CANDIDATES = 100;

/** A query taken as one class. */
export interface Candidate {
  readonly query: number;
  readonly label: number;
  /** Softmax probability of the class. */
  readonly probability: number;
}

export interface ScoredCandidate extends Candidate {
  /** Mean sigmoid of the mask's pixels with a logit above 0. */
  readonly maskScore: number;
  /** probability * maskScore. */
  readonly score: number;
}

/** Class logits of all queries, row-major queryCount x columnCount; the last column is "no object". */
export interface QueryLogits {
  readonly logits: Float32Array;
  readonly queryCount: number;
  readonly columnCount: number;
}

/** Mask logits of all queries: index = (query * heightPx + y) * widthPx + x. */
export interface MaskGrid {
  readonly masks: Float32Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Softmax over each query's columns, in float64; row-major, no-object column included. */
export function computeProbabilities({ logits, queryCount, columnCount }: QueryLogits): Float64Array {
  const probabilities = new Float64Array(queryCount * columnCount);
  for (let q = 0; q < queryCount; q++) {
    const start = q * columnCount;
    let highest = -Infinity;
    for (let c = 0; c < columnCount; c++) highest = Math.max(highest, logits[start + c]!);
    let sum = 0;
    for (let c = 0; c < columnCount; c++) {
      const value = Math.exp(logits[start + c]! - highest);
      probabilities[start + c] = value;
      sum += value;
    }
    for (let c = 0; c < columnCount; c++) probabilities[start + c]! /= sum;
  }
  return probabilities;
}

/**
 * The best {@link MAX_CANDIDATES} pairs with at least `minProbability`, best first. A mask score is at most 1, so a
 * pair below a score threshold in probability cannot reach it: its mask need not be touched.
 */
export function listCandidates(query: QueryLogits, minProbability: number): readonly Candidate[] {
  const { queryCount, columnCount } = query;
  const probabilities = computeProbabilities(query);
  const candidates: Candidate[] = [];
  for (let q = 0; q < queryCount; q++) {
    for (let label = 0; label < columnCount - 1; label++) {
      const probability = probabilities[q * columnCount + label]!;
      if (probability >= minProbability) candidates.push({ query: q, label, probability });
    }
  }
  candidates.sort((a, b) => b.probability - a.probability);
  return candidates.slice(0, MAX_CANDIDATES);
}

/** Samples of a fast score at least: below some ten thousand, the scores of small masks begin to wander. */
const MIN_SAMPLES = 40_000;

/** And per cell of the mask: more look at the same few logits again. */
const SAMPLES_PER_CELL = 2;

/** Every how many pixels of the map, per axis, a fast score samples. 1 for small maps: then it is the exact score. */
export function chooseSampleStep(grid: MaskGrid, taps: GridTaps): number {
  const pixels = taps.rows.starts.length * taps.columns.starts.length;
  const wanted = Math.max(MIN_SAMPLES, SAMPLES_PER_CELL * grid.widthPx * grid.heightPx);
  return Math.max(1, Math.floor(Math.sqrt(pixels / wanted)));
}

/** By grid column: the first map column that reads it or a later one, and the last that reads it or an earlier one. */
function listReaders({ starts, counts }: Taps, gridLength: number): { first: Int32Array; last: Int32Array } {
  const first = new Int32Array(gridLength).fill(starts.length);
  const last = new Int32Array(gridLength).fill(-1);
  for (let i = 0; i < starts.length; i++) {
    for (let k = starts[i]!; k < starts[i]! + counts[i]!; k++) {
      if (i < first[k]!) first[k] = i;
      if (i > last[k]!) last[k] = i;
    }
  }
  // Padding is read by nobody; its neighbours stand in for it.
  for (let k = 1; k < gridLength; k++) last[k] = Math.max(last[k]!, last[k - 1]!);
  for (let k = gridLength - 2; k >= 0; k--) first[k] = Math.min(first[k]!, first[k + 1]!);
  return { first, last };
}

/** First and last column with a positive logit, per row of one mask; last < first where there is none. */
function findPositiveSpans(grid: MaskGrid, query: number, lefts: Int32Array, rights: Int32Array): void {
  const { masks, widthPx, heightPx } = grid;
  for (let y = 0; y < heightPx; y++) {
    const row = (query * heightPx + y) * widthPx;
    let left = 0;
    while (left < widthPx && masks[row + left]! <= 0) left += 1;
    let right = widthPx - 1;
    while (right > left && masks[row + right]! <= 0) right -= 1;
    lefts[y] = left;
    rights[y] = left === widthPx ? -1 : right;
  }
}

/**
 * Scores candidates: the mean sigmoid of their masks where the logit is positive, at every `step`-th pixel of the map
 * that `taps` lead to (1: all of them, as published). Masks are looked at once per query, row by row, and only where
 * they are positive; none is held at map size.
 */
export function scoreCandidates(
  candidates: readonly Candidate[],
  grid: MaskGrid,
  taps: GridTaps,
  step: number,
): readonly ScoredCandidate[] {
  const { rows, columns } = taps;
  const { widthPx: gridWidth, heightPx: gridHeight, masks } = grid;
  const { starts, counts, weights, stride } = columns;
  const readers = listReaders(columns, gridWidth);
  const lefts = new Int32Array(gridHeight);
  const rights = new Int32Array(gridHeight);
  const blended = new Float64Array(gridWidth);
  const heightPx = rows.starts.length;

  function scoreMask(query: number): number {
    findPositiveSpans(grid, query, lefts, rights);
    let sum = 0;
    let count = 0;
    for (let y = step >> 1; y < heightPx; y += step) {
      const top = rows.starts[y]!;
      const rowCount = rows.counts[y]!;
      let left = gridWidth;
      let right = -1;
      for (let j = top; j < top + rowCount; j++) {
        if (rights[j]! < 0) continue;
        left = Math.min(left, lefts[j]!);
        right = Math.max(right, rights[j]!);
      }
      if (right < 0) continue;
      const firstX = readers.first[left]!;
      const lastX = readers.last[right]!;
      if (lastX < firstX) continue;
      const from = columns.starts[firstX]!;
      const to = columns.starts[lastX]! + columns.counts[lastX]!;
      blended.fill(0, from, to);
      for (let j = 0; j < rowCount; j++) {
        const weight = rows.weights[y * rows.stride + j]!;
        const row = (query * gridHeight + top + j) * gridWidth;
        for (let k = from; k < to; k++) blended[k]! += weight * masks[row + k]!;
      }
      // The first sampled column from firstX on: samples are at step >> 1, step >> 1 + step, ...
      const offset = step >> 1;
      const begin = offset + Math.max(0, Math.ceil((firstX - offset) / step)) * step;
      for (let x = begin; x <= lastX; x += step) {
        const start = starts[x]!;
        const weightAt = x * stride;
        const tapCount = counts[x]!;
        let logit = weights[weightAt]! * blended[start]!;
        for (let k = 1; k < tapCount; k++) logit += weights[weightAt + k]! * blended[start + k]!;
        if (logit <= 0) continue;
        sum += sigmoidPositive(logit);
        count += 1;
      }
    }
    return sum / (count + 1e-6);
  }

  const maskScores = new Map<number, number>();
  return candidates.map((candidate) => {
    const maskScore = maskScores.get(candidate.query) ?? scoreMask(candidate.query);
    maskScores.set(candidate.query, maskScore);
    return { ...candidate, maskScore, score: candidate.probability * maskScore };
  });
}
