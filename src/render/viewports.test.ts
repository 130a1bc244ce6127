import { expect, test } from 'vitest';
import { viewportsOf } from './viewports.ts';

test('side by side halves the width, and the odd pixel goes to the map', () => {
  expect(viewportsOf('side-by-side', 101, 40)).toEqual([
    { content: 'photo', x: 0, y: 0, width: 50, height: 40 },
    { content: 'map', x: 50, y: 0, width: 51, height: 40 },
  ]);
});

test('every other mode fills the canvas', () => {
  for (const mode of ['photo', 'map', 'compare', 'overlay'] as const) {
    expect(viewportsOf(mode, 30, 20)).toMatchObject([{ x: 0, y: 0, width: 30, height: 20 }]);
  }
});

test('lays the two images above each other on a canvas that is taller than wide', () => {
  expect(viewportsOf('side-by-side', 40, 101)).toEqual([
    { content: 'photo', x: 0, y: 0, width: 40, height: 50 },
    { content: 'map', x: 0, y: 50, width: 40, height: 51 },
  ]);
});
