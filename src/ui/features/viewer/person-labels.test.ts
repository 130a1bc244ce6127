import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../testing/random.ts';
import { estimateLabelWidthPx, LABEL_HEIGHT_PX, placeLabels, type Rect } from './person-labels.ts';

const VIEWPORT = { width: 390, height: 300 };
const box = (left: number, top: number, width = 80, height = 120): Rect => ({ left, top, width, height });

describe('names of people', () => {
  it('stand over their boxes, and inside where there is no room above', () => {
    const [above, inside] = placeLabels(
      [
        { box: box(20, 100), text: 'Person 1' },
        { box: box(200, 5), text: 'Person 2' },
      ],
      VIEWPORT,
    );
    expect(above).toMatchObject({ left: 20, top: 100 - LABEL_HEIGHT_PX });
    expect(inside).toMatchObject({ left: 200, top: 5 });
  });

  it('of two close people stand apart', () => {
    const places = placeLabels(
      [
        { box: box(20, 100, 40), text: 'Person 1' },
        { box: box(50, 104, 40), text: 'Person 2' },
      ],
      VIEWPORT,
    );
    expect(places[0]).toMatchObject({ top: 78 });
    expect(places[1]?.top).toBeGreaterThanOrEqual(100);
  });

  it('stay in view at the rim, and are left out where their box is not seen', () => {
    const places = placeLabels(
      [
        { box: box(370, 100), text: 'Person 1' },
        { box: box(500, 100), text: 'Person 2' },
      ],
      VIEWPORT,
    );
    expect(places[0]?.left).toBe(VIEWPORT.width - estimateLabelWidthPx('Person 1'));
    expect(places[1]).toBeNull();
  });

  it('never overlap and never leave the view, however many there are; the first one is always named', () => {
    const random = createRandom(3);
    for (let round = 0; round < 200; round++) {
      const labels = Array.from({ length: 12 }, (_, i) => ({
        box: box(random() * 360, random() * 250, 10 + random() * 150, 30 + random() * 200),
        text: i % 2 ? `人物 ${i}` : `Person ${i}`,
      }));
      const placed = placeLabels(labels, VIEWPORT);
      expect(placed[0]).not.toBeNull();
      const places = placed.filter((place) => place !== null);
      const overlapping = places.filter((a, i) =>
        places.some(
          (b, j) =>
            j > i &&
            a.left < b.left + b.width &&
            b.left < a.left + a.width &&
            a.top < b.top + b.height &&
            b.top < a.top + a.height,
        ),
      );
      expect(overlapping).toEqual([]);
      const outside = places.filter(
        ({ left, top, width, height }) =>
          left < 0 || top < 0 || left + width > VIEWPORT.width || top + height > VIEWPORT.height,
      );
      expect(outside).toEqual([]);
    }
  });
});
