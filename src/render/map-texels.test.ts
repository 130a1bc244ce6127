import { expect, test } from 'vitest';
import { measureSpan, packMap, unpackValues } from './map-texels.ts';

test('a texel holds the guide colours from 0 to 1 and the value', () => {
  const texels = packMap(Float32Array.of(0.25, -3), [255, 0, 51, 255, 0, 102, 255, 255]);
  expect([...texels]).toEqual([1, 0, 0.2, 0.25, 0, 0.4, 1, -3].map(Math.fround));
});

test('without a guide only the value is set', () => {
  expect([...packMap(Float32Array.of(7), null)]).toEqual([0, 0, 0, 7]);
});

test('the span reaches from the least to the greatest value', () => {
  expect(measureSpan(Float32Array.of(2, -1, 5))).toEqual({ min: -1, span: 6 });
  expect(measureSpan(Float32Array.of(4, 4))).toEqual({ min: 4, span: 0 });
});

test('24 bits come back as a value of the span, and the guide stays', () => {
  const texels = Float32Array.of(0.5, 0.5, 0.5, 9, 0.1, 0.2, 0.3, 9, 0, 0, 0, 9);
  const packed = Uint8Array.of(0, 0, 0, 255, 255, 255, 255, 255, 128, 0, 0, 255);
  unpackValues(texels, packed, { min: -2, span: 4 });
  expect([...texels.subarray(0, 3)]).toEqual([0.5, 0.5, 0.5]);
  expect(texels[3]).toBe(-2);
  expect(texels[7]).toBe(2);
  expect(texels[11]).toBeCloseTo(-2 + (128 * 65536 * 4) / 16777215, 6);
});
