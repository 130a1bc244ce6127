import { expect, test } from 'vitest';
import { createSkipCount } from './skip-count.ts';

/** At 25 frames per second. */
function countAt25(...timesMs: readonly number[]): number[] {
  const skips = createSkipCount();
  skips.setFrameRate(25);
  return timesMs.map((ms) => skips.until(ms * 1000));
}

test('a gap of several intervals is that many frames less one', () => {
  expect(countAt25(1000, 1040, 1160)).toEqual([0, 0, 2]);
});

test('times that wander a little, stand still or go back are no gap', () => {
  expect(countAt25(1000, 1057, 1057, 900)).toEqual([0, 0, 0, 0]);
});

test('the first frame after a pause misses nothing', () => {
  const skips = createSkipCount();
  skips.setFrameRate(25);
  skips.until(0);
  skips.pause();
  expect(skips.until(9_000_000)).toBe(0);
  expect(skips.until(9_080_000)).toBe(1);
});

test('without a known rate nothing is counted', () => {
  const skips = createSkipCount();
  skips.setFrameRate(null);
  skips.until(0);
  expect(skips.until(5_000_000)).toBe(0);
});
