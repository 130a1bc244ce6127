import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import type { Renderer, SourceRect } from '../render/renderer.ts';
import { encodeMapPngs, type MapPngOptions } from './map-png.ts';

const never = new AbortController().signal;

const encodeOne = async (kind: 'colour' | 'grey16', options: MapPngOptions) =>
  (await encodeMapPngs(options, [{ kind }]))[0]!;
const encodeColorPng = (options: MapPngOptions) => encodeOne('colour', options);
const encodeGrey16Png = (options: MapPngOptions) => encodeOne('grey16', options);

/** Draws what says where it is, in tiles that a small GPU could hold. */
function createPositionRenderer(maxTextureSizePx: number, rects: SourceRect[]): Renderer {
  const positions = (rect: SourceRect) =>
    Array.from({ length: rect.width * rect.height }, (_, i) => ({
      x: rect.x + (i % rect.width),
      y: rect.y + Math.floor(i / rect.width),
    }));
  return {
    kind: 'canvas2d',
    maxTextureSizePx,
    setSource: () => {},
    draw: () => {},
    dispose: () => {},
    readColorTile(rect) {
      rects.push(rect);
      return Uint8Array.from(positions(rect).flatMap(({ x, y }) => [x % 251, y % 241, (x + y) % 239, 255]));
    },
    readGreyTile(rect) {
      rects.push(rect);
      return Uint16Array.from(positions(rect).map(({ x, y }) => (x * 331 + y * 7) % 65536));
    },
  };
}

function createOptions(rects: SourceRect[], change: Partial<MapPngOptions> = {}): MapPngOptions {
  return {
    renderer: createPositionRenderer(64, rects),
    widthPx: 150,
    heightPx: 130,
    color: { colormap: 'grey', invert: false, range: { lo: 0, hi: 1 }, gamma: 1, followEdges: true },
    cropPhoto: null,
    signal: never,
    onProgress: () => {},
    ...change,
  };
}

test('a picture larger than a texture is put together from tiles', async () => {
  const rects: SourceRect[] = [];
  const fractions: number[] = [];
  const blob = await encodeGrey16Png(createOptions(rects, { onProgress: (f) => fractions.push(f) }));
  const decoded = decode(new Uint8Array(await blob.arrayBuffer()));
  expect(decoded).toMatchObject({ width: 150, height: 130, depth: 16 });
  expect(decoded.data).toEqual(
    Uint16Array.from({ length: 150 * 130 }, (_, i) => ((i % 150) * 331 + Math.floor(i / 150) * 7) % 65536),
  );
  expect(rects).toHaveLength(9);
  expect(rects.every(({ width, height }) => width <= 64 && height <= 64)).toBe(true);
  expect(fractions).toEqual([64 / 130, 128 / 130, 1]);
});

test('colours are saved without alpha', async () => {
  const decoded = decode(
    new Uint8Array(
      await (await encodeColorPng(createOptions([], { widthPx: 70, heightPx: 2 }))).arrayBuffer(),
    ),
  );
  expect(decoded).toMatchObject({ width: 70, height: 2, channels: 3, depth: 8 });
  expect([...decoded.data.slice(69 * 3, 71 * 3)]).toEqual([69, 0, 69, 0, 1, 1]);
});

test('several kinds are made together, from photo tiles that are cut out once', async () => {
  const rects: SourceRect[] = [];
  let opened = 0;
  const cropPhoto = () => {
    opened++;
    return Promise.resolve({ close: () => {} } as unknown as ImageBitmap);
  };
  const [color, grey] = await encodeMapPngs(createOptions(rects, { cropPhoto }), [
    { kind: 'colour' },
    { kind: 'grey16' },
  ]);
  expect([opened, rects.length]).toEqual([9, 18]);
  for (const [together, alone] of [
    [color!, await encodeColorPng(createOptions([]))],
    [grey!, await encodeGrey16Png(createOptions([]))],
  ] as const) {
    expect(await together.arrayBuffer()).toEqual(await alone.arrayBuffer());
  }
});

test('every photo tile is closed, also when drawing fails', async () => {
  let opened = 0;
  let closed = 0;
  const cropPhoto = () => {
    opened++;
    return Promise.resolve({ close: () => closed++ } as unknown as ImageBitmap);
  };
  await encodeColorPng(createOptions([], { cropPhoto }));
  expect([opened, closed]).toEqual([9, 9]);
  const renderer: Renderer = {
    ...createPositionRenderer(64, []),
    readColorTile: () => {
      throw new Error('context lost');
    },
  };
  await expect(encodeColorPng(createOptions([], { cropPhoto, renderer }))).rejects.toThrow('context lost');
  expect([opened, closed]).toEqual([10, 10]);
});

test('an abort ends it between bands with the signal’s reason', async () => {
  const rects: SourceRect[] = [];
  const controller = new AbortController();
  const options = createOptions(rects, {
    signal: controller.signal,
    onProgress: () => controller.abort(new Error('enough')),
  });
  await expect(encodeColorPng(options)).rejects.toThrow('enough');
  expect(rects).toHaveLength(3);
  await expect(encodeColorPng(options)).rejects.toThrow('enough');
  expect(rects).toHaveLength(3);
});
