import { expect, it } from 'vitest';
import { decodeHalf, decodeHalves, encodeHalf, encodeHalves } from './half.ts';

it('knows the landmarks of IEEE 754 half precision', () => {
  const landmarks: readonly (readonly [number, number])[] = [
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [Infinity, 0x7c00],
  ];
  for (const [value, bits] of landmarks) {
    expect(encodeHalf(value)).toBe(bits);
    expect(Object.is(decodeHalf(bits), value)).toBe(true);
  }
});

it('gives every half back, and NaN as NaN', () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = decodeHalf(bits);
    if (Number.isNaN(value)) expect(decodeHalf(encodeHalf(value))).toBeNaN();
    else expect(encodeHalf(value)).toBe(bits);
  }
});

it('rounds to the nearest, ties to even, and overflows to infinity', () => {
  expect(encodeHalf(1 + 2 ** -11)).toBe(0x3c00);
  expect(encodeHalf(1 + 3 * 2 ** -11)).toBe(0x3c02);
  expect(encodeHalf(2 ** -25)).toBe(0);
  expect(encodeHalf(65519)).toBe(0x7bff);
  expect(encodeHalf(65520)).toBe(0x7c00);
});

it('converts arrays', () => {
  const values = new Float32Array([0.5, -3, 0.25]);
  expect(decodeHalves(encodeHalves(values))).toEqual(values);
});
