import { describe, expect, it } from 'vitest';
import {
  countClassPixels,
  countPeopleClassPixels,
  createSelectionMask,
  toClassTable,
  toPeopleTable,
  type LabelMap,
} from './selection.ts';

const MAP: LabelMap = {
  widthPx: 3,
  heightPx: 2,
  labels: ['Background', 'Hat', 'Face'],
  labelsU8: Uint8Array.of(0, 1, 2, 2, 1, 0),
  instancesU16: Uint16Array.of(0, 1, 1, 2, 0, 2),
  people: [
    { score: null, box: { x: 1, y: 0, width: 2, height: 1 } },
    { score: null, box: { x: 0, y: 1, width: 3, height: 1 } },
  ],
};

describe('selection', () => {
  it('is where class and person are both on', () => {
    const classes = new Set([1, 2]);
    expect([...createSelectionMask(MAP, { classes, people: null })]).toEqual([0, 1, 1, 1, 1, 0]);
    expect([...createSelectionMask(MAP, { classes, people: new Set([1]) })]).toEqual([0, 1, 1, 0, 0, 0]);
    expect([...createSelectionMask(MAP, { classes, people: new Set([0]) })]).toEqual([0, 0, 0, 0, 1, 0]);
  });

  it('takes every pixel as nobody’s where there are no people', () => {
    const nobody = { ...MAP, instancesU16: null, people: [] };
    const selection = { classes: new Set([1]), people: new Set([0]) };
    expect([...createSelectionMask(nobody, selection)]).toEqual([0, 1, 0, 0, 1, 0]);
  });

  it('becomes tables for textures', () => {
    const table = toClassTable({ classes: new Set([2]), people: null });
    expect([table.length, table[1], table[2]]).toEqual([256, 0, 1]);
    expect([...toPeopleTable({ classes: new Set(), people: new Set([2, 9]) }, 2)]).toEqual([0, 0, 1]);
    expect([...toPeopleTable({ classes: new Set(), people: null }, 2)]).toEqual([1, 1, 1]);
  });
});

describe('counts', () => {
  it('are per class over the map, or over one person', () => {
    expect([...countClassPixels(MAP)]).toEqual([2, 2, 2]);
    expect([...countClassPixels(MAP, 2)]).toEqual([1, 0, 1]);
  });

  it('are per person and class in one pass, and sum to the map', () => {
    const counts = countPeopleClassPixels(MAP);
    expect([...counts]).toEqual([1, 1, 0, 0, 1, 1, 1, 0, 1]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(6);
  });
});
