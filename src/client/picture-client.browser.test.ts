import { decode } from 'fast-png';
import { afterAll, afterEach, expect, onTestFinished, test, vi } from 'vitest';
import type { DisparityResult } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import { createCanvas2dRenderer } from '../render/canvas2d.ts';
import type { ColorSettings } from '../render/renderer.ts';
import { createPictureClient } from './picture-client.ts';
import type { ExportItem } from './picture-client.types.ts';

const FIXTURES = '/e2e/fixtures/images';
const never = new AbortController().signal;
const client = createPictureClient();
afterAll(() => client.dispose());
afterEach(() => vi.restoreAllMocks());

async function fetchFile(name: string): Promise<Blob> {
  const response = await fetch(`${FIXTURES}/${name}`);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  // Without a type: what a file is must be told from its bytes.
  return new Blob([await response.arrayBuffer()]);
}

async function fetchPixels(name: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetchFile(name)).arrayBuffer());
}

/** RGBA8 of a bitmap, which is closed. */
function readBitmap(bitmap: ImageBitmap): Uint8ClampedArray {
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  if (context === null) throw new Error('No 2D context');
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  bitmap.close();
  return data;
}

function maxDifferenceRgb(rgba: ArrayLike<number>, rgb: ArrayLike<number>): number {
  expect(rgba.length / 4).toBe(rgb.length / 3);
  let worst = 0;
  for (let i = 0; i < rgb.length; i++) {
    worst = Math.max(worst, Math.abs((rgba[Math.floor(i / 3) * 4 + (i % 3)] ?? 0) - (rgb[i] ?? 0)));
  }
  return worst;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof EngineError ? error.code : String(error)),
  );
}

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
  ['truncated.jpg', 'IMAGE_DECODE_FAILED'],
])('%s is refused with %s', async (name, code) => {
  expect(await codeOf(client.inspect(await fetchFile(name), { signal: never }))).toBe(code);
});

test('TIFF is named, so that the user can be told what to do', async () => {
  const tiff = new Blob([Uint8Array.of(0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0)]);
  const error = await client.inspect(tiff, { signal: never }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'IMAGE_UNSUPPORTED_FORMAT', details: { format: 'tiff' } });
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
  expect(finished).toEqual(Array.from({ length: 100 }, (_, i) => i));
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

const COLOR: ColorSettings = {
  colormap: 'turbo',
  invert: true,
  range: { lo: 0.1, hi: 0.9 },
  gamma: 1.4,
  followEdges: true,
};

function createResult(sourceWidthPx: number, sourceHeightPx: number): DisparityResult {
  const [widthPx, heightPx] = [20, 15];
  return {
    kind: 'disparity',
    pipeline: 'depth-estimation',
    widthPx,
    heightPx,
    sourceWidthPx,
    sourceHeightPx,
    disparity: Float32Array.from({ length: widthPx * heightPx }, (_, i) => ((i * 37) % 101) / 100),
    timings: { load: 0, decode: 0, preprocess: 0, inference: 0, postprocess: 0 },
    provenance: {
      modelId: 'test',
      revision: '1',
      variant: 'fp32',
      executionProvider: 'wasm',
      threads: 1,
      executor: 'worker-pool',
    },
  };
}

async function createItem(
  fixture: string,
  width: number,
  height: number,
  name = fixture,
): Promise<ExportItem> {
  return { name, source: await fetchFile(fixture), result: createResult(width, height), color: COLOR };
}

async function decodePng(file: Blob) {
  return decode(new Uint8Array(await file.arrayBuffer()), { checkCrc: true });
}

/** What the reference renderer gives for the whole picture. */
async function renderReference(item: ExportItem) {
  const photo = await client.decodeProxy(item.source, 16384, { signal: never });
  const renderer = createCanvas2dRenderer(new OffscreenCanvas(1, 1));
  if (renderer === null || item.result.kind !== 'disparity') throw new Error('No reference');
  const { widthPx, heightPx, disparity, sourceWidthPx, sourceHeightPx } = item.result;
  renderer.setSource({ photo, sourceWidthPx, sourceHeightPx, map: { widthPx, heightPx, values: disparity } });
  const rect = { x: 0, y: 0, width: sourceWidthPx, height: sourceHeightPx };
  const reference = {
    rgba: renderer.readColorTile(rect, item.color, photo),
    grey: renderer.readGreyTile(rect, item.color, photo),
  };
  photo.close();
  return reference;
}

test.each([
  ['photo-640x480.jpg', 640, 480],
  ['portrait-exif6.jpg', 180, 240],
  ['alpha.png', 160, 120],
])('the saved pictures of %s hold the pixels of the reference', async (fixture, width, height) => {
  const item = await createItem(fixture, width, height);
  const reference = await renderReference(item);
  const fractions: number[] = [];
  const color = await client.exportFile(item, 'colour-png', {
    signal: never,
    onProgress: (fraction) => fractions.push(fraction),
  });
  const stem = fixture.replace(/\.\w+$/, '');
  expect(color.name).toBe(`${stem}.disparity.png`);
  const colorPixels = await decodePng(color);
  expect(colorPixels).toMatchObject({ width, height, channels: 3, depth: 8 });
  // GPU float32 against float64: see renderers.browser.test.ts.
  expect(maxDifferenceRgb(reference.rgba, colorPixels.data)).toBeLessThanOrEqual(1);
  expect(fractions.at(-1)).toBe(1);

  const grey = await client.exportFile(item, 'grey16-png', { signal: never });
  expect(grey.name).toBe(`${stem}.disparity-16bit.png`);
  const greyPixels = await decodePng(grey);
  expect(greyPixels).toMatchObject({ width, height, channels: 1, depth: 16 });
  const worst = reference.grey.reduce(
    (max, value, i) => Math.max(max, Math.abs(value - (greyPixels.data[i] ?? 0))),
    0,
  );
  expect(worst).toBeLessThanOrEqual(32);
});

test('the raw array is the map, bit by bit, at network size', async () => {
  const item = await createItem('photo.webp', 160, 120, '照片 1.webp');
  const file = await client.exportFile(item, 'raw-npy', { signal: never });
  expect(file.name).toBe('照片 1.disparity.npy');
  const bytes = await file.arrayBuffer();
  expect(new TextDecoder().decode(bytes.slice(0, 128))).toContain("'shape': (15, 20)");
  expect(new Float32Array(bytes.slice(128))).toEqual(
    item.result.kind === 'disparity' ? item.result.disparity : null,
  );
});

test('metric depth is saved as metres, and drawn as inverse depth', async () => {
  const item = await createItem('photo.webp', 2, 1);
  const { disparity: _, ...base } = createResult(2, 1);
  const result = {
    ...base,
    kind: 'metric-depth',
    widthPx: 2,
    heightPx: 1,
    depthM: Float32Array.of(2, 4),
    focalLengthPx: null,
  } as const;
  const metric = {
    ...item,
    result,
    color: { ...COLOR, range: { lo: 0, hi: 0.5 }, invert: false, gamma: 1, followEdges: false },
  };
  const grey = await client.exportFile(metric, 'grey16-png', { signal: never });
  expect(grey.name).toBe('photo.inverse-depth-16bit.png');
  expect([...(await decodePng(grey)).data]).toEqual([65535, 32768]);
  const npy = await client.exportFile(metric, 'raw-npy', { signal: never });
  expect(npy.name).toBe('photo.depth-metres.npy');
  expect([...new Float32Array((await npy.arrayBuffer()).slice(128))]).toEqual([2, 4]);
});

test('a ZIP holds every kind of every picture, asked for one at a time, names unique', async () => {
  const names = ['a/photo.jpg', 'b/photo.webp', '照片.png'];
  let open = 0;
  const item = await createItem('photo.webp', 160, 120);
  const done: string[] = [];
  const file = await client.exportZip(
    names.map((name) => ({
      name,
      getItem: async () => {
        expect(open).toBe(done.length);
        open++;
        return { ...item, name };
      },
    })),
    ['colour-png', 'raw-npy'],
    { signal: never, onProgress: (count, total) => done.push(`${count}/${total}`) },
  );
  expect(file.name).toBe('isobath-maps.zip');
  expect(done).toEqual(['1/3', '2/3', '3/3']);
  const text = new TextDecoder().decode(await file.arrayBuffer());
  for (const name of ['photo', 'photo (2)', '照片']) {
    // Once before the file, once in the central directory.
    expect(text.split(`${name}.disparity.png`).length - 1).toBeGreaterThanOrEqual(2);
    expect(text.split(`${name}.disparity.npy`).length - 1).toBeGreaterThanOrEqual(2);
  }
});

test('a cancelled export rejects at once, and the next one works', async () => {
  const item = await createItem('photo-640x480.jpg', 6000, 6000);
  const controller = new AbortController();
  const cancelled = client.exportFile(item, 'colour-png', {
    signal: controller.signal,
    onProgress: () => controller.abort(new Error('changed my mind')),
  });
  await expect(cancelled).rejects.toThrow('changed my mind');
  const next = await client.exportFile(await createItem('1x1.png', 1, 1), 'grey16-png', { signal: never });
  expect((await decodePng(next)).data).toHaveLength(1);
});

test('labels cannot be saved as a scalar map', async () => {
  const item = await createItem('1x1.png', 1, 1);
  const { disparity: _, ...base } = createResult(1, 1);
  const result = {
    ...base,
    kind: 'labels',
    labelSet: 'atr',
    labels: ['Background'],
    arePeopleEstimated: false,
    labelsU8: new Uint8Array(1),
    instancesU16: null,
    people: [],
  } as const;
  expect(await codeOf(client.exportFile({ ...item, result }, 'raw-npy', { signal: never }))).toBe(
    'REQUEST_INVALID',
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
  expect(order).toEqual(['inspected 1', 'shown', 'inspected 2', 'inspected 3']);
});

test('a worker that crashes fails its call and is replaced', async () => {
  const workers: Worker[] = [];
  const script = (code: string) => URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const scripts = [
    script('onmessage = () => { postMessage("alive"); setTimeout(() => { throw new Error("boom"); }); };'),
    script('throw new Error("no start");'),
  ];
  const crashing = createPictureClient({
    spawnPictureWorker: () => {
      const url = scripts[workers.length];
      const worker =
        url === undefined
          ? new Worker(new URL('../worker/picture.worker.ts', import.meta.url), { type: 'module' })
          : new Worker(url);
      workers.push(worker);
      return worker;
    },
  });
  onTestFinished(() => {
    crashing.dispose();
    scripts.forEach((url) => URL.revokeObjectURL(url));
  });
  const file = await fetchFile('photo.webp');
  const outcomes = await Promise.all([
    codeOf(crashing.inspect(file, { signal: never })),
    codeOf(crashing.inspect(file, { signal: never })),
    codeOf(crashing.inspect(file, { signal: never })),
  ]);
  expect(outcomes).toEqual(['WORKER_CRASHED', 'WORKER_START_FAILED', 'resolved']);
  expect(workers).toHaveLength(3);
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
  expect(add).toHaveBeenCalledTimes(2);
  expect(remove).toHaveBeenCalledTimes(2);
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
