import { describe, expect, it } from 'vitest';
import { createRandom } from '../testing/random.ts';
import { createPace } from './pace.ts';
import { createRangeSmoother } from './range-smoothing.ts';
import { createSceneCutDetector } from './scene-cut.ts';
import { createTemporalFilter } from './temporal-filter.ts';

const WIDTH = 64;
const HEIGHT = 48;

/** A bright near box on a dark far ground, its left side at `edgeX`, with noise. */
function drawFrame(edgeX: number, random: () => number, noise: number) {
  const values = new Float32Array(WIDTH * HEIGHT);
  const lumaU8 = new Uint8Array(WIDTH * HEIGHT);
  for (let i = 0; i < values.length; i++) {
    const isNear = i % WIDTH >= edgeX;
    values[i] = (isNear ? 0.9 : 0.1) + noise * (random() + random() - 1);
    lumaU8[i] = (isNear ? 180 : 60) + Math.round(4 * (random() + random() - 1));
  }
  return { values, lumaU8 };
}

function meanChange(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}

describe('temporal filter', () => {
  it('brings the flicker of a still, noisy scene below a quarter', () => {
    const random = createRandom(1);
    const filter = createTemporalFilter(0.6);
    let rawFlicker = 0;
    let shownFlicker = 0;
    let previous: { raw: Float32Array; shown: Float32Array } | null = null;
    for (let frame = 0; frame < 40; frame++) {
      const { values, lumaU8 } = drawFrame(32, random, 0.02);
      const shown = filter.apply(values, lumaU8).slice();
      if (previous !== null && frame > 10) {
        rawFlicker += meanChange(values, previous.raw);
        shownFlicker += meanChange(shown, previous.shown);
      }
      previous = { raw: values, shown };
    }
    expect(shownFlicker / rawFlicker).toBeLessThan(0.25);
  });

  it('follows a moving edge in the same frame', () => {
    const random = createRandom(2);
    const filter = createTemporalFilter(0.6);
    for (let frame = 0; frame < 20; frame++) {
      const edgeX = 16 + frame;
      const { values, lumaU8 } = drawFrame(edgeX, random, 0.02);
      const shown = filter.apply(values, lumaU8);
      if (frame < 2) continue;
      // The column that the edge just left must already show the far value.
      const left = shown[10 * WIDTH + edgeX - 1]!;
      expect(Math.abs(left - 0.1)).toBeLessThan(0.1);
    }
  });

  it('returns the input unchanged when it is off', () => {
    const values = new Float32Array([0.1, 0.2]);
    expect(createTemporalFilter(0).apply(values, new Uint8Array(2))).toBe(values);
  });

  it('starts anew after a reset', () => {
    const filter = createTemporalFilter(1);
    filter.apply(new Float32Array([0.5, 0.5]), new Uint8Array(2));
    filter.reset();
    expect([...filter.apply(new Float32Array([0.25, 1]), new Uint8Array(2))]).toEqual([0.25, 1]);
  });
});

describe('range smoother', () => {
  it('takes the first range as it is, averages the next ones, and then moves a tenth of the way', () => {
    const smoother = createRangeSmoother(0.6);
    expect(smoother.follow({ lo: 0, hi: 10 })).toEqual({ lo: 0, hi: 10 });
    expect(smoother.follow({ lo: 0, hi: 20 }).hi).toBeCloseTo(15);
    for (let frame = 0; frame < 20; frame++) smoother.follow({ lo: 0, hi: 15 });
    expect(smoother.follow({ lo: 0, hi: 25 }).hi).toBeCloseTo(16, 1);
  });

  it('ignores a range that is not finite', () => {
    const smoother = createRangeSmoother(0.6);
    smoother.follow({ lo: 1, hi: 2 });
    expect(smoother.follow({ lo: Number.NaN, hi: 2 })).toEqual({ lo: 1, hi: 2 });
  });
});

describe('scene cut detector', () => {
  it('sees a cut once and no cut in a noisy, moving scene', () => {
    const random = createRandom(3);
    const detector = createSceneCutDetector();
    expect(detector.isCut(drawFrame(20, random, 0).lumaU8)).toBe(true);
    for (let frame = 1; frame < 10; frame++)
      expect(detector.isCut(drawFrame(20 + frame, random, 0).lumaU8)).toBe(false);
    const dark = new Uint8Array(WIDTH * HEIGHT).fill(15);
    expect(detector.isCut(dark)).toBe(true);
    expect(detector.isCut(dark)).toBe(false);
  });
});

describe('pace', () => {
  const detail = { defaultPx: 256, minPx: 128, maxPx: 512, stepPx: 32 };

  /** Feeds a device whose frame time is proportional to the area, and gives where the size rests. */
  function settle(msAt256: number, targetFps: number, startPx: number): number[] {
    const pace = createPace(detail, targetFps, startPx);
    let sizePx = startPx;
    const sizes: number[] = [];
    for (let frame = 0; frame < 300; frame++) {
      sizePx = pace.next(msAt256 * (sizePx / 256) ** 2);
      sizes.push(sizePx);
    }
    return sizes.slice(-50);
  }

  it('shrinks the input on a slow device until the target holds, and then stays', () => {
    const sizes = settle(120, 15, 256);
    expect(new Set(sizes).size).toBe(1);
    expect(120 * (sizes[0]! / 256) ** 2).toBeLessThanOrEqual(1000 / 15);
  });

  it('grows to the largest input on a fast device', () => {
    expect(settle(2, 30, 128)).toEqual(Array.from({ length: 50 }, () => 512));
  });

  it('stops at the smallest input when even that is too slow', () => {
    expect(settle(5000, 30, 256)[0]).toBe(128);
  });
});
