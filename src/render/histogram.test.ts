import { expect, test } from 'vitest';
import {
  computeDisplayBins,
  computeHistogram,
  computeRange,
  percentileOf,
  rangeOf,
  rankOf,
} from './histogram.ts';

/** 0, 1, ... 9999: every percentile is known. */
const ramp = Float32Array.from({ length: 10_000 }, (_, i) => i);

test('percentiles of a ramp are right to a bin', () => {
  const histogram = computeHistogram(ramp);
  const binWidth = 10_000 / 2048;
  for (const q of [0.02, 0.25, 0.5, 0.98]) {
    expect(Math.abs(percentileOf(histogram, q) - q * 10_000)).toBeLessThanOrEqual(binWidth);
  }
  expect(percentileOf(histogram, 0)).toBe(0);
  expect(percentileOf(histogram, 1)).toBe(9999);
});

test('the full range is min to max, the automatic one leaves 2 % at both ends', () => {
  expect(computeRange(ramp, 'full')).toEqual({ lo: 0, hi: 9999 });
  const { lo, hi } = computeRange(ramp, 'auto');
  expect(lo).toBeCloseTo(200, -1);
  expect(hi).toBeCloseTo(9800, -1);
});

test('a far outlier does not cost resolution', () => {
  const values = Float32Array.from({ length: 10_000 }, (_, i) => i / 10_000);
  values[17] = 1e6;
  values[18] = -1e6;
  const { lo, hi } = computeRange(values, 'auto');
  // 2048 bins over 2e6 would be 977 wide; refined they resolve a unit interval.
  expect(lo).toBeCloseTo(0.02, 2);
  expect(hi).toBeCloseTo(0.98, 2);
  const histogram = computeHistogram(values);
  expect(histogram.max).toBe(1e6);
  expect(rankOf(histogram, 0.5)).toBeCloseTo(0.5, 2);
});

test('values that are not finite are left out', () => {
  const histogram = computeHistogram(Float32Array.of(NaN, 1, 2, 3, Infinity, -Infinity));
  expect(histogram).toMatchObject({ min: 1, max: 3, finiteCount: 3 });
  expect(rangeOf(histogram, 'full')).toEqual({ lo: 1, hi: 3 });
});

test('a map without any finite value has the range 0 to 0', () => {
  const histogram = computeHistogram(Float32Array.of(NaN, Infinity));
  expect(rangeOf(histogram, 'auto')).toEqual({ lo: 0, hi: 0 });
  expect(rankOf(histogram, 1)).toBe(0);
});

test('a constant map has lo = hi, and its value is in the middle', () => {
  const histogram = computeHistogram(new Float32Array(100).fill(7));
  expect(rangeOf(histogram, 'auto')).toEqual({ lo: 7, hi: 7 });
  expect(rankOf(histogram, 7)).toBe(0.5);
  expect(rankOf(histogram, 6)).toBe(0);
  expect(rankOf(histogram, 8)).toBe(1);
});

test('a map that is constant but for 1 % takes the full range instead of an empty one', () => {
  const values = new Float32Array(1000).fill(5);
  values.fill(10, 0, 10);
  expect(computeRange(values, 'auto')).toEqual({ lo: 5, hi: 10 });
});

test('the rank of a value is the share of smaller values', () => {
  const histogram = computeHistogram(ramp);
  expect(rankOf(histogram, 8300)).toBeCloseTo(0.83, 3);
  expect(rankOf(histogram, -1)).toBe(0);
  expect(rankOf(histogram, 0)).toBe(0);
  expect(rankOf(histogram, 9999)).toBeCloseTo(1, 3);
  expect(rankOf(histogram, 20_000)).toBe(1);
});

test('rank and percentile undo each other, outliers included', () => {
  const values = Float32Array.from({ length: 5000 }, (_, i) => Math.tan((i / 5000 - 0.5) * 3.1));
  const histogram = computeHistogram(values);
  for (const q of [0.01, 0.02, 0.3, 0.5, 0.9, 0.98, 0.995]) {
    expect(rankOf(histogram, percentileOf(histogram, q))).toBeCloseTo(q, 3);
  }
});

test('display bins count every value of the range once', () => {
  const count = (values: Float32Array, binCount: number) =>
    computeDisplayBins(values, computeHistogram(values), binCount);
  for (const binCount of [64, 50]) {
    const bins = count(ramp, binCount);
    expect(bins).toHaveLength(binCount);
    expect(bins.reduce((a, b) => a + b)).toBe(10_000);
    expect(Math.max(...bins) - Math.min(...bins)).toBeLessThanOrEqual(binCount === 64 ? 32 : 1);
  }
  expect([...count(new Float32Array(9).fill(2), 4)]).toEqual([9, 0, 0, 0]);
  // An outlier narrows the histogram, not what is displayed.
  const stretched = Float32Array.from(ramp, (value, i) => (i === 0 ? 1e6 : value));
  expect([...count(stretched, 4)]).toEqual([9999, 0, 0, 1]);
});
