import { describe, expect, it } from 'vitest';
import { createRandom } from '../../testing/random.ts';
import type { Taps } from '../image/taps.ts';
import { createSquareTaps, fitIntoSquare } from './affine-square.ts';
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
