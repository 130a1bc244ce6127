/** Room that runs out, whatever the browser told of it before. */
import { createHash } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { createSHA256 } from 'hash-wasm';
import { describe, expect, it } from 'vitest';
import { makeBulk } from '../../e2e/hub/fixture-files.ts';
import { DEPTH_ANYTHING_V2_SMALL } from '../engine/models/depth-anything-v2-small.ts';
import type { DownloadRequest, StatusEvent, VariantStatus } from '../worker/storage-api.ts';
import { createLocalLocks } from './locks.ts';
import { createMemoryStore } from './memory-store.ts';
import { createModelStorage } from './model-storage.ts';
import type { ModelStore, PartFile } from './model-store.ts';
import { NO_TABS } from './tab-channel.ts';

const SIZE = 100_000;
const CHUNK = 10_000;
const BODY = makeBulk(SIZE);

const SHA256 = createHash('sha256').update(BODY).digest('hex');

const KEY = { modelId: 'm', revision: 'main', variant: 'fp32' } as const;
const REQUEST: DownloadRequest = {
  key: KEY,
  hubBaseUrl: 'https://hub.example',
  isMirror: false,
  files: [
    { role: 'graph', name: 'm.onnx', url: 'https://hub.example/m.onnx', sizeBytes: SIZE, sha256: null },
  ],
};

function refuse(): never {
  throw new DOMException('full', 'QuotaExceededError');
}

/** A store on a disk with room for so many bytes; `refusesRecords`: not even for the notes beside them. */
function createFullStore(roomBytes: number, refusesRecords = false): ModelStore & { makeRoom(): void } {
  const store = createMemoryStore();
  let leftBytes = roomBytes;
  let isFull = refusesRecords;
  return {
    ...store,
    kind: 'opfs',
    makeRoom: () => {
      leftBytes = Infinity;
      isFull = false;
    },
    async openPart(key, name) {
      const part = await store.openPart(key, name);
      const limited: PartFile = {
        get sizeBytes() {
          return part.sizeBytes;
        },
        append(bytes) {
          if (bytes.length > leftBytes) refuse();
          leftBytes -= bytes.length;
          part.append(bytes);
        },
        read: (offset, length) => part.read(offset, length),
        clear: () => part.clear(),
        close: () => part.close(),
      };
      return limited;
    },
    writeDownloadRecord: (key, record) =>
      isFull
        ? Promise.reject(new DOMException('full', 'QuotaExceededError'))
        : store.writeDownloadRecord(key, record),
  };
}

/** Serves ranges, piece by piece. `sizeBytes` less than the file has: as if that were all. */
function serve(init: RequestInit | undefined, sizeBytes = SIZE, namesHash = true): Promise<Response> {
  const range = new Headers(init?.headers).get('range');
  const from = Number(/\d+/.exec(range ?? '')?.[0] ?? 0);
  let at = from;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (at >= sizeBytes) return controller.close();
      controller.enqueue(BODY.slice(at, Math.min(at + CHUNK, sizeBytes)));
      at += CHUNK;
    },
  });
  const headers = {
    'content-length': String(sizeBytes - from),
    ...(namesHash ? { 'x-linked-etag': `"${SHA256}"` } : {}),
    ...(range === null ? {} : { 'content-range': `bytes ${from}-${sizeBytes - 1}/${sizeBytes}` }),
  };
  return Promise.resolve(new Response(body, { status: range === null ? 200 : 206, headers }));
}

function setUp(
  store: ModelStore,
  estimate: () => Promise<StorageEstimate>,
  answer: (init?: RequestInit) => Promise<Response> = serve,
) {
  const events: StatusEvent[] = [];
  const asked: string[] = [];
  const storage = createModelStorage({
    store,
    download: {
      fetch: (input, init) => {
        asked.push(String(input));
        // No pointer beside the file.
        return String(input).includes('/raw/') ? Promise.resolve(Response.error()) : answer(init);
      },
      createHasher: createSHA256,
      sleep: (_, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
        ),
      random: () => 0,
      isOnline: () => true,
    },
    locks: createLocalLocks(),
    channel: NO_TABS,
    now: () => 0,
    estimate,
    onceOnline: () => undefined,
    onEvent: (event) => events.push(event),
  });
  const status = (): VariantStatus | undefined => storage.listStatuses().at(-1)?.status;
  return { storage, status, asked };
}

/** What browsers were seen to answer, or might. */
const ESTIMATES: readonly (readonly [string, () => Promise<StorageEstimate>])[] = [
  ['nothing', async () => ({})],
  ['a refusal', () => Promise.reject(new TypeError('not here'))],
  ['zero', async () => ({ quota: 0, usage: 0 })],
  ['less than is in use', async () => ({ quota: 10, usage: 5_000_000 })],
  ['no usage', async () => ({ quota: 10 ** 9 })],
  ['far more than there is', async () => ({ quota: 10 ** 12, usage: 0 })],
];

describe.each(ESTIMATES)('where the browser tells %s of the room', (_, estimate) => {
  it('a full disk at the first byte ends the download with what is needed', async () => {
    const { storage, status } = setUp(createFullStore(0), estimate);
    await storage.download(REQUEST);
    expect(status()).toMatchObject({
      state: 'failed',
      error: { code: 'STORAGE_FULL', details: { neededBytes: SIZE } },
    });
  });

  it('a full disk in the middle pauses it, and with room it goes on from there', async () => {
    const store = createFullStore(45_000);
    const { storage, status } = setUp(store, estimate);
    await storage.download(REQUEST);
    expect(status()).toMatchObject({ state: 'paused', reason: 'storage-full', receivedBytes: 40_000 });
    store.makeRoom();
    await storage.download(REQUEST);
    expect(status()).toMatchObject({ state: 'ready', sizeBytes: SIZE });
  });

  it('a disk without room for the notes beside the bytes ends it likewise, and it can be tried again', async () => {
    const store = createFullStore(Infinity, true);
    const { storage, status } = setUp(store, estimate);
    await storage.download(REQUEST);
    expect(status()).toMatchObject({ state: 'failed', error: { code: 'STORAGE_FULL' } });
    store.makeRoom();
    await storage.download(REQUEST);
    expect(status()).toMatchObject({ state: 'ready', sizeBytes: SIZE });
  });

  it('what is used is still told, as far as it is known', async () => {
    const { storage } = setUp(createFullStore(Infinity), estimate);
    await storage.download(REQUEST);
    expect(await storage.measureUsage()).toMatchObject({ modelsBytes: SIZE });
  });
});

it('what does not fit by the browser’s own word is refused before anything is asked', async () => {
  const { storage, status, asked } = setUp(createFullStore(Infinity), async () => ({
    quota: 2_000_000,
    usage: 1_950_000,
  }));
  await storage.download(REQUEST);
  expect(status()).toMatchObject({
    state: 'failed',
    error: { code: 'STORAGE_FULL', details: { neededBytes: SIZE, freeBytes: 50_000 } },
  });
  expect(asked).toEqual([]);
});

it('half a model whose hash nobody names is neither kept nor pinned', async () => {
  const files = REQUEST.files.map((file) => ({ ...file, isSizeApproximate: true }));
  let sizeBytes = SIZE / 2;
  const { storage, status } = setUp(
    createMemoryStore(),
    async () => ({}),
    (init) => serve(init, sizeBytes, false),
  );
  await storage.download({ ...REQUEST, files });
  expect(status()).toMatchObject({
    state: 'failed',
    error: { code: 'MODEL_FETCH_FAILED', details: { reason: 'no-model', found: 'truncated' } },
  });
  expect((await storage.measureUsage()).modelsBytes).toBe(0);
  sizeBytes = SIZE;
  await storage.download({ ...REQUEST, files });
  expect(status()).toMatchObject({ state: 'ready', files: [{ hashOrigin: 'pinned', sha256: SHA256 }] });
});

it('a user’s file for which there is no room leaves nothing, and the error says what is needed', async () => {
  const blob = await openAsBlob(
    join(import.meta.dirname, '../../e2e/fixtures/models/depth-anything-tiny.onnx'),
  );
  const store = createFullStore(50_000);
  const { storage, status } = setUp(store, async () => ({}));
  const importing = storage.importFiles({
    key: KEY,
    manifest: DEPTH_ANYTHING_V2_SMALL,
    isUserModel: true,
    files: [{ blob, file: { role: 'graph', name: 'm.onnx', url: null, sizeBytes: blob.size, sha256: null } }],
  });
  await expect(importing).rejects.toMatchObject({
    code: 'STORAGE_FULL',
    details: { neededBytes: blob.size },
  });
  expect(status()).toEqual({ state: 'absent' });
  expect(await store.readUserManifests()).toEqual([]);
});

describe('another file for a model that is here', () => {
  const openFixture = (name: string) =>
    openAsBlob(join(import.meta.dirname, `../../e2e/fixtures/models/${name}.onnx`));
  const request = (blob: Blob, name = 'first') => ({
    key: KEY,
    manifest: { ...DEPTH_ANYTHING_V2_SMALL, name },
    isUserModel: true,
    files: [
      {
        blob,
        file: { role: 'graph' as const, name: 'm.onnx', url: null, sizeBytes: blob.size, sha256: null },
      },
    ],
  });
  /** What a reader finds: the hash of the bytes that the marker names. */
  const readInstalled = async (store: ModelStore) => {
    const { marker } = await store.describe(KEY);
    const [file] = marker?.files ?? [];
    const blob = file === undefined ? null : await store.openFile(KEY, file.storedName);
    return blob === null ? null : hashOf(blob);
  };
  // Megabytes are compared by it far quicker than value by value.
  const hashOf = async (blob: Blob) =>
    createHash('sha256')
      .update(new Uint8Array(await blob.arrayBuffer()))
      .digest('hex');

  it('takes its place once it is whole, and the old one is gone, however often', async () => {
    const store = createFullStore(Infinity);
    const { storage, status } = setUp(store, async () => ({}));
    const blob = await openFixture('depth-anything-tiny');
    // A node's name more or less: another file of the same contract.
    const longer = new Blob([blob, new Uint8Array([0x42, 0])]);
    for (const [index, next] of [blob, longer, blob, longer].entries()) {
      await storage.importFiles(request(next, `name ${index}`));
      expect(await readInstalled(store)).toEqual(await hashOf(next));
      expect((await store.describe(KEY)).sizeBytes).toBe(next.size);
      expect(status()).toMatchObject({ state: 'ready', sizeBytes: next.size });
    }
    expect(
      (await store.readUserManifests()).map((text) => (JSON.parse(text) as { name: string }).name),
    ).toEqual(['name 3']);
  });

  it.each([
    ['in the middle of its bytes', async () => ({}), false],
    ['by the browser’s own word', async () => ({ quota: 1_000_000, usage: 999_000 }), false],
    ['at the note that it is whole', async () => ({}), true],
  ])('leaves the old one in use where there is no room %s', async (_, estimate, failsAtMarker) => {
    const blob = await openFixture('depth-anything-tiny');
    const store = createFullStore(failsAtMarker ? Infinity : blob.size + 50_000);
    let isMarkerRefused = false;
    let told: StorageEstimate = {};
    let areNotesRefused = false;
    const guarded: ModelStore = {
      ...store,
      // As a quota of nothing does, also where the note would only be written back.
      writeUserManifest: async (modelId, json) =>
        areNotesRefused ? refuse() : store.writeUserManifest(modelId, json),
      writeMarker: (key, marker) => (isMarkerRefused ? refuse() : store.writeMarker(key, marker)),
    };
    const { storage, status } = setUp(guarded, async () => told);
    await storage.importFiles(request(blob, 'old'));
    const ready = status();
    told = await estimate();
    isMarkerRefused = failsAtMarker;
    areNotesRefused = !failsAtMarker;
    await expect(storage.importFiles(request(blob, 'new'))).rejects.toMatchObject({
      code: 'STORAGE_FULL',
      details: { neededBytes: expect.any(Number) as number, keepsOld: true },
    });
    expect(status()).toEqual(ready);
    expect(await readInstalled(store)).toEqual(await hashOf(blob));
    expect((await store.describe(KEY)).sizeBytes).toBe(blob.size);
    expect((await store.readUserManifests())[0]).toContain('"name":"old"');
    // With room it goes through.
    store.makeRoom();
    told = {};
    isMarkerRefused = false;
    areNotesRefused = false;
    await storage.importFiles(request(blob, 'new'));
    expect(status()).toMatchObject({ state: 'ready' });
  });

  it('is swept away at the next visit where the page ended in the middle', async () => {
    const store = createFullStore(Infinity);
    const blob = await openFixture('depth-anything-tiny');
    await setUp(store, async () => ({})).storage.importFiles(request(blob));
    const part = await store.openPart(KEY, 'm.onnx~2');
    part.append(new Uint8Array(1000));
    part.close();
    const { storage, status } = setUp(store, async () => ({}));
    await storage.scan();
    expect((await store.describe(KEY)).sizeBytes).toBe(blob.size);
    expect(status()).toMatchObject({ state: 'ready', sizeBytes: blob.size });
  });
});
