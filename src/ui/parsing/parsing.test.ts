import { describe, expect, it } from 'vitest';
import type { LabelsResult } from '../../engine/api.ts';
import {
  createLook,
  resolveSelection,
  selectPixels,
  toRawRange,
  type DrawingStyle,
  type ParsingChoice,
} from './label-look.ts';
import type { ViewedMap } from '../queries.ts';
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

const DRAWING: DrawingStyle = { style: 'overlay', colourBy: 'class', palette: 'published', lineWidthPx: 2 };
const MOSAIC: DrawingStyle = { ...DRAWING, style: 'mosaic' };
const BY_PERSON: DrawingStyle = { ...DRAWING, colourBy: 'person' };

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
    const look = createLook(RESULT, selection, DRAWING);
    expect([0, 1, 2, 3].map((id) => look.paletteRgba[id * 4 + 3])).toEqual([0, 255, 0, 255]);
    expect([...look.paletteRgba.slice(4, 7)]).toEqual([128, 0, 0]);
    expect([...look.peopleOn]).toEqual([1, 1, 0]);
    expect(selectPixels(RESULT, selection, DRAWING, null).labelsU8).toBe(RESULT.labelsU8);
  });

  it('shows an isolated class or person alone', () => {
    expect([...resolveSelection(RESULT, { ...ALL, isolatedClass: 3 }).classes]).toEqual([3]);
    const person = resolveSelection(RESULT, { ...ALL, isolatedPerson: 2 });
    expect([...person.people!]).toEqual([2]);
  });

  it('covers the photo in a mosaic: what is off is black', () => {
    const selection = resolveSelection(RESULT, { ...ALL, hiddenPeople: [2] });
    const look = createLook(RESULT, selection, MOSAIC);
    expect([...look.paletteRgba.slice(0, 4)]).toEqual([0, 0, 0, 255]);
    const { labelsU8 } = selectPixels(RESULT, selection, MOSAIC, null);
    expect([...labelsU8]).toEqual([1, 2, 0, 255, 2, 0, 0, 255]);
  });

  it('leaves out what is nearer or farther than the range', () => {
    const map = { widthPx: 2, heightPx: 1, values: Float32Array.of(0, 10) };
    const selection = resolveSelection(RESULT, ALL);
    const { labelsU8 } = selectPixels(RESULT, selection, DRAWING, { map, lo: 5, hi: 10 });
    expect([...labelsU8]).toEqual([255, 255, 0, 3, 255, 255, 0, 3]);
  });

  it('takes a range in shares of nearness from the farthest to the nearest point', () => {
    const map = { widthPx: 2, heightPx: 1, values: Float32Array.of(2, 10) };
    const histogram = { min: 2, max: 10 } as ViewedMap['histogram'];
    expect(toRawRange({ lo: 0.25, hi: 0.5 }, { map, histogram })).toMatchObject({ lo: 4, hi: 6 });
    expect(toRawRange(null, { map, histogram })).toBeNull();
    expect(toRawRange({ lo: 0, hi: 1 }, null)).toBeNull();
  });

  it('isolates a class within a range of depth: both must hold', () => {
    const map = { widthPx: 4, heightPx: 2, values: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7) };
    const choice = { ...ALL, isolatedClass: 2, depthRange: { lo: 0.5, hi: 1 } };
    const selection = resolveSelection(RESULT, choice);
    const range = toRawRange(choice.depthRange, {
      map,
      histogram: { min: 0, max: 7 } as ViewedMap['histogram'],
    });
    const { labelsU8 } = selectPixels(RESULT, selection, DRAWING, range);
    // Coat is at 1 (too far) and at 4 (kept).
    const look = createLook(RESULT, selection, DRAWING);
    const isDrawn = [...labelsU8].map((label) => look.paletteRgba[label * 4 + 3]! > 0);
    expect(isDrawn).toEqual([false, false, false, false, true, false, false, false]);
  });

  it('colours people instead of classes, keeping what is switched off and what is nobody’s', () => {
    const selection = resolveSelection(RESULT, { ...ALL, hiddenClasses: [1] });
    const { labelsU8 } = selectPixels(RESULT, selection, BY_PERSON, null);
    // Face is off; the background is on and nobody's.
    expect([...labelsU8]).toEqual([255, 1, 250, 2, 1, 250, 250, 2]);
    const { paletteRgba, peopleOn } = createLook(RESULT, selection, BY_PERSON);
    expect([...peopleOn]).toEqual([1, 1, 1]);
    const colourOf = (id: number) => [...paletteRgba.slice(id * 4, id * 4 + 4)];
    expect(new Set([1, 2, 250].map((id) => colourOf(id).join()))).toHaveProperty('size', 3);
    expect(colourOf(250)).toEqual([150, 150, 150, 255]);
    expect(colourOf(255)[3]).toBe(0);
    const one = resolveSelection(RESULT, { ...ALL, isolatedPerson: 2 });
    expect([...selectPixels(RESULT, one, BY_PERSON, null).labelsU8]).toEqual([
      255, 255, 255, 2, 255, 255, 255, 2,
    ]);
  });

  it('colours classes where nobody is known', () => {
    const nobody = { ...RESULT, people: [], instancesU16: null };
    const selection = resolveSelection(nobody, ALL);
    expect(selectPixels(nobody, selection, BY_PERSON, null).labelsU8).toBe(RESULT.labelsU8);
    expect(createLook(nobody, selection, BY_PERSON)).toEqual(createLook(nobody, selection, DRAWING));
  });
});
