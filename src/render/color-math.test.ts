import { expect, test } from 'vitest';
import { mixColors, toGrey16, toGrey16Values, toneOf, writeColor } from './color-math.ts';
import { getColormapTable } from './colormaps.ts';

const plain = { range: { lo: 10, hi: 20 }, invert: false, gamma: 1 };

test('a tone is the position in the range, clamped', () => {
  expect([5, 10, 15, 20, 25].map((value) => toneOf(value, plain))).toEqual([0, 0, 0.5, 1, 1]);
});

test('invert turns the range around before gamma', () => {
  expect(toneOf(12.5, { ...plain, invert: true })).toBe(0.75);
  expect(toneOf(12.5, { ...plain, invert: true, gamma: 2 })).toBeCloseTo(Math.sqrt(0.75), 12);
});

test('gamma 2 brightens: t becomes its square root', () => {
  expect(toneOf(12.5, { ...plain, gamma: 2 })).toBe(0.5);
});

test('a gamma without meaning is clamped', () => {
  expect(toneOf(15, { ...plain, gamma: 0 })).toBeCloseTo(0.5 ** 5, 12);
  expect(toneOf(15, { ...plain, gamma: NaN })).toBe(0.5);
});

test('an empty range draws 0', () => {
  expect(toneOf(3, { ...plain, range: { lo: 3, hi: 3 } })).toBe(0);
  expect(toneOf(3, { ...plain, range: { lo: 4, hi: 3 } })).toBe(0);
});

test('a colour is linear between two entries of the table', () => {
  const color = new Uint8Array(3);
  const grey = getColormapTable('grey');
  for (const [t, expected] of [
    [0, 0],
    [1, 255],
    [100 / 255, 100],
    [100.4 / 255, 100],
    [100.6 / 255, 101],
  ] as const) {
    writeColor(grey, t, color, 0);
    expect([...color]).toEqual([expected, expected, expected]);
  }
});

test('16-bit grey uses the whole range', () => {
  expect([0, 0.5, 1].map(toGrey16)).toEqual([0, 32768, 65535]);
});

test('a run of values has the colours of each value, mixed over what is there', () => {
  const values = Float32Array.from({ length: 400 }, (_, i) => i / 300 - 0.2);
  for (const invert of [false, true]) {
    for (const gamma of [1, 1.7]) {
      for (const opacity of [1, 0.3]) {
        const color = {
          colormap: 'inferno',
          range: { lo: 0.1, hi: 0.8 },
          invert,
          gamma,
          followEdges: false,
        } as const;
        const below = new Uint8ClampedArray(values.length * 4 + 4).fill(90);
        const expected = below.slice();
        values.forEach((value, i) => {
          const above = new Uint8Array(3);
          writeColor(getColormapTable('inferno'), toneOf(value, color), above, 0);
          above.forEach((byte, channel) => (expected[i * 4 + 4 + channel] = 90 + (byte - 90) * opacity));
          expected[i * 4 + 7] = 255;
        });
        mixColors(values, color, opacity, below, 4);
        expect(below).toEqual(expected);
      }
    }
  }
});

test('a run of values has the 16-bit grey of each value', () => {
  const values = Float32Array.from({ length: 400 }, (_, i) => i / 300 - 0.2);
  for (const invert of [false, true]) {
    for (const gamma of [1, 1.7]) {
      const color = { range: { lo: 0.1, hi: 0.8 }, invert, gamma };
      expect([...toGrey16Values(values, color)]).toEqual(
        [...values].map((value) => toGrey16(toneOf(value, color))),
      );
    }
  }
  expect([...toGrey16Values(values, { range: { lo: 1, hi: 1 }, invert: true, gamma: 1 })]).toEqual(
    Array(400).fill(65535),
  );
});
