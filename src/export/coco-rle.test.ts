import { describe, expect, it } from 'vitest';
import { decodeRuns, decompressCounts } from '../engine/parsing/rle.ts';
import { createCocoJson, encodeCocoJson, type CocoSource } from './coco-rle.ts';

const RESULT: CocoSource = {
  widthPx: 3,
  heightPx: 2,
  sourceWidthPx: 3,
  sourceHeightPx: 2,
  labelSet: 'mine',
  labels: ['Background', 'Hat', 'Face', 'Human'],
  labelsU8: Uint8Array.of(1, 1, 0, 2, 0, 1),
  instancesU16: Uint16Array.of(1, 1, 1, 1, 0, 0),
  people: [{ score: 0.9, box: { x: 0, y: 0, width: 3, height: 2 } }],
  arePeopleEstimated: false,
};

describe('createCocoJson', () => {
  it('has a person, that person’s classes, and what is nobody’s', () => {
    const json = createCocoJson(RESULT, 'a.jpg');
    expect(json.images).toEqual([{ id: 1, file_name: 'a.jpg', width: 3, height: 2 }]);
    expect(json.categories.map(({ id, name }) => [id, name])).toEqual([
      [1, 'Hat'],
      [2, 'Face'],
      [3, 'Human'],
    ]);
    const rows = json.annotations.map(({ category_id, person_id, area, bbox, score }) => ({
      category_id,
      person_id,
      area,
      bbox,
      score,
    }));
    expect(rows).toEqual([
      { category_id: 3, person_id: 1, area: 4, bbox: [0, 0, 3, 2], score: 0.9 },
      { category_id: 1, person_id: undefined, area: 1, bbox: [2, 1, 1, 1], score: undefined },
      { category_id: 1, person_id: 1, area: 2, bbox: [0, 0, 2, 1], score: undefined },
      { category_id: 2, person_id: 1, area: 1, bbox: [0, 1, 1, 1], score: undefined },
    ]);
  });

  it('writes masks that come back, compressed and not', () => {
    for (const countsAs of ['compressed', 'uncompressed'] as const) {
      const person = createCocoJson(RESULT, 'a.jpg', countsAs).annotations[0]!.segmentation;
      expect(person.size).toEqual([2, 3]);
      const counts = typeof person.counts === 'string' ? decompressCounts(person.counts) : [...person.counts];
      expect([...decodeRuns(counts, { widthPx: 3, heightPx: 2 })]).toEqual([1, 1, 1, 1, 0, 0]);
    }
  });

  it('adds a person category, without scores, where people are an estimate of a set without one', () => {
    const json = createCocoJson(
      {
        ...RESULT,
        labels: ['Background', 'Hat', 'Face'],
        people: [{ ...RESULT.people[0]!, score: null }],
        arePeopleEstimated: true,
      },
      'a.jpg',
    );
    expect(json.info.people).toBe('estimate');
    expect(json.categories.at(-1)).toMatchObject({ id: 3, name: 'Person' });
    expect(json.annotations[0]).toMatchObject({ category_id: 3, person_id: 1 });
    expect(json.annotations[0]).not.toHaveProperty('score');
  });

  it('has no annotation where there is nobody', async () => {
    const empty = { ...RESULT, labelsU8: new Uint8Array(6), instancesU16: null, people: [] };
    const json: unknown = JSON.parse(await encodeCocoJson(empty, 'a.jpg').text());
    expect(json).toMatchObject({ annotations: [] });
  });

  it('covers the source picture where the map is smaller', () => {
    const large = createCocoJson({ ...RESULT, sourceWidthPx: 6, sourceHeightPx: 4 }, 'a.jpg');
    expect(large.annotations[0]).toMatchObject({ area: 16, bbox: [0, 0, 6, 4] });
    expect(large.annotations[0]!.segmentation.size).toEqual([4, 6]);
  });
});
