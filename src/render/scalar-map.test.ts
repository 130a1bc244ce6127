import { expect, test } from 'vitest';
import type { MetricDepthResult } from '../engine/api.ts';
import { replaceNonFinite, toScalarMap } from './scalar-map.ts';

test('metric depth becomes inverse depth: larger is nearer', () => {
  const result = { kind: 'metric-depth', widthPx: 5, heightPx: 1 } as const;
  const depthM = Float32Array.of(2, 4, Infinity, 0, -1);
  const map = toScalarMap({ ...result, depthM } as unknown as MetricDepthResult);
  expect([...map.values]).toEqual([0.5, 0.25, 0, NaN, NaN]);
});

test('finite values are passed on as they are', () => {
  const values = Float32Array.of(1, 2);
  expect(replaceNonFinite(values)).toBe(values);
});

test('NaN becomes the farthest value, infinities the ends', () => {
  expect([...replaceNonFinite(Float32Array.of(3, NaN, 5, Infinity, -Infinity))]).toEqual([3, 3, 5, 5, 3]);
  expect([...replaceNonFinite(Float32Array.of(NaN, NaN))]).toEqual([0, 0]);
});
