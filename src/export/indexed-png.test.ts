import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import type { LabelMap } from '../engine/parsing/selection.ts';
import { createSelectionMask } from '../engine/parsing/selection.ts';
import { getPalette } from '../render/palettes.ts';
import { encodeCutoutPng, encodeIndexedPng, encodeInstancePng } from './indexed-png.ts';

const MAP: LabelMap = {
  widthPx: 3,
  heightPx: 2,
  labels: ['Background', 'Hat', 'Hair', 'Face'],
  labelsU8: Uint8Array.of(0, 1, 2, 3, 3, 0),
  instancesU16: Uint16Array.of(0, 1, 1, 2, 2, 0),
  people: [
    { score: 0.9, box: { x: 1, y: 0, width: 2, height: 1 } },
    { score: 0.8, box: { x: 0, y: 1, width: 2, height: 1 } },
  ],
};

const options = { signal: new AbortController().signal };

async function decodeBlob(blob: Blob) {
  expect(blob.type).toBe('image/png');
  return decode(new Uint8Array(await blob.arrayBuffer()), { checkCrc: true });
}

describe('encodeIndexedPng', () => {
  it('writes class ids and the palette of the classes', async () => {
    const png = await decodeBlob(await encodeIndexedPng(MAP, getPalette('published'), MAP, options));
    expect(png).toMatchObject({ width: 3, height: 2, depth: 8, channels: 1 });
    expect([...png.data]).toEqual([0, 1, 2, 3, 3, 0]);
    expect(png.palette!.map((color) => color.slice(0, 3))).toEqual([
      [0, 0, 0],
      [128, 0, 0],
      [0, 128, 0],
      [128, 128, 0],
    ]);
  });

  it('stretches to the source size by the nearest pixel, over several bands', async () => {
    const size = { widthPx: 1500, heightPx: 1000 };
    const png = await decodeBlob(await encodeIndexedPng(MAP, getPalette('published'), size, options));
    const at = (x: number, y: number) => png.data[y * 1500 + x];
    expect([
      at(0, 0),
      at(499, 499),
      at(500, 0),
      at(1499, 499),
      at(0, 500),
      at(999, 999),
      at(1000, 999),
    ]).toEqual([0, 0, 1, 2, 3, 3, 0]);
  });

  it('rejects with the reason of an aborted signal', async () => {
    const reason = new DOMException('enough', 'AbortError');
    const aborted = { signal: AbortSignal.abort(reason) };
    await expect(encodeIndexedPng(MAP, getPalette('published'), MAP, aborted)).rejects.toBe(reason);
  });
});

describe('encodeInstancePng', () => {
  it('writes 8-bit person ids', async () => {
    const png = await decodeBlob(await encodeInstancePng(MAP, MAP, options));
    expect(png).toMatchObject({ depth: 8, channels: 1 });
    expect([...png.data]).toEqual([0, 1, 1, 2, 2, 0]);
  });

  it('writes 16 bits for a crowd, and black for nobody', async () => {
    const crowd: LabelMap = {
      ...MAP,
      people: Array.from({ length: 300 }, () => MAP.people[0]!),
      instancesU16: Uint16Array.of(0, 300, 256, 2, 2, 0),
    };
    const png = await decodeBlob(await encodeInstancePng(crowd, crowd, options));
    expect(png.depth).toBe(16);
    expect([...png.data]).toEqual([0, 300, 256, 2, 2, 0]);
    const nobody = { ...MAP, people: [], instancesU16: null };
    expect([...(await decodeBlob(await encodeInstancePng(nobody, nobody, options))).data]).toEqual([
      0, 0, 0, 0, 0, 0,
    ]);
  });
});

describe('encodeCutoutPng', () => {
  it('keeps the chosen classes of the chosen people and removes everything else from the file', async () => {
    const mask = createSelectionMask(MAP, { classes: new Set([1, 3]), people: new Set([2]) });
    expect([...mask]).toEqual([0, 0, 0, 1, 1, 0]);
    const photo = Uint8Array.from({ length: 6 * 4 }, (_, i) => (i % 4 === 3 ? 255 : 10 + i));
    const readRows = (y: number, rowCount: number) => photo.slice(y * 12, (y + rowCount) * 12);
    const png = await decodeBlob(await encodeCutoutPng(mask, MAP, MAP, readRows, options));
    expect(png.channels).toBe(4);
    expect([...png.data]).toEqual([...photo].map((value, i) => (mask[i >> 2] === 1 ? value : 0)));
  });
});
