import { describe, expect, it } from 'vitest';
import { createRandom } from '../../testing/random.ts';
import { compressCounts, decodeRuns, decompressCounts, encodeRuns } from './rle.ts';

describe('run-length codes', () => {
  it('go down the columns, zeros first', () => {
    // 1 1 0
    // 0 1 0
    const size = { widthPx: 3, heightPx: 2 };
    const [zero, one] = encodeRuns(Uint8Array.of(1, 1, 0, 0, 1, 0), size, size, 2);
    expect(one).toEqual({ counts: [0, 1, 1, 2, 2], areaPx: 3, box: { x: 0, y: 0, width: 2, height: 2 } });
    expect(zero).toEqual({ counts: [1, 1, 2, 2], areaPx: 3, box: { x: 0, y: 0, width: 3, height: 2 } });
  });

  it('compress to the text that pycocotools gives', () => {
    // The second is the example of cocoapi's documentation (9 x 10 pixels).
    expect(compressCounts([0, 1, 1, 2, 2])).toBe('01111');
    expect(compressCounts([6, 1, 40, 4, 5, 4, 5, 4, 21])).toBe('61X13mN000`0');
  });

  it('come back as they were, for random maps, values and sizes', () => {
    const random = createRandom(9);
    for (let round = 0; round < 150; round++) {
      const source = { widthPx: 1 + Math.floor(random() * 40), heightPx: 1 + Math.floor(random() * 40) };
      const valueCount = 1 + Math.floor(random() * 6);
      const values = Uint8Array.from({ length: source.widthPx * source.heightPx }, () =>
        Math.floor(random() * random() * valueCount),
      );
      const codes = encodeRuns(values, source, source, valueCount);
      for (let value = 0; value < valueCount; value++) {
        const expected = values.map((v) => (v === value ? 1 : 0));
        const code = codes[value];
        if (code === null || code === undefined) {
          expect(expected.some((v) => v === 1)).toBe(false);
          continue;
        }
        const counts = decompressCounts(compressCounts(code.counts));
        expect(counts).toEqual(code.counts);
        expect(decodeRuns(counts, source)).toEqual(expected);
        expect(code.areaPx).toBe(expected.reduce((sum, v) => sum + v, 0));
        const xs = [...expected.keys()].filter((i) => expected[i] === 1).map((i) => i % source.widthPx);
        const ys = [...expected.keys()]
          .filter((i) => expected[i] === 1)
          .map((i) => Math.floor(i / source.widthPx));
        expect(code.box).toEqual({
          x: Math.min(...xs),
          y: Math.min(...ys),
          width: Math.max(...xs) - Math.min(...xs) + 1,
          height: Math.max(...ys) - Math.min(...ys) + 1,
        });
      }
    }
  });

  it('compress long runs and large falls', () => {
    for (const counts of [
      [0, 4_194_304],
      [5_000_000, 1, 1, 5_000_000, 3],
      [1, 100_000, 1, 2, 99_999],
    ]) {
      expect(decompressCounts(compressCounts(counts))).toEqual(counts);
    }
  });

  it('stretch a map to its picture, nearest pixel', () => {
    const source = { widthPx: 2, heightPx: 1 };
    const target = { widthPx: 4, heightPx: 3 };
    const [, one] = encodeRuns(Uint8Array.of(0, 1), source, target, 2);
    expect(one).toEqual({ counts: [6, 6], areaPx: 6, box: { x: 2, y: 0, width: 2, height: 3 } });
  });

  it('refuse runs that do not fill the size', () => {
    expect(() => decodeRuns([2, 1], { widthPx: 2, heightPx: 2 })).toThrow(RangeError);
  });
});
