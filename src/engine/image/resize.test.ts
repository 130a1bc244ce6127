import { describe, expect, it } from 'vitest';
import type { PixelsU8 } from './pixels.ts';
import { resizeMap, resizeToRgbFloat } from './resize-float.ts';
import { resizeToRgbU8 } from './resize-u8.ts';
import { resizeToRgb } from './resize.ts';
import { createTaps } from './taps.ts';

const PILLOW_BILINEAR = { filter: 'bilinear', antialias: true } as const;

/** A grey picture from one value per pixel. */
function grey(widthPx: number, heightPx: number, values: readonly number[], channels: 3 | 4 = 3): PixelsU8 {
  const pixels = new Uint8Array(values.flatMap((value) => [value, value, value, 255].slice(0, channels)));
  return { widthPx, heightPx, channels, pixels };
}

function firstChannel(rgb: ArrayLike<number>): number[] {
  return Array.from(rgb).filter((_value, index) => index % 3 === 0);
}

describe('createTaps', () => {
  it.each([
    [7, 3, { filter: 'bilinear', antialias: true }],
    [3, 7, { filter: 'bicubic', antialias: true }],
    [100, 9, { filter: 'bicubic', antialias: true }],
    [7, 3, { filter: 'bicubic', antialias: false }],
    [1, 5, { filter: 'bicubic', antialias: false }],
    [5, 1, { filter: 'bilinear', antialias: false }],
  ] as const)('weighs %i samples for %i so that each sum is 1 and stays inside', (from, to, filter) => {
    const taps = createTaps(from, to, filter);
    for (let i = 0; i < to; i++) {
      const start = taps.starts[i]!;
      const count = taps.counts[i]!;
      expect(start).toBeGreaterThanOrEqual(0);
      expect(start + count).toBeLessThanOrEqual(from);
      expect(count).toBeLessThanOrEqual(taps.stride);
      const weights = taps.weights.subarray(i * taps.stride, i * taps.stride + count);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
    }
  });
});

describe('resizeToRgbU8', () => {
  it('copies a picture of the same size', () => {
    const source = grey(3, 2, [0, 50, 100, 150, 200, 250]);
    expect(resizeToRgbU8(source, source, PILLOW_BILINEAR)).toEqual(source.pixels);
  });

  it('widens the kernel when it shrinks, and drops the taps outside', () => {
    // Weights 3/7, 3/7, 1/7 of the triangle, of three samples that are inside: 71.4 and 209.3.
    const resized = resizeToRgbU8(
      grey(4, 1, [0, 100, 200, 255]),
      { widthPx: 2, heightPx: 1 },
      PILLOW_BILINEAR,
    );
    expect(firstChannel(resized)).toEqual([71, 209]);
  });

  it('clips the overshoot of the cubic kernel', () => {
    const filter = { filter: 'bicubic', cubicA: -0.5, antialias: true } as const;
    const resized = firstChannel(
      resizeToRgbU8(grey(4, 1, [0, 0, 255, 255]), { widthPx: 8, heightPx: 1 }, filter),
    );
    expect(Math.min(...resized)).toBe(0);
    expect(Math.max(...resized)).toBe(255);
    expect([...resized].reverse().map((value) => 255 - value)).toEqual(resized);
  });

  it('ignores the fourth channel', () => {
    const values = [10, 90, 60, 200, 30, 40];
    const target = { widthPx: 2, heightPx: 1 };
    expect(resizeToRgbU8(grey(3, 2, values, 4), target, PILLOW_BILINEAR)).toEqual(
      resizeToRgbU8(grey(3, 2, values, 3), target, PILLOW_BILINEAR),
    );
  });

  it.each([
    [1, 1, 5, 4],
    [4000, 2, 32, 32],
    [2, 4000, 3, 1],
  ])('keeps one colour one colour from %i x %i to %i x %i', (fromWidth, fromHeight, toWidth, toHeight) => {
    const source = grey(fromWidth, fromHeight, new Array<number>(fromWidth * fromHeight).fill(77));
    for (const antialias of [true, false]) {
      const filter = { filter: 'bicubic', antialias } as const;
      const resized = resizeToRgbU8(source, { widthPx: toWidth, heightPx: toHeight }, filter);
      expect(new Set(resized)).toEqual(new Set([77]));
    }
  });
});

describe('resizeToRgbFloat', () => {
  it('neither rounds nor clips', () => {
    const filter = { filter: 'bicubic', cubicA: -0.75, antialias: false } as const;
    const resized = firstChannel(
      resizeToRgbFloat(grey(4, 1, [0, 0, 255, 255]), { widthPx: 8, heightPx: 1 }, filter),
    );
    expect(Math.min(...resized)).toBeLessThan(0);
    expect(Math.max(...resized)).toBeGreaterThan(255);
  });

  it('is what the manifest asks for by precision', () => {
    const source = grey(2, 1, [0, 255]);
    const target = { widthPx: 3, heightPx: 1 };
    const spec = { filter: 'bilinear', antialias: false } as const;
    expect(firstChannel(resizeToRgb(source, target, { ...spec, precision: 'float' }))).toEqual([
      0, 127.5, 255,
    ]);
    expect(firstChannel(resizeToRgb(source, target, { ...spec, precision: 'u8' }))).toEqual([0, 128, 255]);
  });
});

describe('resizeMap', () => {
  it('interpolates between pixel centres and repeats the border', () => {
    const map = resizeMap(
      new Float32Array([0, 4]),
      { widthPx: 2, heightPx: 1 },
      { widthPx: 4, heightPx: 2 },
      { filter: 'bilinear' },
    );
    expect([...map]).toEqual([0, 1, 3, 4, 0, 1, 3, 4]);
  });
});
