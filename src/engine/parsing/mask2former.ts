/** Mask2Former outputs to labels and people: the published rules, with sampled scores (fast) or full ones (exact). */
import { paintClassesExact, paintClassesFast } from './class-probabilities.ts';
import {
  chooseSampleStep,
  listCandidates,
  scoreCandidates,
  type Candidate,
  type MaskGrid,
  type QueryLogits,
  type ScoredCandidate,
} from './mask2former-candidates.ts';
import { checkMasks, type Mask2FormerSpec } from './outputs.ts';
import { paintInstances } from './paint-instances.ts';
import { paintLabels } from './paint-labels.ts';
import { collectPeople, type PeopleMap } from './people.ts';
import { createPaddedTaps, type AxisContent, type GridTaps } from './upsampling.ts';

/** A person must score more than this, a part mask at least this (M2FP, `instance_parsing_inference`). */
const MIN_INSTANCE_SCORE = 0.1;

/** A part below this score cannot paint a pixel: score * sigmoid must exceed it. */
const MIN_PAINTING_SCORE = 0.5;

/**
 * `exact` scores masks at every pixel of the map, as published; `fast` at a regular sample of them. Both paint with
 * the published interpolations, joined into one, and decide at mask size which blocks of the map need any.
 */
export type ParsingMode = 'fast' | 'exact';

export interface MapGeometry {
  readonly columns: AxisContent;
  readonly rows: AxisContent;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** From the masks to the map: to the network's size, crop to the picture, to the map's size. */
export function createMaskTaps(grid: MaskGrid, geometry: MapGeometry): GridTaps {
  return {
    rows: createPaddedTaps(grid.heightPx, geometry.rows, geometry.heightPx),
    columns: createPaddedTaps(grid.widthPx, geometry.columns, geometry.widthPx),
  };
}

/** Ascending: the order in which masks are painted, so that the best is on top. */
export function sortForPainting(candidates: readonly ScoredCandidate[]): readonly ScoredCandidate[] {
  return candidates.toSorted((a, b) => a.score - b.score);
}

export interface ParsedQueries extends PeopleMap {
  readonly labelsU8: Uint8Array<ArrayBuffer>;
}

/**
 * Labels and people of a model that knows whole persons. Only masks that can show are looked at; none is held at map
 * size. Throws MODEL_OUTPUT_INVALID where one of them is not finite.
 */
export function parseInstances(
  query: QueryLogits,
  grid: MaskGrid,
  geometry: MapGeometry,
  spec: Mask2FormerSpec & { readonly humanClass: number },
  mode: ParsingMode,
): ParsedQueries {
  const { humanClass, scoreThreshold, masksName } = spec;
  const minPartScore = Math.max(scoreThreshold, MIN_PAINTING_SCORE);
  const canShow = ({ label, probability }: Candidate): boolean =>
    probability > (label === humanClass ? MIN_INSTANCE_SCORE : minPartScore);
  const wanted = listCandidates(query, MIN_INSTANCE_SCORE).filter(canShow);
  checkMasks(
    grid,
    wanted.map((candidate) => candidate.query),
    masksName,
  );
  const taps = createMaskTaps(grid, geometry);
  const scored = scoreCandidates(wanted, grid, taps, mode === 'exact' ? 1 : chooseSampleStep(grid, taps));
  const parts = scored.filter(({ label }) => label !== humanClass);
  const humans = sortForPainting(
    scored.filter(({ label, score }) => label === humanClass && score > MIN_INSTANCE_SCORE),
  );
  const painted = paintInstances(
    grid,
    taps,
    humans.map((human) => human.query),
  );
  return {
    labelsU8: paintLabels(grid, taps, parts, scoreThreshold, humanClass),
    ...collectPeople(
      painted,
      geometry.widthPx,
      geometry.heightPx,
      humans.map(({ score }) => score),
    ),
  };
}

/** Labels of a model that knows parts only: every query counts in every class. */
export function parseClasses(
  query: QueryLogits,
  grid: MaskGrid,
  geometry: MapGeometry,
  masksName: string,
  mode: ParsingMode,
): Uint8Array<ArrayBuffer> {
  checkMasks(
    grid,
    Array.from({ length: query.queryCount }, (_, q) => q),
    masksName,
  );
  const taps = createMaskTaps(grid, geometry);
  return mode === 'exact' ? paintClassesExact(query, grid, taps) : paintClassesFast(query, grid, taps);
}
