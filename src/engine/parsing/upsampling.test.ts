import { describe, expect, it } from 'vitest';
import { createRandom } from '../../testing/random.ts';
import type { Taps } from '../image/taps.ts';
import { resolveInputGeometry } from '../image/input-size.ts';
import type { SizeRule } from '../models/manifest.ts';
import { createSquareTaps, fitIntoSquare, warpIntoSquare } from './affine-square.ts';
import {
  composeTaps,
  createAffineTaps,
  createAlignCornersTaps,
  createDirectTaps,
  createHalfPixelTaps,
  createPaddedTaps,
  groupTaps,
  sliceTaps,
} from './upsampling.ts';

function apply(taps: Taps, values: readonly number[]): number[] {
  return Array.from(taps.starts, (start, i) => {
    let sum = 0;
    for (let k = 0; k < taps.counts[i]!; k++) sum += taps.weights[i * taps.stride + k]! * values[start + k]!;
    return sum;
  });
}

/** Largest distance from what is wanted at each place. */
function farthest(values: readonly number[], wanted: (index: number) => number): number {
  return values.reduce((worst, value, index) => Math.max(worst, Math.abs(value - wanted(index))), 0);
}

describe('taps', () => {
  it('interpolate half-pixel centres and repeat the border', () => {
    expect(apply(createHalfPixelTaps(2, 4), [0, 4])).toEqual([0, 1, 3, 4]);
  });

  it('put first on first and last on last with aligned corners', () => {
    expect(apply(createAlignCornersTaps(2, 5), [0, 4])).toEqual([0, 1, 2, 3, 4]);
    expect(apply(createAlignCornersTaps(1, 3), [7])).toEqual([7, 7, 7]);
    expect(apply(createAlignCornersTaps(3, 1), [7, 8, 9])).toEqual([7]);
  });

  it('see 0 outside under an affine', () => {
    expect(apply(createAffineTaps(2, 5, 1, -1.5), [4, 8])).toEqual([0, 2, 6, 4, 0]);
  });

  it('compose to what one after the other gives, for random lengths', () => {
    const random = createRandom(1);
    for (let round = 0; round < 200; round++) {
      const pick = (most: number): number => 1 + Math.floor(random() * most);
      const [a, b, c] = [pick(40), pick(80), pick(80)];
      const values = Array.from({ length: a }, () => random() - 0.5);
      const inner = createHalfPixelTaps(a, b);
      const start = Math.floor(random() * b);
      const length = 1 + Math.floor(random() * (b - start));
      const outer = createHalfPixelTaps(length, c);
      const cropped = sliceTaps(inner, start, length);
      const expected = apply(outer, apply(inner, values).slice(start, start + length));
      const actual = apply(composeTaps(cropped, outer), values);
      for (let i = 0; i < c; i++) expect(actual[i]).toBeCloseTo(expected[i]!, 12);
    }
  });

  it('undo padding: what lies on a ramp before cropping lies on it after', () => {
    // Picture of 85 in a network of 96, masks of 24: a ramp over the network must come back as the picture's part of it.
    const ramp = Array.from({ length: 24 }, (_, i) => (i + 0.5) * 4 - 0.5);
    for (const create of [createPaddedTaps, createDirectTaps]) {
      const back = apply(create(24, { networkLength: 96, start: 5, length: 85 }, 85), ramp);
      for (let i = 0; i < 85; i++) expect(back[i]).toBeCloseTo(5 + i, 10);
    }
  });

  it('undo the affine square: a picture position comes back from its place in the square', () => {
    for (const [widthPx, heightPx] of [
      [640, 480],
      [180, 240],
      [4000, 60],
      [2, 1],
    ] as const) {
      const source = { widthPx, heightPx };
      const square = fitIntoSquare(source, 473);
      const inSquare = Array.from({ length: 473 }, (_, i) => (i - square.offsetX) / square.scale);
      const taps = createSquareTaps({ widthPx: 473, heightPx: 473 }, source, source, square);
      const back = apply(taps.columns, inSquare);
      for (let x = 1; x < widthPx - 1; x++) expect(back[x]).toBeCloseTo(x, 6);
    }
  });

  it('undo padding pixel by pixel where the network answers at its own size, for pictures of any size', () => {
    const random = createRandom(6);
    const rules: readonly SizeRule[] = [
      { rule: 'short-side-padded', multipleOf: 32, maxLongSidePx: 200 },
      { rule: 'fit-centered', widthPx: 96, heightPx: 128, padValue: 128 },
    ];
    for (let round = 0; round < 60; round++) {
      const source = { widthPx: 1 + Math.floor(random() * 300), heightPx: 1 + Math.floor(random() * 300) };
      for (const rule of rules) {
        const { network, content } = resolveInputGeometry(source, rule, {
          detailPx: 64,
          maxLongSidePx: null,
        });
        const isCentered = rule.rule === 'fit-centered';
        for (const side of ['widthPx', 'heightPx'] as const) {
          const start = isCentered ? Math.floor((network[side] - content[side]) / 2) : 0;
          // Noise everywhere: what lies in the padding must not come in anywhere.
          const values = Array.from({ length: network[side] }, () => random() - 0.5);
          const axis = { networkLength: network[side], start, length: content[side] };
          for (const create of [createPaddedTaps, createDirectTaps]) {
            const back = apply(create(network[side], axis, content[side]), values);
            expect(back).toEqual(values.slice(start, start + content[side]));
          }
        }
      }
    }
  });

  it('undo padding within the picture alone at any other size: no target reads past the picture', () => {
    const random = createRandom(7);
    for (let round = 0; round < 100; round++) {
      const length = 2 + Math.floor(random() * 120);
      const start = Math.floor(random() * 20);
      const networkLength = start + length + Math.floor(random() * 40);
      const target = 1 + Math.floor(random() * 300);
      // 1 in the picture, far more around it.
      const values = Array.from({ length: networkLength }, (_, i) =>
        i >= start && i < start + length ? 1 : 1e6,
      );
      for (const create of [createPaddedTaps, createDirectTaps]) {
        const back = apply(create(networkLength, { networkLength, start, length }, target), values);
        expect(back).toHaveLength(target);
        expect(farthest(back, () => 1)).toBeLessThan(1e-9);
      }
    }
  });

  it('undo the affine square pixel by pixel where the pixels of both fall together', () => {
    const random = createRandom(8);
    // 472 = 2 * 2 * 2 * 59: sides whose pixels lie a whole number of square pixels apart.
    for (const long of [2, 5, 60, 237, 473]) {
      const scale = 472 / (long - 1);
      for (let round = 0; round < 2; round++) {
        const any = 1 + Math.floor(random() * long);
        // In the middle of the square only where both margins are whole.
        const short = (scale * (any - 1)) % 2 === 0 ? any : Math.max(1, any - 1);
        const source = round % 2 ? { widthPx: long, heightPx: short } : { widthPx: short, heightPx: long };
        const pixels = Uint8Array.from(
          { length: source.widthPx * source.heightPx * 3 },
          () => random() * 256,
        );
        const square = fitIntoSquare(source, 473);
        const inSquare = warpIntoSquare({ ...source, channels: 3, pixels }, square);
        const taps = createSquareTaps({ widthPx: 473, heightPx: 473 }, source, source, square);
        let worst = 0;
        for (let check = 0; check < 40; check++) {
          const x = Math.floor(random() * source.widthPx);
          const y = Math.floor(random() * source.heightPx);
          let value = 0;
          for (let j = 0; j < taps.rows.counts[y]!; j++) {
            for (let k = 0; k < taps.columns.counts[x]!; k++) {
              value +=
                taps.rows.weights[y * taps.rows.stride + j]! *
                taps.columns.weights[x * taps.columns.stride + k]! *
                inSquare[((taps.rows.starts[y]! + j) * 473 + taps.columns.starts[x]! + k) * 3]!;
            }
          }
          worst = Math.max(worst, Math.abs(value - pixels[(y * source.widthPx + x) * 3]!));
        }
        expect(worst).toBeLessThan(1e-6);
      }
    }
  });

  it('undo the affine square for pictures of any size: positions come back', () => {
    const random = createRandom(9);
    for (let round = 0; round < 60; round++) {
      const source = { widthPx: 3 + Math.floor(random() * 700), heightPx: 3 + Math.floor(random() * 700) };
      const square = fitIntoSquare(source, 473);
      const taps = createSquareTaps({ widthPx: 473, heightPx: 473 }, source, source, square);
      const columns = Array.from({ length: 473 }, (_, i) => (i - square.offsetX) / square.scale);
      const rows = Array.from({ length: 473 }, (_, i) => (i - square.offsetY) / square.scale);
      // At the rim the square's black comes in.
      const backX = apply(taps.columns, columns).slice(1, -1);
      const backY = apply(taps.rows, rows).slice(1, -1);
      expect(farthest(backX, (i) => i + 1)).toBeLessThan(1e-6);
      expect(farthest(backY, (i) => i + 1)).toBeLessThan(1e-6);
    }
  });

  it('group into runs that cover every target once, in order', () => {
    const taps = createPaddedTaps(24, { networkLength: 96, start: 0, length: 85 }, 200);
    const runs = groupTaps(taps);
    expect(runs[0]!.from).toBe(0);
    expect(runs.at(-1)!.to).toBe(200);
    for (let i = 1; i < runs.length; i++) expect(runs[i]!.from).toBe(runs[i - 1]!.to);
    for (const run of runs) {
      for (let i = run.from; i < run.to; i++) {
        expect([taps.starts[i], taps.counts[i]]).toEqual([run.start, run.count]);
      }
    }
  });
});
