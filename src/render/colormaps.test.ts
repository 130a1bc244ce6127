import { expect, test } from 'vitest';
import { COLORMAP_IDS, colormapGradientCss, getColormapTable, type ColormapId } from './colormaps.ts';

function hexAt(id: ColormapId, entry: number): string {
  return [...getColormapTable(id).slice(entry * 3, entry * 3 + 3)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

test('every colormap has 256 entries', () => {
  for (const id of COLORMAP_IDS) expect(getColormapTable(id), id).toHaveLength(768);
});

test.each<[ColormapId, string, string, string]>([
  // First, 128th and last entry as published (matplotlib `_cm_listed.py`, rounded).
  ['inferno', '000004', 'bc3754', 'fcffa4'],
  ['viridis', '440154', '21918c', 'fde725'],
  ['magma', '000004', 'b73779', 'fcfdbf'],
  ['plasma', '0d0887', 'cc4778', 'f0f921'],
  ['turbo', '30123b', 'a4fc3c', '7a0403'],
  ['grey', '000000', '808080', 'ffffff'],
  ['spectral', '9e0142', 'ffffbe', '5e4fa2'],
])('%s has the published colours', (id, first, middle, last) => {
  expect(hexAt(id, 0)).toBe(first);
  expect(hexAt(id, 128)).toBe(middle);
  expect(hexAt(id, 255)).toBe(last);
});

test('Spectral has every ColorBrewer class where it belongs', () => {
  // Entries whose position is a whole stop: 255 * k / 10 for k = 2, 4, 6, 8.
  expect(hexAt('spectral', 51)).toBe('f46d43');
  expect(hexAt('spectral', 102)).toBe('fee08b');
  expect(hexAt('spectral', 153)).toBe('e6f598');
  expect(hexAt('spectral', 204)).toBe('66c2a5');
});

test('a gradient runs from the first to the last colour, and back when inverted', () => {
  const gradient = colormapGradientCss('viridis');
  expect(gradient).toMatch(/^linear-gradient\(to right, rgb\(68 1 84\), .*rgb\(253 231 37\)\)$/);
  expect(colormapGradientCss('viridis', true)).toMatch(/rgb\(253 231 37\), .*rgb\(68 1 84\)\)$/);
});
