/**
 * Which (query, class) pairs of a Mask2Former output count, and how much: the published instance scoring
 * (M2FP, `instance_parsing_inference`): softmax without the no-object column, best 100 pairs, times the mask score.
 */
import { interpolateBlock } from './interpolate-block.ts';
import { groupTaps, measureBlocks, type GridTaps } from './upsampling.ts';

/** `test_topk_per_image` of the published configuration. */
export const MAX_CANDIDATES = 100;

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

/** Mean sigmoid over the grid cells with a positive logit, within the part of the grid that shows the picture. */
function scoreOnGrid(grid: MaskGrid, query: number, taps: GridTaps): number {
  const { starts: rowStarts, counts: rowCounts } = taps.rows;
  const { starts: columnStarts, counts: columnCounts } = taps.columns;
  const lastRow = rowStarts.length - 1;
  const lastColumn = columnStarts.length - 1;
  const top = rowStarts[0]!;
  const bottom = rowStarts[lastRow]! + rowCounts[lastRow]!;
  const left = columnStarts[0]!;
  const right = columnStarts[lastColumn]! + columnCounts[lastColumn]!;
  let sum = 0;
  let count = 0;
  for (let y = top; y < bottom; y++) {
    const row = (query * grid.heightPx + y) * grid.widthPx;
    for (let x = left; x < right; x++) {
      const logit = grid.masks[row + x]!;
      if (logit <= 0) continue;
      sum += 1 / (1 + Math.exp(-logit));
      count += 1;
    }
  }
  return sum / (count + 1e-6);
}

/** The same at map size, as published, without holding the mask: block by block, those without a positive cell skipped. */
function scoreOnMap(grid: MaskGrid, query: number, taps: GridTaps): number {
  const { widthPx: gridWidth } = grid;
  const rowRuns = groupTaps(taps.rows);
  const columnRuns = groupTaps(taps.columns);
  const largest = measureBlocks(rowRuns, columnRuns);
  const samples = new Float64Array(largest.samples);
  const values = new Float64Array(largest.pixels);
  const plane = query * gridWidth * grid.heightPx;
  let sum = 0;
  let count = 0;
  for (const rowRun of rowRuns) {
    for (const columnRun of columnRuns) {
      let highest = -Infinity;
      for (let j = 0; j < rowRun.count; j++) {
        const row = plane + (rowRun.start + j) * gridWidth + columnRun.start;
        for (let k = 0; k < columnRun.count; k++) highest = Math.max(highest, grid.masks[row + k]!);
      }
      if (highest <= 0) continue;
      interpolateBlock(grid.masks, plane, gridWidth, taps, rowRun, columnRun, samples, values);
      const pixelCount = (rowRun.to - rowRun.from) * (columnRun.to - columnRun.from);
      for (let i = 0; i < pixelCount; i++) {
        if (values[i]! <= 0) continue;
        sum += 1 / (1 + Math.exp(-values[i]!));
        count += 1;
      }
    }
  }
  return sum / (count + 1e-6);
}

/**
 * Scores candidates: `grid` looks at the mask's own cells, `map` at the pixels of the map that `taps` lead to (the
 * published way, some 30 times the work). Masks are looked at once per query.
 */
export function scoreCandidates(
  candidates: readonly Candidate[],
  grid: MaskGrid,
  taps: GridTaps,
  scoreAt: 'grid' | 'map',
): readonly ScoredCandidate[] {
  const maskScores = new Map<number, number>();
  return candidates.map((candidate) => {
    let maskScore = maskScores.get(candidate.query);
    if (maskScore === undefined) {
      maskScore =
        scoreAt === 'grid'
          ? scoreOnGrid(grid, candidate.query, taps)
          : scoreOnMap(grid, candidate.query, taps);
      maskScores.set(candidate.query, maskScore);
    }
    return { ...candidate, maskScore, score: candidate.probability * maskScore };
  });
}
