import { describe, expect, it } from 'vitest';
import type { LabelsResult } from '../../engine/api.ts';
import { createLook, resolveSelection, selectPixels, type ParsingChoice } from './label-look.ts';
import { measureNearness, readPart, toViewedLabels } from './viewed-labels.ts';

/** 4 x 2: person 1 in class 2 (twice) and 1, person 2 in class 3, the rest background. */
const RESULT = {
  kind: 'labels',
  pipeline: 'human-parsing',
  widthPx: 4,
  heightPx: 2,
  sourceWidthPx: 8,
  sourceHeightPx: 4,
  labelSet: 'mine',
  labels: ['Background', 'Face', 'Coat', 'Hair'],
  labelsU8: Uint8Array.of(1, 2, 0, 3, 2, 0, 0, 3),
  instancesU16: Uint16Array.of(1, 1, 0, 2, 1, 0, 0, 2),
  arePeopleEstimated: false,
  people: [
    { score: 0.9, box: { x: 0, y: 0, width: 2, height: 2 } },
    { score: 0.8, box: { x: 3, y: 0, width: 1, height: 2 } },
  ],
} as unknown as LabelsResult;

const ALL: ParsingChoice = {
  hiddenClasses: [0],
  isolatedClass: null,
  hiddenPeople: [],
  isolatedPerson: null,
  depthRange: null,
};

describe('what is read from a parsing result', () => {
  it('lists classes by share, the background last, and people with their parts, largest first', () => {
    const viewed = toViewedLabels('key', RESULT);
    expect(viewed.classes.map(({ name, share }) => [name, share])).toEqual([
      ['Coat', 0.25],
      ['Hair', 0.25],
      ['Face', 0.125],
      ['Background', 0.375],
    ]);
    expect(viewed.people.map(({ parts, share, box }) => ({ parts, share, box }))).toEqual([
      { parts: [2, 1], share: 0.375, box: { x: 0, y: 0, width: 0.5, height: 1 } },
      { parts: [3], share: 0.25, box: { x: 0.75, y: 0, width: 0.25, height: 1 } },
    ]);
    expect([viewed.faceClasses, viewed.hairClasses]).toEqual([[1], [3]]);
  });

  it('names the part and the person at a point, edges held', () => {
    expect(readPart(RESULT, { x: 0.3, y: 0.2 })).toEqual({ classId: 2, personId: 1 });
    expect(readPart(RESULT, { x: 1, y: 1 })).toEqual({ classId: 3, personId: 2 });
  });

  it('measures the median nearness of classes and people on a depth map of another size', () => {
    const map = { widthPx: 4, heightPx: 4, values: Float32Array.from({ length: 16 }, (_, i) => i) };
    const { classes, people } = measureNearness(RESULT, { map });
    expect(classes.get(1)).toBe(2);
    expect(classes.get(3)).toBe(9);
    expect(people.get(2)).toBe(9);
    expect(people.has(0)).toBe(false);
  });
});

describe('what is drawn', () => {
  it('hides classes by a transparent palette entry, and people by their table', () => {
    const selection = resolveSelection(RESULT, { ...ALL, hiddenClasses: [0, 2], hiddenPeople: [2] });
    expect([...selection.classes]).toEqual([1, 3]);
    const look = createLook(RESULT, selection, 'overlay', 'published', 2);
    expect([0, 1, 2, 3].map((id) => look.paletteRgba[id * 4 + 3])).toEqual([0, 255, 0, 255]);
    expect([...look.paletteRgba.slice(4, 7)]).toEqual([128, 0, 0]);
    expect([...look.peopleOn]).toEqual([1, 1, 0]);
    expect(selectPixels(RESULT, selection, 'overlay', null).labelsU8).toBe(RESULT.labelsU8);
  });

  it('shows an isolated class or person alone', () => {
    expect([...resolveSelection(RESULT, { ...ALL, isolatedClass: 3 }).classes]).toEqual([3]);
    const person = resolveSelection(RESULT, { ...ALL, isolatedPerson: 2 });
    expect([...person.people!]).toEqual([2]);
  });

  it('covers the photo in a mosaic: what is off is black', () => {
    const selection = resolveSelection(RESULT, { ...ALL, hiddenPeople: [2] });
    const look = createLook(RESULT, selection, 'mosaic', 'published', 2);
    expect([...look.paletteRgba.slice(0, 4)]).toEqual([0, 0, 0, 255]);
    const { labelsU8 } = selectPixels(RESULT, selection, 'mosaic', null);
    expect([...labelsU8]).toEqual([1, 2, 0, 255, 2, 0, 0, 255]);
  });

  it('leaves out what is nearer or farther than the range', () => {
    const map = { widthPx: 2, heightPx: 1, values: Float32Array.of(0, 10) };
    const selection = resolveSelection(RESULT, ALL);
    const { labelsU8 } = selectPixels(RESULT, selection, 'overlay', { map, lo: 5, hi: 10 });
    expect([...labelsU8]).toEqual([255, 255, 0, 3, 255, 255, 0, 3]);
  });
});
