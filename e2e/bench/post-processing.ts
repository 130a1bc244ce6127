/**
 * Post-processing of an instance model at 512 x 512 with 20 masks, as ratios of times measured in turns in one process.
 * What it is compared with lives here only: the mosaic as a loop over pixels per mask, and as whole-array operations
 * per mask.
 */
import { LABEL_SETS } from '../../src/engine/parsing/label-sets.ts';
import {
  chooseSampleStep,
  listCandidates,
  scoreCandidates,
  type MaskGrid,
  type QueryLogits,
} from '../../src/engine/parsing/mask2former-candidates.ts';
import {
  createMaskTaps,
  parseInstances,
  sortForPainting,
  type MapGeometry,
} from '../../src/engine/parsing/mask2former.ts';
import { M2FP_MULTI } from '../../src/engine/models/m2fp.ts';
import type { Mask2FormerSpec } from '../../src/engine/parsing/outputs.ts';
import { paintInstances } from '../../src/engine/parsing/paint-instances.ts';
import { paintLabels } from '../../src/engine/parsing/paint-labels.ts';
import { upsampleArgmax } from '../../src/engine/parsing/semantic-labels.ts';
import { createHalfPixelTaps } from '../../src/engine/parsing/upsampling.ts';
import { getPalette } from '../../src/render/palettes.ts';
import { createRandom } from '../../src/testing/random.ts';
import { formatMs, median, type BenchRow } from './table.ts';

const SIDE = 512;
const GRID = SIDE / 4;
const QUERIES = 100;
const SHOWN = 20;
const HUMANS = 4;
const ROUNDS = 31;
/** Before them, until everything is compiled. */
const WARM_UP_ROUNDS = 18;
const BUDGET_MS = 8;

const random = createRandom(20);
const spec = M2FP_MULTI.output as Mask2FormerSpec & { readonly humanClass: number };
const axis = { networkLength: SIDE, start: 0, length: SIDE };
const geometry: MapGeometry = { columns: axis, rows: axis, widthPx: SIDE, heightPx: SIDE };

/** Positive inside of an ellipse, about one logit per cell across its edge, as trained masks are. */
function fillEllipse(grid: Float32Array, q: number, cx: number, cy: number, rx: number, ry: number): void {
  for (let y = 0; y < GRID; y++) {
    for (let x = 0; x < GRID; x++) {
      const distance = Math.hypot((x - cx) / rx, (y - cy) / ry);
      const logit = (1 - distance) * Math.min(rx, ry) + random() * 0.5;
      grid[(q * GRID + y) * GRID + x] = Math.max(-9, Math.min(9, logit));
    }
  }
}

/**
 * 100 queries; 20 are sure of something: 4 people side by side, the background, and 15 parts one below the other in
 * them, overlapping a little at their edges as a trained model's do. The rest is no object.
 */
function createQueries(): { query: QueryLogits; grid: MaskGrid } {
  const columnCount = spec.labels.length + 1;
  const logits = new Float32Array(QUERIES * columnCount);
  const masks = new Float32Array(QUERIES * GRID * GRID);
  for (let q = 0; q < QUERIES; q++) {
    const label = q >= SHOWN ? columnCount - 1 : q < HUMANS ? spec.humanClass : q - HUMANS;
    logits[q * columnCount + label] = 8 + random();
    const person = q % HUMANS;
    const cx = GRID * (0.14 + 0.24 * person);
    if (q < HUMANS) fillEllipse(masks, q, cx, GRID / 2, GRID * 0.11, GRID * 0.45);
    else fillEllipse(masks, q, cx, GRID * (0.16 + 0.22 * (Math.floor(q / 4) - 1)), GRID * 0.09, GRID * 0.12);
  }
  // The background is where nobody is.
  for (let i = 0; i < GRID * GRID; i++) {
    let highest = -Infinity;
    for (let q = 0; q < HUMANS; q++) highest = Math.max(highest, masks[q * GRID * GRID + i]!);
    masks[HUMANS * GRID * GRID + i] = -highest;
  }
  return {
    query: { logits, queryCount: QUERIES, columnCount },
    grid: { masks, widthPx: GRID, heightPx: GRID },
  };
}

/** One full-size float mask per query: what both comparisons start from, and what the app never makes. */
function upsampleMask(grid: MaskGrid, q: number): Float32Array {
  const taps = createHalfPixelTaps(GRID, SIDE);
  const full = new Float32Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      let value = 0;
      for (let j = 0; j < taps.counts[y]!; j++) {
        const row = (q * GRID + taps.starts[y]! + j) * GRID + taps.starts[x]!;
        for (let k = 0; k < taps.counts[x]!; k++) {
          value += taps.weights[y * 2 + j]! * taps.weights[x * 2 + k]! * grid.masks[row + k]!;
        }
      }
      full[y * SIDE + x] = value;
    }
  }
  return full;
}

const palette = getPalette('published');

/** The published service's mosaic, literally: for every mask, for every pixel, an array as colour. */
function paintMosaicByPixel(masks: readonly Float32Array[], labels: readonly number[]): number[][][] {
  const canvas = Array.from({ length: SIDE }, () => Array.from({ length: SIDE }, () => [0, 0, 0]));
  masks.forEach((mask, n) => {
    const color = [...palette.subarray(labels[n]! * 3, labels[n]! * 3 + 3)];
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) if (mask[y * SIDE + x]! > 0) canvas[y]![x] = [...color];
    }
  });
  return canvas;
}

/** Its vectorised form: one whole-array pass per mask and channel. */
function paintMosaicByMask(masks: readonly Float32Array[], labels: readonly number[]): Uint8Array {
  const canvas = new Uint8Array(SIDE * SIDE * 3);
  for (const [n, mask] of masks.entries()) {
    const isSet = mask.map((value) => (value > 0 ? 1 : 0));
    for (let channel = 0; channel < 3; channel++) {
      const color = palette[labels[n]! * 3 + channel]!;
      isSet.forEach((set, i) => {
        if (set === 1) canvas[i * 3 + channel] = color;
      });
    }
  }
  return canvas;
}

function measure(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** What is measured, each on the same queries. */
function createWork() {
  const { query, grid } = createQueries();
  const taps = createMaskTaps(grid, geometry);
  const candidates = listCandidates(query, 0.1);
  const scored = scoreCandidates(candidates, grid, taps, chooseSampleStep(grid, taps));
  const parts = scored.filter(({ label }) => label !== spec.humanClass);
  const humans = sortForPainting(scored.filter(({ label }) => label === spec.humanClass));
  const shown = Array.from({ length: SHOWN }, (_, q) => q);
  const labels = candidates.map(({ label }) => label);
  const logits = Float32Array.from({ length: 18 * GRID * GRID }, (_, i) => grid.masks[i]!);
  const semantic = {
    logitsChw: logits,
    classCount: LABEL_SETS.atr.labels.length,
    widthPx: GRID,
    heightPx: GRID,
  };

  return {
    labels: () => paintLabels(grid, taps, parts, spec.scoreThreshold, spec.humanClass),
    people: () =>
      paintInstances(
        grid,
        taps,
        humans.map((human) => human.query),
      ),
    scores: () => scoreCandidates(candidates, grid, taps, chooseSampleStep(grid, taps)),
    fast: () => parseInstances(query, grid, geometry, spec, 'fast'),
    exact: () => parseInstances(query, grid, geometry, spec, 'exact'),
    semantic: () => upsampleArgmax(semantic, taps),
    byMask: () =>
      paintMosaicByMask(
        shown.map((q) => upsampleMask(grid, q)),
        labels,
      ),
    byPixel: () =>
      paintMosaicByPixel(
        shown.map((q) => upsampleMask(grid, q)),
        labels,
      ),
  } as const;
}

type Name = keyof ReturnType<typeof createWork>;

/** Rows of the benchmark's table. */
export function measurePostprocessing(): BenchRow[] {
  const work = createWork();
  const names = Object.keys(work) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const name of names) {
      // The slow ones need fewer rounds for a steady median.
      if ((name === 'byPixel' || name === 'byMask') && round % 6 !== 0) continue;
      const ms = measure(work[name]);
      if (round >= 0) times[name].push(ms);
    }
  }
  const at = `${SIDE} x ${SIDE}, ${SHOWN} masks`;
  const ms = (name: Name): number => median(times[name]);
  const compare = (name: string, ours: Name, theirs: Name, atMost: number): BenchRow => ({
    name: `${at}: ${name}`,
    ours: formatMs(ms(ours)),
    theirs: formatMs(ms(theirs)),
    ratio: ms(ours) / ms(theirs),
    wanted: { atMost },
  });
  const budget = (name: string, ours: Name): BenchRow => ({
    name: `${at}: ${name}`,
    ours: formatMs(ms(ours)),
    theirs: formatMs(BUDGET_MS),
    ratio: ms(ours) / BUDGET_MS,
    wanted: { atMost: 1 },
  });
  return [
    budget('label map from scored masks', 'labels'),
    budget('person map from scored masks', 'people'),
    budget('scores (sampled)', 'scores'),
    budget('all: scores, labels, people, boxes', 'fast'),
    budget('18 class logits to labels', 'semantic'),
    compare('all, against whole-array masks', 'fast', 'byMask', 0.1),
    compare('all, against a loop per pixel and mask', 'fast', 'byPixel', 0.1),
    compare('all, sampled scores against exact ones', 'fast', 'exact', 1),
  ];
}
