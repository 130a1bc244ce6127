import { expect, test } from 'vitest';
import type { PictureClient } from '../../../client/picture-client.types.ts';
import { loadPhoto, loadThumbnail } from './load-photo.ts';

async function createPng(widthPx: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(widthPx, 2);
  canvas.getContext('2d')?.fillRect(0, 0, widthPx, 2);
  return canvas.convertToBlob();
}

/** Decodes when told; the picture workers are behind this boundary. */
function createPictures() {
  const { promise, resolve, reject } = Promise.withResolvers<ImageBitmap>();
  const pictures = { decodeProxy: () => promise } as unknown as PictureClient;
  return { pictures, resolve, reject };
}

/** A closed bitmap has no size. */
const isClosed = (bitmap: ImageBitmap) => bitmap.width === 0;

async function setUp() {
  const shown: number[] = [];
  const abort = new AbortController();
  const { pictures, resolve, reject } = createPictures();
  const source = await createPng(8);
  const proxy = await createImageBitmap(source);
  const finished = loadPhoto(pictures, source, {
    signal: abort.signal,
    maxSidePx: 64,
    onPhoto: ({ width }) => shown.push(width),
  });
  return { shown, abort, resolve, reject, finished, proxy };
}

test('hands over the photo when it is decoded', async () => {
  const { shown, resolve, finished, proxy } = await setUp();
  expect(shown).toEqual([]);
  resolve(proxy);
  await finished;
  expect(shown).toEqual([8]);
});

test('closes what arrives after another picture was chosen', async () => {
  const { shown, abort, resolve, finished, proxy } = await setUp();
  abort.abort();
  resolve(proxy);
  await finished;
  expect(shown).toEqual([]);
  expect(isClosed(proxy)).toBe(true);
});

test('hands over nothing of a photo or thumbnail that cannot be decoded', async () => {
  const { shown, reject, finished } = await setUp();
  reject(new Error('truncated'));
  await finished;
  await loadThumbnail(new Blob(['no picture']), {
    signal: new AbortController().signal,
    onThumbnail: ({ width }) => shown.push(width),
  });
  expect(shown).toEqual([]);
});

test('hands over the thumbnail, unless another picture was chosen', async () => {
  const shown: number[] = [];
  const abort = new AbortController();
  const load = async () => {
    const onThumbnail = ({ width }: ImageBitmap) => shown.push(width);
    await loadThumbnail(await createPng(4), { signal: abort.signal, onThumbnail });
  };
  await load();
  abort.abort();
  await load();
  expect(shown).toEqual([4]);
});
