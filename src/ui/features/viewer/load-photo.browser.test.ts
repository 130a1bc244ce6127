import { expect, test } from 'vitest';
import type { PictureClient } from '../../../client/picture-client.types.ts';
import { loadPhoto } from './load-photo.ts';

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

async function setUp(thumbnailPx: number | null, { isPhotoThere = false } = {}) {
  const shown: string[] = [];
  const abort = new AbortController();
  const { pictures, resolve, reject } = createPictures();
  const source = await createPng(8);
  const proxy = await createImageBitmap(source);
  if (isPhotoThere) resolve(proxy);
  const thumbnail = thumbnailPx === null ? null : await createPng(thumbnailPx);
  const finished = loadPhoto(
    pictures,
    { source, thumbnail },
    {
      signal: abort.signal,
      maxSidePx: 64,
      onThumbnail: ({ width }) => shown.push(`thumbnail of ${width}`),
      onPhoto: ({ width }) => shown.push(`photo of ${width}`),
    },
  );
  return { shown, abort, resolve, reject, finished, proxy };
}

test('gives the thumbnail while the photo is decoded, then the photo', async () => {
  const { shown, resolve, finished, proxy } = await setUp(4);
  await expect.poll(() => shown).toEqual(['thumbnail of 4']);
  resolve(proxy);
  await finished;
  expect(shown).toEqual(['thumbnail of 4', 'photo of 8']);
});

test('gives no thumbnail after the photo', async () => {
  const { shown, finished } = await setUp(4, { isPhotoThere: true });
  await finished;
  expect(shown).toEqual(['photo of 8']);
});

test('closes what arrives after another picture was chosen', async () => {
  const { shown, abort, resolve, finished, proxy } = await setUp(null);
  abort.abort();
  resolve(proxy);
  await finished;
  expect(shown).toEqual([]);
  expect(isClosed(proxy)).toBe(true);
});

test('keeps the thumbnail of a photo that cannot be decoded', async () => {
  const { shown, reject, finished } = await setUp(4);
  reject(new Error('truncated'));
  await finished;
  expect(shown).toEqual(['thumbnail of 4']);
});
