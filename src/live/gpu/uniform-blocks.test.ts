import { expect, test } from 'vitest';
import { DEPTH_ANYTHING_V2_SMALL } from '../../engine/models/depth-anything-v2-small.ts';
import type { View } from '../../render/renderer.ts';
import { OFFSET_STEP, packPaint, packPreprocess, packSteady } from './uniform-blocks.ts';

const PHOTO = { widthPx: 640, heightPx: 480 };

function read(bytes: ArrayBuffer) {
  const params = new DataView(bytes);
  const list = (offset: number, count: number, readAt: (at: number) => number) =>
    Array.from({ length: count }, (_, i) => readAt(offset + i * 4));
  return {
    words: (offset: number, count: number) => list(offset, count, (at) => params.getUint32(at, true)),
    floats: (offset: number, count: number) => list(offset, count, (at) => params.getFloat32(at, true)),
  };
}

test('preprocessing is told sizes, one factor and offset per channel, and how to resize', () => {
  const spec = {
    ...DEPTH_ANYTHING_V2_SMALL.input,
    scale: 1 / 255,
    mean: [0.5, 0.25, 0],
    std: [0.5, 0.25, 1],
    resize: { filter: 'bicubic', antialias: false, precision: 'float' },
    channelOrder: 'BGR',
  } as const;
  const block = read(packPreprocess(PHOTO, { network: { widthPx: 518, heightPx: 392 } }, spec, true));
  expect(block.words(0, 4)).toEqual([518, 392, 640, 480]);
  expect(block.floats(16, 3)).toEqual([2 / 255, 4 / 255, 1 / 255].map(Math.fround));
  expect(block.floats(32, 3)).toEqual([1, 1, 0]);
  expect(block.floats(48, 1)).toEqual([-0.75]);
  expect(block.words(52, 5)).toEqual([1, 0, 0, 1, 1]);
});

test('steadying is told that strength 0 is off, and what kind of values come', () => {
  const options = { strength: 0, isMirrored: false, isDepth: true, isReset: true };
  const block = read(packSteady({ widthPx: 64, heightPx: 48 }, PHOTO, options));
  expect(block.words(0, 4)).toEqual([64, 48, 640, 480]);
  expect(block.words(24, 4)).toEqual([1, 0, 1, 1]);
});

const VIEW: View = {
  mode: 'side-by-side',
  camera: { centerX: 0.5, centerY: 0.5, scale: 0.5 },
  color: { colormap: 'turbo', invert: true, range: { lo: -1, hi: 3 }, gamma: 2, followEdges: true },
  comparePosition: 0.25,
  overlayOpacity: 0.75,
  surround: 0.125,
  widthPx: 801,
  heightPx: 300,
};

test('painting side by side takes two blocks, a step apart', () => {
  const { bytes, viewports } = packPaint(VIEW, PHOTO, { widthPx: 64, heightPx: 48 }, true);
  expect(viewports.map(({ content }) => content)).toEqual(['photo', 'map']);
  const block = read(bytes);
  expect(block.floats(0, 10)).toEqual([0, 0, 400, 300, 320, 240, 64, 48, -1, 3]);
  expect(block.words(40, 2)).toEqual([0, 1]);
  expect(block.floats(48, 3)).toEqual([0.5, 801 * 0.25, 0.75]);
  expect(block.words(60, 3)).toEqual([1, 1, 1]);
  expect(block.floats(72, 1)).toEqual([0.125]);
  expect(block.floats(OFFSET_STEP, 4)).toEqual([400, 0, 401, 300]);
  expect(block.words(OFFSET_STEP + 40, 1)).toEqual([1]);
});

test('without a map the block says so, and a size that can be divided by stands in', () => {
  const { bytes, viewports } = packPaint({ ...VIEW, mode: 'photo' }, PHOTO, null, false);
  expect(viewports).toHaveLength(1);
  expect(read(bytes).floats(24, 2)).toEqual([1, 1]);
  expect(read(bytes).words(60, 3)).toEqual([1, 0, 0]);
});
