import { describe, expect, it } from 'vitest';
import { createRandom } from '../../testing/random.ts';
import { LABEL_SETS } from './label-sets.ts';
import { estimatePeople, labelRegions } from './regions.ts';

function parseMap(rows: readonly string[]): { labels: Uint8Array; width: number; height: number } {
  const labels = Uint8Array.from(rows.join(''), (digit) => (digit === '.' ? 0 : Number.parseInt(digit, 36)));
  return { labels, width: rows[0]!.length, height: rows.length };
}

/** Flood fill from every pixel: the plain definition. */
function labelNaively(labels: Uint8Array, width: number, height: number): Int32Array {
  const regions = new Int32Array(labels.length);
  let count = 0;
  for (let seed = 0; seed < labels.length; seed++) {
    if (labels[seed] === 0 || regions[seed] !== 0) continue;
    count += 1;
    const open = [seed];
    regions[seed] = count;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const x = (at % width) + dx;
          const y = Math.floor(at / width) + dy;
          if (x < 0 || y < 0 || x >= width || y >= height) continue;
          const next = y * width + x;
          if (labels[next] === 0 || regions[next] !== 0) continue;
          regions[next] = count;
          open.push(next);
        }
      }
    }
  }
  return regions;
}

describe('labelRegions', () => {
  it('finds the regions of a flood fill, numbered in reading order, in random maps', () => {
    const random = createRandom(4);
    for (let round = 0; round < 100; round++) {
      const width = 1 + Math.floor(random() * 30);
      const height = 1 + Math.floor(random() * 30);
      const density = random();
      const labels = Uint8Array.from({ length: width * height }, () => (random() < density ? 1 : 0));
      expect(labelRegions(labels, width, height).regions).toEqual(labelNaively(labels, width, height));
    }
  });
});

describe('estimatePeople', () => {
  // ATR: 2 hair, b (11) face, 4 upper clothes, 6 pants, g (16) bag.
  const map = parseMap([
    '..........2222....',
    '.bb.......bbbb..gg',
    '.44......444444.gg',
    '.44......444444...',
    '.66...............',
    '......6...........',
  ]);

  it('takes regions with a face or hair, largest first, and leaves bags and loose limbs to nobody', () => {
    const found = estimatePeople(map.labels, map.width, map.height, LABEL_SETS.atr);
    expect(found.people).toEqual([
      { score: null, box: { x: 9, y: 0, width: 6, height: 4 } },
      { score: null, box: { x: 1, y: 1, width: 2, height: 4 } },
    ]);
    expect(found.instancesU16![10]).toBe(1);
    expect(found.instancesU16![map.width + 1]).toBe(2);
    expect(found.instancesU16![map.width + 16]).toBe(0);
    expect(found.instancesU16![5 * map.width + 6]).toBe(0);
  });

  it('finds nobody in a map of background', () => {
    expect(estimatePeople(new Uint8Array(1), 1, 1, LABEL_SETS.lip)).toEqual({
      instancesU16: null,
      people: [],
    });
  });
});
