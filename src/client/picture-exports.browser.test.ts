import { decode } from 'fast-png';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { DisparityResult } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import { createCanvas2dRenderer } from '../render/canvas2d.ts';
import type { ColorSettings } from '../render/renderer.ts';
import { codeOf, fetchFile, maxDifferenceRgb, never } from '../testing/pictures.ts';
import { createPictureClient } from './picture-client.ts';
import type { ExportItem } from './picture-client.types.ts';

const client = createPictureClient();
afterAll(() => client.dispose());

const COLOR: ColorSettings = {
  colormap: 'turbo',
  invert: true,
  range: { lo: 0.1, hi: 0.9 },
  gamma: 1.4,
  followEdges: true,
};

const [MAP_WIDTH_PX, MAP_HEIGHT_PX] = [20, 15];

/** What results of all kinds have in common. */
function createBase(sourceWidthPx: number, sourceHeightPx: number) {
  return {
    pipeline: 'depth-estimation',
    widthPx: MAP_WIDTH_PX,
    heightPx: MAP_HEIGHT_PX,
    sourceWidthPx,
    sourceHeightPx,
    timings: { load: 0, decode: 0, preprocess: 0, inference: 0, postprocess: 0 },
    provenance: {
      modelId: 'test',
      revision: '1',
      variant: 'fp32',
      executionProvider: 'wasm',
      threads: 1,
      executor: 'worker-pool',
    },
  } as const;
}

function createResult(sourceWidthPx: number, sourceHeightPx: number): DisparityResult {
  return {
    ...createBase(sourceWidthPx, sourceHeightPx),
    kind: 'disparity',
    disparity: Float32Array.from({ length: MAP_WIDTH_PX * MAP_HEIGHT_PX }, (_, i) => ((i * 37) % 101) / 100),
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

test('metric depth is saved as metres, in the array and in the grey picture', async () => {
  const item = await createItem('photo.webp', 2, 1);
  const result = {
    ...createBase(2, 1),
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
  expect(grey.name).toBe('photo.depth-mm-16bit.png');
  const decoded = await decodePng(grey);
  // Millimetres, whatever range is viewed.
  expect([...decoded.data]).toEqual([2000, 4000]);
  expect(decoded.text['Metres per step']).toBe('0.001');
  const npy = await client.exportFile(metric, 'raw-npy', { signal: never });
  expect(npy.name).toBe('photo.depth-metres.npy');
  expect([...new Float32Array((await npy.arrayBuffer()).slice(128))]).toEqual([2, 4]);
});

/** Files of a ZIP in their order, by the central directory (APPNOTE 4.3.12). */
async function unzip(file: Blob): Promise<Map<string, Uint8Array>> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const view = new DataView(bytes.buffer);
  const end = bytes.length - 22;
  const files = new Map<string, Uint8Array>();
  for (let i = 0, at = view.getUint32(end + 16, true); i < view.getUint16(end + 10, true); i++) {
    const [size, nameLength, extraLength] = [
      view.getUint32(at + 24, true),
      view.getUint16(at + 28, true),
      view.getUint16(at + 30, true),
    ];
    const local = view.getUint32(at + 42, true);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    files.set(name, bytes.slice(start, start + size));
    at += 46 + nameLength + extraLength;
  }
  return files;
}

test.each([1, 3])(
  'a ZIP holds every kind of every picture in their order, names unique, made %i at a time',
  async (zipLanes) => {
    const several = createPictureClient({ zipLanes });
    onTestFinished(() => several.dispose());
    const names = ['a/photo.jpg', 'b/photo.webp', '照片.png', 'last.jpg'];
    let open = 0;
    let most = 0;
    const item = await createItem('photo.webp', 160, 120);
    const done: string[] = [];
    const { file, skipped } = await several.exportZip(
      names.map((name) => ({
        name,
        getItem: async () => {
          open++;
          most = Math.max(most, open - done.length);
          return { ...item, name };
        },
      })),
      ['colour-png', 'grey16-png', 'raw-npy'],
      { signal: never, onProgress: (count, total) => done.push(`${count}/${total}`) },
    );
    expect(skipped).toEqual([]);
    expect(most).toBeLessThanOrEqual(zipLanes);
    expect(file.name).toBe('isobath-maps.zip');
    expect(done).toEqual(['1/4', '2/4', '3/4', '4/4']);
    const files = await unzip(file);
    expect([...files.keys()]).toEqual(
      ['photo', 'photo (2)', '照片', 'last'].flatMap((stem) => [
        `${stem}.disparity.png`,
        `${stem}.disparity-16bit.png`,
        `${stem}.disparity.npy`,
      ]),
    );
    // As each of them alone.
    for (const [suffix, kind] of [
      ['png', 'colour-png'],
      ['npy', 'raw-npy'],
    ] as const) {
      const alone = await client.exportFile(item, kind, { signal: never });
      expect(files.get(`last.disparity.${suffix}`)).toEqual(new Uint8Array(await alone.arrayBuffer()));
    }
  },
);

test('while the cores have other work, one picture is made at a time', async () => {
  const several = createPictureClient({ zipLanes: 3 });
  onTestFinished(() => several.dispose());
  const item = await createItem('photo.webp', 160, 120);
  let open = 0;
  let most = 0;
  let done = 0;
  const { file } = await several.exportZip(
    ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => ({
      name,
      getItem: async () => {
        most = Math.max(most, ++open - done);
        return { ...item, name };
      },
    })),
    ['raw-npy'],
    { signal: never, hasIdleCores: () => false, onProgress: (count) => (done = count) },
  );
  expect(most).toBe(1);
  expect([...(await unzip(file)).keys()]).toEqual(['a.disparity.npy', 'b.disparity.npy', 'c.disparity.npy']);
});

describe('a ZIP with an item that fails', () => {
  const kinds = ['colour-png', 'raw-npy'] as const;
  const unreadable = { source: new Blob(['no picture any more']) };
  const entryOf = (name: string, item: () => Promise<ExportItem>) => ({ name, group: name, getItem: item });

  test('holds the others and a note, and says which failed and why', async () => {
    const good = await createItem('photo.webp', 160, 120);
    const zip = await client.exportZip(
      [
        entryOf('a.webp', () => Promise.resolve(good)),
        entryOf('gone.webp', () => Promise.resolve({ ...good, ...unreadable })),
        entryOf('evicted.webp', () => Promise.reject(new EngineError('TASK_TIMEOUT', 'too slow'))),
        entryOf('z.webp', () => Promise.resolve(good)),
      ],
      kinds,
      {
        signal: never,
        describeSkipped: (skipped) =>
          new File(
            skipped.map(({ entry }) => `${entry.name};`),
            'note.txt',
          ),
      },
    );
    expect(zip.skipped.map(({ entry, error }) => [entry.name, error.code])).toEqual([
      ['gone.webp', 'IMAGE_NOT_AN_IMAGE'],
      ['evicted.webp', 'TASK_TIMEOUT'],
    ]);
    const text = new TextDecoder().decode(await zip.file.arrayBuffer());
    for (const name of ['a.disparity.png', 'a.disparity.npy', 'z.disparity.png', 'z.disparity.npy']) {
      expect(text).toContain(name);
    }
    expect(text).not.toContain('gone.disparity');
    expect(text).not.toContain('evicted.disparity');
    expect(text).toContain('gone.webp;evicted.webp;');
  });

  test('is refused when nothing is left, with the reason of the first', async () => {
    const bad = { ...(await createItem('photo.webp', 160, 120)), ...unreadable };
    const entries = ['a.webp', 'b.webp'].map((name) => entryOf(name, () => Promise.resolve(bad)));
    expect(await codeOf(client.exportZip(entries, kinds, { signal: never }))).toBe('IMAGE_NOT_AN_IMAGE');
  });

  test('ends at once when it is cancelled', async () => {
    const good = await createItem('photo.webp', 160, 120);
    const controller = new AbortController();
    const entries = [
      entryOf('a.webp', () => Promise.resolve(good)),
      entryOf('b.webp', () => {
        controller.abort(new Error('changed my mind'));
        return Promise.reject(new Error('aborted'));
      }),
    ];
    await expect(client.exportZip(entries, kinds, { signal: controller.signal })).rejects.toThrow(
      'changed my mind',
    );
  });
});

describe('when the worker that writes files dies', () => {
  /** Dies as in a crash, whenever `isDeadly` says so of a call. */
  function createFragileClient(isDeadly: (item: { readonly name: string }, count: number) => boolean) {
    let spawned = 0;
    let calls = 0;
    const fragile = createPictureClient({
      zipLanes: 1,
      spawnExportWorker: () => {
        spawned++;
        const url = new URL('../worker/export.worker.ts', import.meta.url);
        const worker = new Worker(url, { type: 'module' });
        const answered = new Promise((resolve) =>
          worker.addEventListener('message', resolve, { once: true }),
        );
        const post = worker.postMessage.bind(worker) as (message: unknown, transfer: Transferable[]) => void;
        worker.postMessage = (message: unknown, transfer?: Transferable[] | StructuredSerializeOptions) => {
          const { argumentList = [] } = message as {
            argumentList?: readonly { readonly value?: { readonly name?: string } }[];
          };
          const name = argumentList[1]?.value?.name;
          if (name === undefined || !isDeadly({ name }, ++calls)) {
            post(message, Array.isArray(transfer) ? transfer : []);
            return;
          }
          // It had started.
          const die = () =>
            worker.dispatchEvent(new ErrorEvent('error', { message: 'killed', cancelable: true }));
          void answered.then(() => setTimeout(die));
        };
        return worker;
      },
    });
    onTestFinished(() => fragile.dispose());
    return { fragile, countSpawned: () => spawned };
  }
  const kinds = ['raw-npy'] as const;
  const createEntries = async (names: readonly string[]) => {
    const item = await createItem('photo.webp', 160, 120);
    return names.map((name) => ({ name, group: name, getItem: () => Promise.resolve({ ...item, name }) }));
  };

  test('a file is written by the next worker', async () => {
    const { fragile, countSpawned } = createFragileClient((_, count) => count === 2);
    const item = await createItem('photo.webp', 160, 120);
    await fragile.exportFile(item, 'raw-npy', { signal: never });
    const file = await fragile.exportFile(item, 'raw-npy', { signal: never });
    expect(file.size).toBe(128 + MAP_WIDTH_PX * MAP_HEIGHT_PX * 4);
    expect(countSpawned()).toBe(2);
  });

  test('a ZIP goes on where it was, and is whole', async () => {
    const { fragile, countSpawned } = createFragileClient((_, count) => count === 3);
    const done: number[] = [];
    const { file, skipped } = await fragile.exportZip(
      await createEntries(['a.webp', 'b.webp', 'c.webp']),
      kinds,
      {
        signal: never,
        onProgress: (count) => done.push(count),
      },
    );
    expect(skipped).toEqual([]);
    expect(done).toEqual([1, 2, 3]);
    expect(countSpawned()).toBe(2);
    expect([...(await unzip(file)).keys()]).toEqual(['a', 'b', 'c'].map((name) => `${name}.disparity.npy`));
  });

  test('a picture that kills two workers is left out and named, and the others are there', async () => {
    const { fragile, countSpawned } = createFragileClient(({ name }) => name === 'b.webp');
    const { file, skipped } = await fragile.exportZip(
      await createEntries(['a.webp', 'b.webp', 'c.webp']),
      kinds,
      { signal: never },
    );
    expect(skipped.map(({ entry, error }) => [entry.name, error.code])).toEqual([
      ['b.webp', 'WORKER_CRASHED'],
    ]);
    expect(countSpawned()).toBe(3);
    const text = new TextDecoder().decode(await file.arrayBuffer());
    expect(text).toContain('a.disparity.npy');
    expect(text).toContain('c.disparity.npy');
    expect(text).not.toContain('b.disparity.npy');
  });

  test('it ends with that reason where every worker dies', async () => {
    const { fragile, countSpawned } = createFragileClient(() => true);
    const entries = await createEntries(['a.webp', 'b.webp', 'c.webp']);
    await expect(fragile.exportZip(entries, kinds, { signal: never })).rejects.toMatchObject({
      code: 'WORKER_CRASHED',
      details: { work: 'file' },
    });
    expect(countSpawned()).toBe(6);
  });
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
  const result = {
    ...createBase(1, 1),
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
