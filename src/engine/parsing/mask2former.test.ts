import { describe, expect, it, vi } from 'vitest';
import { createRandom } from '../../testing/random.ts';
import { M2FP_MULTI } from '../models/m2fp.ts';
import {
  chooseSampleStep,
  listCandidates,
  scoreCandidates,
  type MaskGrid,
  type QueryLogits,
  type ScoredCandidate,
} from './mask2former-candidates.ts';
import { createMaskTaps, parseInstances, type MapGeometry } from './mask2former.ts';
import type { Mask2FormerSpec } from './outputs.ts';
import { paintInstances } from './paint-instances.ts';
import { paintLabels } from './paint-labels.ts';
import type { GridTaps } from './upsampling.ts';

// Networks run and masks are painted pixel by pixel here: seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const CLASS_COUNT = 20;

function createMasks(random: () => number, count: number, widthPx: number, heightPx: number): MaskGrid {
  const masks = new Float32Array(count * widthPx * heightPx);
  for (let n = 0; n < count; n++) {
    const [cx, cy, radius] = [random() * widthPx, random() * heightPx, 1 + (random() * widthPx) / 3];
    for (let y = 0; y < heightPx; y++) {
      for (let x = 0; x < widthPx; x++) {
        masks[(n * heightPx + y) * widthPx + x] =
          (4 * (radius - Math.hypot(x - cx, y - cy))) / radius + random() - 0.5;
      }
    }
  }
  return { masks, widthPx, heightPx };
}

/** One mask at full size: what the code under test never makes. */
function upsample(grid: MaskGrid, query: number, { rows, columns }: GridTaps): Float64Array {
  const width = columns.starts.length;
  return Float64Array.from({ length: width * rows.starts.length }, (_, i) => {
    const y = Math.floor(i / width);
    const x = i % width;
    let value = 0;
    for (let j = 0; j < rows.counts[y]!; j++) {
      for (let k = 0; k < columns.counts[x]!; k++) {
        const at = (query * grid.heightPx + rows.starts[y]! + j) * grid.widthPx + columns.starts[x]! + k;
        value +=
          rows.weights[y * rows.stride + j]! * columns.weights[x * columns.stride + k]! * grid.masks[at]!;
      }
    }
    return value;
  });
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

function paintLabelsNaively(
  grid: MaskGrid,
  taps: GridTaps,
  candidates: readonly ScoredCandidate[],
  threshold: number,
): Uint8Array {
  const size = taps.rows.starts.length * taps.columns.starts.length;
  const sums = new Float64Array(CLASS_COUNT * size);
  const counts = new Uint8Array(CLASS_COUNT * size);
  for (const { query, label, score } of candidates) {
    if (score < threshold) continue;
    const mask = upsample(grid, query, taps);
    for (let i = 0; i < size; i++) {
      const value = score * sigmoid(mask[i]!);
      if (value <= 0.5) continue;
      sums[label * size + i]! += value;
      counts[label * size + i]! += 1;
    }
  }
  const labels = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    let best = 0;
    for (let c = 0; c < CLASS_COUNT; c++) {
      const mean = sums[c * size + i]! / Math.max(1, counts[c * size + i]!);
      if (mean > best) {
        best = mean;
        labels[i] = c;
      }
    }
  }
  return labels;
}

function createGeometry(random: () => number): MapGeometry {
  const axis = () => {
    const length = 8 + Math.floor(random() * 80);
    return { networkLength: Math.ceil(length / 32) * 32, start: 0, length };
  };
  return {
    columns: axis(),
    rows: axis(),
    widthPx: 1 + Math.floor(random() * 100),
    heightPx: 1 + Math.floor(random() * 100),
  };
}

describe('painting', () => {
  // 70 masks need three words of bits.
  it.each([1, 12, 70])('equals mask-by-mask painting at map size with %i masks', (count) => {
    const random = createRandom(count);
    for (let round = 0; round < 12; round++) {
      const geometry = createGeometry(random);
      const grid = createMasks(
        random,
        count,
        geometry.columns.networkLength / 4,
        geometry.rows.networkLength / 4,
      );
      const taps = createMaskTaps(grid, geometry);
      const candidates = Array.from({ length: count }, (_, query): ScoredCandidate => {
        const score = 0.2 + random() * 0.8;
        return { query, label: Math.floor(random() * CLASS_COUNT), probability: score, maskScore: 1, score };
      });
      expect(paintLabels(grid, taps, candidates, 0.3, CLASS_COUNT)).toEqual(
        paintLabelsNaively(grid, taps, candidates, 0.3),
      );

      const order = candidates.map(({ query }) => query).toSorted(() => random() - 0.5);
      const expected = new Uint16Array(geometry.widthPx * geometry.heightPx);
      for (const [n, query] of order.entries()) {
        const mask = upsample(grid, query, taps);
        for (let i = 0; i < mask.length; i++) if (mask[i]! > 0) expected[i] = n + 1;
      }
      expect(paintInstances(grid, taps, order)).toEqual(expected);
    }
  });
});

describe('scoreCandidates', () => {
  it('is the mean sigmoid of the positive pixels at map size', () => {
    const random = createRandom(3);
    for (let round = 0; round < 10; round++) {
      const geometry = createGeometry(random);
      const grid = createMasks(
        random,
        6,
        geometry.columns.networkLength / 4,
        geometry.rows.networkLength / 4,
      );
      const taps = createMaskTaps(grid, geometry);
      const candidates = Array.from({ length: 6 }, (_, query) => ({ query, label: 1, probability: 0.5 }));
      for (const { query, score } of scoreCandidates(candidates, grid, taps, 1)) {
        const positive = upsample(grid, query, taps).filter((value) => value > 0);
        const mean = positive.reduce((sum, value) => sum + sigmoid(value), 0) / (positive.length + 1e-6);
        // The table of sigmoids is within 1e-6.
        expect(Math.abs(score - 0.5 * mean)).toBeLessThan(1e-6);
      }
    }
  });

  it('samples large maps and looks at every pixel of small ones', () => {
    const grid = createMasks(createRandom(5), 1, 216, 160);
    const axis = (length: number) => ({ networkLength: length, start: 0, length });
    const stepFor = (widthPx: number, heightPx: number): number =>
      chooseSampleStep(
        grid,
        createMaskTaps(grid, { columns: axis(864), rows: axis(640), widthPx, heightPx }),
      );
    expect(stepFor(180, 240)).toBe(1);
    expect(stepFor(640, 480)).toBe(2);
    expect(stepFor(2048, 1536)).toBe(6);
  });
});

describe('listCandidates', () => {
  it('drops the no-object column and sorts by probability', () => {
    const logits = Float32Array.of(5, 0, 0, 0, 0, 5, 0, 4, 0);
    const query: QueryLogits = { logits, queryCount: 3, columnCount: 3 };
    const found = listCandidates(query, 0.1);
    expect(found.map(({ query: q, label }) => [q, label])).toEqual([
      [0, 0],
      [2, 1],
    ]);
    expect(found[0]!.probability).toBeCloseTo(Math.exp(5) / (Math.exp(5) + 2), 6);
  });
});

describe('parseInstances', () => {
  const spec = M2FP_MULTI.output as Mask2FormerSpec & { readonly humanClass: number };
  const geometry: MapGeometry = {
    columns: { networkLength: 64, start: 0, length: 60 },
    rows: { networkLength: 64, start: 0, length: 50 },
    widthPx: 120,
    heightPx: 100,
  };

  /** `labels[n]` is what query n is sure of; undefined: no object. */
  function createQueries(labels: readonly (number | undefined)[]): QueryLogits {
    const columnCount = 22;
    const logits = new Float32Array(labels.length * columnCount);
    for (const [n, label] of labels.entries()) logits[n * columnCount + (label ?? 21)] = 12;
    return { logits, queryCount: labels.length, columnCount };
  }

  it('gives nobody and background where every query says no object', () => {
    const grid = createMasks(createRandom(1), 4, 16, 16);
    const query = createQueries([undefined, undefined, undefined, undefined]);
    const parsed = parseInstances(query, grid, geometry, spec, 'fast');
    expect(parsed.people).toEqual([]);
    expect(parsed.instancesU16).toBeNull();
    expect(parsed.labelsU8.every((label) => label === 0)).toBe(true);
  });

  it('keeps labels, ids, boxes and rows of people consistent', () => {
    const random = createRandom(11);
    for (let round = 0; round < 20; round++) {
      const labels = Array.from({ length: 12 }, (_, n) => (n < 4 ? 20 : 1 + Math.floor(random() * 19)));
      const grid = createMasks(random, labels.length, 16, 16);
      const parsed = parseInstances(createQueries(labels), grid, geometry, spec, 'exact');
      const { people, instancesU16 } = parsed;
      expect(Math.max(...parsed.labelsU8)).toBeLessThan(20);
      for (const [n, person] of people.entries()) {
        if (n > 0) expect(person.score).toBeLessThanOrEqual(people[n - 1]!.score!);
        const { x, y, width, height } = person.box;
        let count = 0;
        let touches = 0;
        for (let i = 0; i < instancesU16!.length; i++) {
          if (instancesU16![i] !== n + 1) continue;
          const [px, py] = [i % 120, Math.floor(i / 120)];
          expect(px >= x && px < x + width && py >= y && py < y + height).toBe(true);
          if (px === x) touches |= 1;
          if (px === x + width - 1) touches |= 2;
          if (py === y) touches |= 4;
          if (py === y + height - 1) touches |= 8;
          count += 1;
        }
        expect(count).toBeGreaterThan(0);
        expect(touches).toBe(15);
      }
      if (instancesU16 !== null) expect(Math.max(...instancesU16)).toBe(people.length);
      else expect(people).toEqual([]);
    }
  });

  it('refuses a mask that is used and not finite, and ignores one that is not used', () => {
    const grid = createMasks(createRandom(2), 2, 16, 16);
    grid.masks[300] = NaN;
    const run = (labels: readonly (number | undefined)[]) => () =>
      parseInstances(createQueries(labels), grid, geometry, spec, 'fast');
    expect(run([20, undefined])).not.toThrow();
    expect(run([undefined, 20])).toThrow(
      expect.objectContaining({
        code: 'MODEL_OUTPUT_INVALID',
        details: { output: 'pred_masks', reason: 'not-finite', totalCount: 256 },
      }),
    );
  });
});
