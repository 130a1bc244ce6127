import { afterAll, afterEach, expect, onTestFinished, test, vi } from 'vitest';
import {
  codeOf,
  fetchFile,
  fetchPixels,
  FIXTURES,
  maxDifferenceRgb,
  never,
  readBitmap,
} from '../testing/pictures.ts';
import { createPictureClient } from './picture-client.ts';
import type { IdentifiedPicture } from './picture-client.types.ts';

const client = createPictureClient();
afterAll(() => client.dispose());
afterEach(() => vi.restoreAllMocks());

test.each([
  ['photo-640x480.jpg', 640, 480, 'jpeg', []],
  ['portrait-exif6.jpg', 180, 240, 'jpeg', []],
  ['rgb16.png', 160, 120, 'png', []],
  ['gray16.png', 160, 120, 'png', []],
  ['gray.png', 160, 120, 'png', []],
  ['alpha.png', 160, 120, 'png', ['transparency-on-white']],
  ['anim.gif', 96, 72, 'gif', ['first-frame']],
  ['photo.webp', 160, 120, 'webp', []],
  ['photo.avif', 160, 120, 'avif', []],
  ['cmyk.jpg', 160, 120, 'jpeg', []],
  ['1x1.png', 1, 1, 'png', []],
  ['panorama-4000x60.jpg', 4000, 60, 'jpeg', []],
  ['wrong-extension.png', 160, 120, 'webp', []],
])('%s is %i x %i, %s', async (name, widthPx, heightPx, format, hints) => {
  const inspection = await client.inspect(await fetchFile(name), { signal: never });
  expect(inspection).toMatchObject({ widthPx, heightPx, format, hints, replacement: null });
  const thumbnail = await createImageBitmap(inspection.thumbnail);
  const shrink = Math.max(1, Math.max(widthPx, heightPx) / 256);
  expect([thumbnail.width, thumbnail.height]).toEqual([
    Math.round(widthPx / shrink),
    Math.round(heightPx / shrink),
  ]);
  thumbnail.close();
});

test.each([
  ['empty.jpg', 'IMAGE_EMPTY'],
  ['text.jpg', 'IMAGE_NOT_AN_IMAGE'],
  ['bomb-60000x60000.png', 'IMAGE_TOO_LARGE'],
])('%s is refused with %s', async (name, code) => {
  expect(await codeOf(client.inspect(await fetchFile(name), { signal: never }))).toBe(code);
});

test('a picture that is cut off is refused, or shows what is there: browsers differ', async () => {
  const outcome = await codeOf(client.inspect(await fetchFile('truncated.jpg'), { signal: never }));
  expect(['IMAGE_DECODE_FAILED', 'resolved']).toContain(outcome);
});

test('TIFF is named, so that the user can be told what to do', async () => {
  const tiff = new Blob([Uint8Array.of(0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0)]);
  const error = await client.inspect(tiff, { signal: never }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'IMAGE_UNSUPPORTED_FORMAT', details: { format: 'tiff' } });
});

test('a file is identified before it is decoded, also one that cannot be', async () => {
  const header = (await fetchFile('photo-640x480.jpg')).slice(0, 1024);
  const identified: IdentifiedPicture[] = [];
  const inspect = async (file: Blob) =>
    codeOf(client.inspect(file, { signal: never, onIdentified: (picture) => identified.push(picture) }));
  expect(await inspect(header)).toBe('IMAGE_DECODE_FAILED');
  expect(identified).toMatchObject([{ widthPx: 640, heightPx: 480, format: 'jpeg', replacement: null }]);
  expect(await inspect(await fetchFile('text.jpg'))).toBe('IMAGE_NOT_AN_IMAGE');
  expect(identified).toHaveLength(1);
});

test('the hash is the sha256 of the bytes', async () => {
  const { sha256 } = await client.inspect(await fetchFile('photo-640x480.jpg'), { signal: never });
  expect(sha256).toBe('efbc4f6c0709955d2a69d9c5276a4f671ae7d26ee844e40d9eb885df5b8c8aae');
});

test('one bad file among a hundred fails alone, and the others come in order', async () => {
  const [good, bad] = [await fetchFile('photo.webp'), await fetchFile('text.jpg')];
  const finished: number[] = [];
  const outcomes = await Promise.allSettled(
    Array.from({ length: 100 }, (_, i) =>
      client.inspect(i === 42 ? bad : good, { signal: never }).finally(() => finished.push(i)),
    ),
  );
  expect(outcomes.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []))).toEqual([42]);
  // It is known to be bad before any of them is decoded.
  const others = Array.from({ length: 100 }, (_, i) => i).filter((i) => i !== 42);
  expect(finished).toEqual([42, ...others]);
});

test.each([
  // Decoders of JPEG may differ by a few steps (libjpeg-turbo's IDCT and chroma upsampling); lossless ones may not.
  ['photo-640x480.jpg', 'photo-640x480.rgb8', 6],
  ['portrait-exif6.jpg', 'portrait-exif6.rgb8', 6],
  ['gray.png', 'gray.rgb8', 0],
  ['rgb16.png', 'rgb16.rgb8', 1],
  ['gray16.png', 'gray16.rgb8', 1],
  ['anim.gif', 'anim.rgb8', 0],
  ['1x1.png', '1x1.rgb8', 0],
  ['photo.avif', 'photo-avif.rgb8', 3],
])('a proxy of %s as large as it has the right pixels, upright', async (name, pixels, tolerance) => {
  const bitmap = await client.decodeProxy(await fetchFile(name), 4096, { signal: never });
  expect(maxDifferenceRgb(readBitmap(bitmap), await fetchPixels(pixels))).toBeLessThanOrEqual(tolerance);
});

test('a CMYK picture is not inverted', async () => {
  const expected = await fetchPixels('cmyk.rgb8');
  const pixels = readBitmap(await client.decodeProxy(await fetchFile('cmyk.jpg'), 4096, { signal: never }));
  let sum = 0;
  expected.forEach((value, i) => (sum += Math.abs((pixels[Math.floor(i / 3) * 4 + (i % 3)] ?? 0) - value)));
  expect(sum / expected.length).toBeLessThan(40);
});

test('transparency becomes white in proxies', async () => {
  const straight = await fetchPixels('alpha.rgba8');
  const pixels = readBitmap(await client.decodeProxy(await fetchFile('alpha.png'), 4096, { signal: never }));
  let worst = 0;
  for (let i = 0; i < straight.length; i++) {
    if (i % 4 === 3) continue;
    const alpha = (straight[i - (i % 4) + 3] ?? 0) / 255;
    worst = Math.max(worst, Math.abs((straight[i] ?? 0) * alpha + 255 * (1 - alpha) - (pixels[i] ?? 0)));
  }
  // Premultiplied 8-bit storage and its way back round twice.
  expect(worst).toBeLessThanOrEqual(2);
});

test('a proxy is no larger than asked, aspect kept, also where EXIF turns the picture', async () => {
  const bitmap = await client.decodeProxy(await fetchFile('portrait-exif6.jpg'), 120, { signal: never });
  expect([bitmap.width, bitmap.height]).toEqual([90, 120]);
  const whole = readBitmap(
    await client.decodeProxy(await fetchFile('portrait-exif6.jpg'), 240, { signal: never }),
  );
  const small = readBitmap(bitmap);
  // The same picture upright: the mean colour of its quarters agrees.
  const mean = (data: Uint8ClampedArray, width: number, height: number, right: boolean, bottom: boolean) => {
    let sum = 0;
    for (let y = 0; y < height / 2; y++) {
      for (let x = 0; x < width / 2; x++) {
        sum += data[((y + (bottom ? height / 2 : 0)) * width + x + (right ? width / 2 : 0)) * 4] ?? 0;
      }
    }
    return sum / ((width * height) / 4);
  };
  for (const right of [false, true]) {
    for (const bottom of [false, true]) {
      expect(
        Math.abs(mean(whole, 180, 240, right, bottom) - mean(small, 90, 120, right, bottom)),
      ).toBeLessThan(3);
    }
  }
});

test('an SVG is drawn on white and handed on as PNG', async () => {
  const inspection = await client.inspect(await fetchFile('drawing.svg'), { signal: never });
  expect(inspection).toMatchObject({ widthPx: 160, heightPx: 120, format: 'svg', hints: ['svg-rasterised'] });
  const png = inspection.replacement;
  if (png === null) throw new Error('No replacement');
  const pixels = readBitmap(await client.decodeProxy(png, 4096, { signal: never }));
  expect([...pixels.slice(0, 4)]).toEqual([0x99, 0xcc, 0xff, 255]);
  expect([...pixels.slice((64 * 160 + 80) * 4, (64 * 160 + 80) * 4 + 4)]).toEqual([0xcc, 0x44, 0, 255]);
});

test('an SVG runs no script, loads nothing, and may not declare entities', async () => {
  const size = 'xmlns="http://www.w3.org/2000/svg" width="4" height="4"';
  const drawWith = async (href: string) => {
    const svg = `<svg ${size} onload="top.wasRun=1"><script>top.wasRun=1</script><image href="${href}" width="4" height="4"/></svg>`;
    const { replacement } = await client.inspect(new Blob([svg]), { signal: never });
    return readBitmap(await client.decodeProxy(replacement ?? new Blob(), 16, { signal: never }));
  };
  // A picture that exists is drawn as one that does not: browsers put a broken-image sign there.
  const existing = await drawWith(`${location.origin}${FIXTURES}/photo.webp`);
  expect(existing).toEqual(await drawWith(`${location.origin}/no-such-picture.webp`));
  expect(Reflect.get(globalThis, 'wasRun')).toBeUndefined();
  const laughs = new Blob([`<!DOCTYPE svg [<!ENTITY a "ha">]><svg ${size}><text>&a;</text></svg>`]);
  const error = await client.inspect(laughs, { signal: never }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'IMAGE_UNSUPPORTED_FORMAT', details: { reason: 'entities' } });
  expect(await codeOf(client.inspect(new Blob([`<svg ${size}><g></svg>`]), { signal: never }))).toBe(
    'IMAGE_DECODE_FAILED',
  );
});

test('a bitmap that comes after its reader has gone is closed', async () => {
  const close = vi.spyOn(ImageBitmap.prototype, 'close');
  const controller = new AbortController();
  const file = await fetchFile('photo-640x480.jpg');
  const aborted = client.decodeProxy(file, 4096, { signal: controller.signal });
  controller.abort();
  await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
  // The worker answers in order: when this one is here, the aborted one has been.
  const next = await client.decodeProxy(file, 64, { signal: never });
  expect(close).toHaveBeenCalledTimes(1);
  next.close();
});

test('an aborted file that waits never reaches the worker', async () => {
  const controller = new AbortController();
  const file = await fetchFile('photo.webp');
  const first = client.inspect(file, { signal: never });
  const second = client.inspect(new Blob(['not read']), { signal: controller.signal });
  controller.abort(new Error('removed'));
  await expect(second).rejects.toThrow('removed');
  await expect(first).resolves.toMatchObject({ widthPx: 160 });
});

test('a picture that is looked at goes before those that are inspected', async () => {
  const file = await fetchFile('photo.webp');
  const order: string[] = [];
  const inspections = [1, 2, 3].map((i) =>
    client.inspect(file, { signal: never }).then(() => order.push(`inspected ${i}`)),
  );
  const proxy = client.decodeProxy(file, 64, { signal: never }).then((bitmap) => {
    order.push('shown');
    bitmap.close();
  });
  await Promise.all([...inspections, proxy]);
  expect(order).toEqual(['shown', 'inspected 1', 'inspected 2', 'inspected 3']);
});

const CRASHES =
  'onmessage = () => { postMessage("alive"); setTimeout(() => { throw new Error("boom"); }); };';
const STARTS_NOT = 'throw new Error("no start");';

/** A client whose first workers run these scripts; later ones are real. */
function setUpTroubled(codes: readonly string[]) {
  const urls = codes.map((code) => URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
  let spawned = 0;
  const client = createPictureClient({
    spawnPictureWorker: () => {
      const url = urls[spawned];
      spawned += 1;
      return url === undefined
        ? new Worker(new URL('../worker/picture.worker.ts', import.meta.url), { type: 'module' })
        : new Worker(url);
    },
  });
  onTestFinished(() => {
    client.dispose();
    urls.forEach((url) => URL.revokeObjectURL(url));
  });
  return { client, countSpawned: () => spawned };
}

test('a worker that crashes is replaced and its call runs once more; one that does not start fails its call', async () => {
  const { client, countSpawned } = setUpTroubled([CRASHES, STARTS_NOT]);
  const file = await fetchFile('photo.webp');
  const outcomes = await Promise.all([
    codeOf(client.inspect(file, { signal: never })),
    codeOf(client.inspect(file, { signal: never })),
    codeOf(client.inspect(file, { signal: never })),
  ]);
  expect(outcomes).toEqual(['resolved', 'WORKER_START_FAILED', 'resolved']);
  expect(countSpawned()).toBe(3);
});

test('a call that crashes two workers fails, and the next one works', async () => {
  const { client, countSpawned } = setUpTroubled([CRASHES, CRASHES]);
  const file = await fetchFile('photo.webp');
  expect(await codeOf(client.inspect(file, { signal: never }))).toBe('WORKER_CRASHED');
  expect(await codeOf(client.inspect(file, { signal: never }))).toBe('resolved');
  expect(countSpawned()).toBe(3);
});

test('a disposed client rejects what waits and what runs', async () => {
  const disposed = createPictureClient();
  const file = await fetchFile('photo.webp');
  const calls = [1, 2].map(() => disposed.inspect(file, { signal: never }));
  disposed.dispose();
  for (const call of calls) await expect(call).rejects.toMatchObject({ name: 'AbortError' });
});

test('abort listeners do not pile up on a long-lived signal', async () => {
  const { signal } = new AbortController();
  const add = vi.spyOn(signal, 'addEventListener');
  const remove = vi.spyOn(signal, 'removeEventListener');
  const file = await fetchFile('photo.webp');
  await client.inspect(file, { signal });
  await client.inspect(new Blob([]), { signal }).catch(() => {});
  // Two calls of the worker for the first, one for the second.
  expect(add).toHaveBeenCalledTimes(3);
  expect(remove).toHaveBeenCalledTimes(3);
});

test('no object URL stays behind', async () => {
  const create = vi.spyOn(URL, 'createObjectURL');
  const revoke = vi.spyOn(URL, 'revokeObjectURL');
  await client.inspect(await fetchFile('drawing.svg'), { signal: never });
  await client
    .inspect(new Blob(['<svg xmlns="http://www.w3.org/2000/svg"><g></svg>']), { signal: never })
    .catch(() => {});
  expect(create).toHaveBeenCalledTimes(2);
  expect(revoke).toHaveBeenCalledTimes(2);
});
