import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { formatBehaviour, type Behaviour } from '../../e2e/hub/behaviour.ts';
import { parseHubs } from '../engine/models/hubs.ts';
import { DEPTH_ANYTHING_V2_BASE } from '../engine/models/depth-anything.ts';
import { DEPTH_ANYTHING_V2_SMALL } from '../engine/models/depth-anything-v2-small.ts';
import type { ModelManifest } from '../engine/models/manifest.ts';
import { MIDAS_SMALL_V2_1 } from '../engine/models/midas-small-v2-1.ts';
import { openInstalledModel } from '../platform/browser/installed-bytes.ts';
import type { VariantKey } from '../platform/browser/model-files.ts';
import { BULK, BULK_BYTES, EXTERNAL } from '../testing/made-up-models.ts';
import { createModelLibrary } from './model-library.ts';
import type { ModelEntry, ModelLibrary, ModelStatus } from './model-library.types.ts';

/** The published file cannot lie here; its stand-in has another hash. */
const MIDAS_STAND_IN_SHA256 = '5255c78121d73aa0044a14e83bdeff138bddb69cbbf97f6c8a744534630eb506';

const open: ModelLibrary[] = [];
let serial = 0;

function openLibrary(
  behaviour: Partial<Behaviour> = {},
  options: { catalogue?: readonly ModelManifest[]; storage?: Storage } = {},
): ModelLibrary {
  serial += 1;
  const base = `${inject('hubUrl')}/${formatBehaviour({ id: `t${serial}-${Date.now()}`, ...behaviour })}`;
  const library = createModelLibrary({
    hubs: parseHubs(base),
    catalogue: options.catalogue ?? [
      BULK,
      EXTERNAL,
      DEPTH_ANYTHING_V2_SMALL,
      DEPTH_ANYTHING_V2_BASE,
      MIDAS_SMALL_V2_1,
    ],
    storage: options.storage,
    persist: () => Promise.resolve(true),
  });
  library.setHub(base);
  void library.ready();
  open.push(library);
  return library;
}

function entryOf(library: ModelLibrary, id = 'bulk'): ModelEntry {
  const entry = library.getSnapshot().models.find(({ manifest }) => manifest.id === id);
  if (entry === undefined) throw new Error(`no entry ${id}`);
  return entry;
}

function until(
  library: ModelLibrary,
  isReached: (status: ModelStatus) => boolean,
  id = 'bulk',
): Promise<ModelStatus> {
  return new Promise((resolve) => {
    const look = (): void => {
      const { status } = entryOf(library, id);
      if (!isReached(status)) return;
      unsubscribe();
      resolve(status);
    };
    const unsubscribe = library.subscribe(look);
    look();
  });
}

const untilState = (library: ModelLibrary, state: ModelStatus['state'], id = 'bulk') =>
  until(library, (status) => status.state === state, id);

async function clearStorage(): Promise<void> {
  const root = await navigator.storage.getDirectory();
  // The worker of the test before may take a moment to let go of its files.
  await vi.waitFor(
    async () => {
      for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
    },
    { timeout: 30_000 },
  );
}

/** The hub's gate: while it is closed, a download from a hub with `gateAt` stops there, on a slow machine too. */
async function setGate(state: 'open' | 'close'): Promise<void> {
  await fetch(`${inject('hubUrl')}/gate.${state}`);
}

async function fetchFixture(path: string): Promise<Blob> {
  return await (await fetch(`${inject('hubUrl')}/fixtures/models/resolve/main/${path}`)).blob();
}

/** The page has no handles that read piece by piece: everything is in memory when it closes. */
async function readModel(key: VariantKey) {
  const bytes = await openInstalledModel(key);
  bytes?.close?.();
  return bytes;
}

async function readBulk() {
  return await readModel({ modelId: 'bulk', revision: BULK.revision, variant: 'fp32' });
}

beforeEach(clearStorage);
afterEach(async () => {
  for (const library of open.splice(0)) library.dispose();
  await setGate('open');
});

describe('downloading', () => {
  it('installs a model that any worker can read, with the hub’s hash, and knows it after a reload', async () => {
    const library = openLibrary({ redirect: true, hash: 'pointer' });
    expect(entryOf(library).status).toEqual({ state: 'available', source: 'hub' });
    await library.download('bulk');
    const ready = await untilState(library, 'ready');
    expect(ready).toMatchObject({ sizeBytes: BULK_BYTES, files: [{ hashOrigin: 'hub' }] });
    const bytes = await readBulk();
    expect(bytes?.graph.length).toBe(BULK_BYTES);
    const digest = await crypto.subtle.digest('SHA-256', bytes?.graph ?? new Uint8Array());
    const sha256 = entryOf(library).manifest.variants[0]?.files[0]?.sha256;
    expect(sha256).toBe([...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, '0')).join(''));
    expect(library.getSnapshot().isPersisted).toBe(true);

    library.dispose();
    const again = openLibrary();
    expect(await untilState(again, 'ready')).toMatchObject({ sizeBytes: BULK_BYTES });
  });

  it('installs a graph with its external data', async () => {
    const library = openLibrary();
    await library.download('external');
    await untilState(library, 'ready', 'external');
    const bytes = await readModel({
      modelId: 'external',
      revision: EXTERNAL.revision,
      variant: 'fp32',
    });
    expect(bytes?.graph.length).toBe(133_835);
    expect(bytes?.externalData.map(({ name, bytes: data }) => [name, data.length])).toEqual([
      ['model.onnx_data', 634_240],
    ]);
  });

  it('goes on after a worker died half-way, with a range, and ends with the right bytes', async () => {
    const hub = { gateAt: 2_000_000, id: 'killed' };
    await setGate('close');
    const library = openLibrary(hub);
    void library.download('bulk');
    await until(library, (status) => status.state === 'downloading' && status.receivedBytes > BULK_BYTES / 2);
    library.dispose(); // as a closed tab: no goodbye
    await setGate('open');

    expect(await readBulk()).toBeNull();
    const again = openLibrary(hub);
    const paused = await untilState(again, 'paused');
    expect(paused).toMatchObject({ reason: 'interrupted' });
    expect(paused.state === 'paused' && paused.receivedBytes).toBeGreaterThan(BULK_BYTES / 2);
    await again.download('bulk');
    await untilState(again, 'ready');
    expect((await readBulk())?.graph.length).toBe(BULK_BYTES);
  });

  it('pauses, stays paused over a reload, resumes, and cancels without a trace', async () => {
    const hub = { slow: 2_000_000, gateAt: 1_000_000, id: 'paused' };
    await setGate('close');
    const library = openLibrary(hub);
    void library.download('bulk');
    await until(library, (status) => status.state === 'downloading' && status.receivedBytes > 200_000);
    await library.pause('bulk');
    await untilState(library, 'paused');
    library.dispose();
    const again = openLibrary(hub);
    expect(await untilState(again, 'paused')).toMatchObject({ reason: 'user' });
    void again.download('bulk');
    await until(again, (status) => status.state === 'downloading' && status.receivedBytes > 400_000);
    await again.cancel('bulk');
    await untilState(again, 'available');
    await again.refreshUsage();
    expect(again.getSnapshot().usage?.modelsBytes).toBe(0);
  });

  it('reports speed and time left', async () => {
    await setGate('close');
    const library = openLibrary({ slow: 1_000_000, gateAt: 2_500_000 });
    void library.download('bulk');
    const status = await until(library, (s) => s.state === 'downloading' && s.bytesPerSecond !== null);
    if (status.state !== 'downloading') throw new Error('unreachable');
    expect(status.totalBytes).toBe(BULK_BYTES);
    expect(status.secondsLeft).toBeGreaterThan(0);
    await library.cancel('bulk');
  });

  it.each<[string, Partial<Behaviour>, string, object]>([
    ['a missing file', { status: 404 }, 'MODEL_FETCH_FAILED', { status: 404 }],
    ['a web page', { html: true }, 'MODEL_FETCH_FAILED', { reason: 'html' }],
    ['a hash that does not fit', { hash: 'lie' }, 'MODEL_CHECKSUM_MISMATCH', { origin: 'hub' }],
    ['a wrong byte', { wrong: true }, 'MODEL_CHECKSUM_MISMATCH', { origin: 'hub' }],
  ])('says clearly what is wrong with %s, and leaves nothing', async (_, behaviour, code, details) => {
    const library = openLibrary(behaviour);
    await library.download('bulk');
    const status = await untilState(library, 'failed');
    expect(status).toMatchObject({ error: { code, details } });
    expect(await readBulk()).toBeNull();
    await library.refreshUsage();
    expect(library.getSnapshot().usage?.modelsBytes).toBe(0);
  });

  it('survives a line that is cut', async () => {
    const library = openLibrary({ cut: 1_000_000, times: 1 });
    await library.download('bulk');
    await untilState(library, 'ready');
    expect((await readBulk())?.graph.length).toBe(BULK_BYTES);
  });

  it('pins the first hash it sees where nobody names one, and holds later downloads to it', async () => {
    const library = openLibrary({ hash: 'none' });
    await library.download('bulk');
    expect(await untilState(library, 'ready')).toMatchObject({ files: [{ hashOrigin: 'pinned' }] });
    await library.remove('bulk');
    await untilState(library, 'available');
    library.dispose();
    const other = openLibrary({ hash: 'none', wrong: true });
    await other.download('bulk');
    expect(await untilState(other, 'failed')).toMatchObject({
      error: { code: 'MODEL_CHECKSUM_MISMATCH', details: { origin: 'pinned' } },
    });
  });

  it('is shared by two tabs: one request, both ready', async () => {
    const countRequests = async (): Promise<number> => {
      const response = await fetch(`${inject('hubUrl')}/requests.json`);
      const requests = (await response.json()) as { path: string }[];
      return requests.filter(({ path }) => path === `bulk/${BULK_BYTES}/resolve/main/model.onnx`).length;
    };
    const before = await countRequests();
    const id = `shared-${Date.now()}`;
    await setGate('close');
    const hub = { gateAt: 1_000_000, id };
    const [first, second] = [openLibrary(hub), openLibrary(hub)];
    void first.download('bulk');
    await until(first, (status) => status.state === 'downloading' && status.receivedBytes > 0);
    void second.download('bulk');
    await until(second, (status) => status.state === 'downloading' && status.phase === 'other-tab');
    await setGate('open');
    await Promise.all([untilState(first, 'ready'), untilState(second, 'ready')]);
    expect(await countRequests()).toBe(before + 1);
    expect((await readBulk())?.graph.length).toBe(BULK_BYTES);
  });

  it('is taken over by the other tab when the first one goes away', async () => {
    const hub = { gateAt: 1_000_000, id: 'taken-over' };
    await setGate('close');
    const [first, second] = [openLibrary(hub), openLibrary(hub)];
    void first.download('bulk');
    await until(first, (status) => status.state === 'downloading' && status.receivedBytes > 300_000);
    void second.download('bulk');
    await until(second, (status) => status.state === 'downloading' && status.phase === 'other-tab');
    first.dispose();
    await setGate('open');
    await untilState(second, 'ready');
  });

  it('can be paused from the other tab', async () => {
    await setGate('close');
    const [first, second] = [openLibrary({ gateAt: 1_000_000 }), openLibrary()];
    void first.download('bulk');
    await until(second, (status) => status.state === 'downloading' && status.phase === 'other-tab');
    await second.pause('bulk');
    await Promise.all([untilState(first, 'paused'), untilState(second, 'paused')]);
  });
});

describe('installed models', () => {
  it('pass a second look, and a damaged one is found and removed', async () => {
    const library = openLibrary();
    await library.download('bulk');
    await untilState(library, 'ready');
    await library.verify('bulk');
    expect(entryOf(library).status.state).toBe('ready');

    const root = await navigator.storage.getDirectory();
    let directory = root;
    for (const name of ['models', 'bulk', 'main', 'fp32'])
      directory = await directory.getDirectoryHandle(name);
    const handle = await directory.getFileHandle('model.onnx');
    const writable = await handle.createWritable({ keepExistingData: true });
    await writable.write({ type: 'write', position: 5, data: new Uint8Array([1, 2, 3]) });
    await writable.close();
    await library.verify('bulk');
    expect(entryOf(library).status).toMatchObject({
      state: 'failed',
      error: { code: 'MODEL_CHECKSUM_MISMATCH' },
    });
    expect(await readBulk()).toBeNull();
  });

  it('with a missing or shortened file count as not installed', async () => {
    const library = openLibrary();
    await library.download('bulk');
    await untilState(library, 'ready');
    library.dispose();
    let directory = await navigator.storage.getDirectory();
    for (const name of ['models', 'bulk', 'main', 'fp32'])
      directory = await directory.getDirectoryHandle(name);
    const writable = await (
      await directory.getFileHandle('model.onnx')
    ).createWritable({ keepExistingData: true });
    await writable.truncate(10);
    await writable.close();
    expect(await readBulk()).toBeNull();
    const again = openLibrary();
    await until(again, () => again.getSnapshot().storage === 'opfs');
    expect(entryOf(again).status.state).toBe('available');
  });

  it('say where the space goes', async () => {
    const library = openLibrary();
    await library.download('bulk');
    await untilState(library, 'ready');
    await library.refreshUsage();
    expect(library.getSnapshot().usage).toMatchObject({
      modelsBytes: BULK_BYTES,
      models: [{ key: { modelId: 'bulk' }, sizeBytes: BULK_BYTES }],
    });
  });
});

describe('what the user brings', () => {
  it('a dropped model is guessed, kept with its manifest, exported and deleted', async () => {
    const library = openLibrary();
    const file = new File([await fetchFixture('depth-anything-tiny.onnx')], 'My depth.onnx');
    const inspected = await library.inspect([file]);
    expect(inspected).toMatchObject({ confidence: 'likely', missingFiles: [] });
    await library.importUserModel({
      ...inspected,
      manifest: { ...inspected.manifest, name: 'Mine' },
    });
    const { id } = inspected.manifest;
    expect(entryOf(library, id)).toMatchObject({ isUser: true, manifest: { name: 'Mine' } });
    await untilState(library, 'ready', id);
    const exported = JSON.parse(await library.exportManifest(id).text()) as ModelManifest;
    expect(exported.variants[0]?.files[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
    library.dispose();

    const again = openLibrary();
    await until(again, () => again.getSnapshot().storage === 'opfs');
    expect(entryOf(again, id).status.state).toBe('ready');
    await again.remove(id);
    expect(again.getSnapshot().models.some(({ manifest }) => manifest.id === id)).toBe(false);

    const json = new File([JSON.stringify(exported)], 'my.json');
    const reimported = await again.inspect([file, json]);
    expect(reimported).toMatchObject({ confidence: 'given', manifest: { name: 'Mine' } });
  });

  it('a model without its external data says which file is missing', async () => {
    const library = openLibrary();
    const graph = new File([await fetchFixture('depth-anything-tiny-external/model.onnx')], 'model.onnx');
    expect((await library.inspect([graph])).missingFiles).toEqual(['model.onnx_data']);
  });

  it('MiDaS small is accepted as the published file, and nothing else is', async () => {
    const [variant] = MIDAS_SMALL_V2_1.variants;
    const files = [{ ...variant!.files[0]!, sha256: MIDAS_STAND_IN_SHA256 }];
    const midas = { ...MIDAS_SMALL_V2_1, variants: [{ ...variant!, files }] };
    const library = openLibrary({}, { catalogue: [midas] });
    const bring = async (name: string) =>
      library.importCatalogueFile(midas.id, [new File([await fetchFixture(name)], 'model-small (1).onnx')]);
    await expect(bring('depth-anything-tiny.onnx')).rejects.toMatchObject({
      code: 'MODEL_CONTRACT_MISMATCH',
    });
    // The same inputs and outputs, other weights.
    await expect(bring('midas-small-tiny.opset9.onnx')).rejects.toMatchObject({
      details: { reason: 'chosen-file', expected: MIDAS_STAND_IN_SHA256 },
    });
    expect(entryOf(library, midas.id).status.state).toBe('available');
    await bring('midas-small-tiny.onnx');
    expect(await untilState(library, 'ready', midas.id)).toMatchObject({
      files: [{ hashOrigin: 'catalogue' }],
    });
  });

  it('what is no model is refused before anything is stored', async () => {
    const library = openLibrary();
    const page = new File(['<!doctype html>'], 'model.onnx');
    await expect(library.inspect([page])).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      details: { reason: 'html' },
    });
    await expect(library.inspect([new File(['x'], 'notes.txt')])).rejects.toMatchObject({
      details: { reason: 'no-graph-file' },
    });
  });
});

describe('what blocks a download', () => {
  it('is a non-commercial licence until it is accepted, and that is remembered', async () => {
    localStorage.clear();
    const library = openLibrary({}, { storage: localStorage });
    expect(entryOf(library, 'depth-anything-v2-base').status).toEqual({
      state: 'blocked',
      reason: { code: 'licence' },
    });
    await expect(library.download('depth-anything-v2-base')).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
    library.acceptLicence('depth-anything-v2-base');
    expect(entryOf(library, 'depth-anything-v2-base').status).toMatchObject({ state: 'available' });
    expect(entryOf(openLibrary({}, { storage: localStorage }), 'depth-anything-v2-base').status.state).toBe(
      'available',
    );
    localStorage.clear();
  });

  it('is too little memory, unless the user insists', async () => {
    const library = openLibrary(
      {},
      { catalogue: [{ ...BULK, variants: BULK.variants.map((v) => ({ ...v, memoryBytes: 9e9 })) }] },
    );
    expect(entryOf(library).status).toMatchObject({
      state: 'blocked',
      reason: { code: 'memory', neededBytes: 9e9 },
    });
    await library.download('bulk', { ignoreMemory: true });
    await untilState(library, 'ready');
  });

  it('is nothing on another device: the variant follows it', () => {
    const library = openLibrary();
    expect(entryOf(library, 'depth-anything-v2-small').variant.id).toBe('uint8');
    library.setDevice({ executionProvider: 'webgpu', hasShaderF16: true });
    expect(entryOf(library, 'depth-anything-v2-small').variant.id).toBe('q4f16');
    library.setVariant('depth-anything-v2-small', 'fp32');
    expect(entryOf(library, 'depth-anything-v2-small')).toMatchObject({
      variant: { id: 'fp32' },
      isVariantOverridden: true,
    });
  });
});
