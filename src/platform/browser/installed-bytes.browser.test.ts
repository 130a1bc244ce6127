/** Installed models as workers read them: real private storage, real runtime. */
import { wrap, type Remote } from 'comlink';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ModelBytes } from '../../engine/platform.ts';
import type { InstalledBytesCases } from './installed-bytes.cases.worker.ts';
import { openInstalledModel } from './installed-bytes.ts';
import { filesLockName, listVariantPath, MARKER_NAME, MODELS_DIRECTORY } from './model-files.ts';
import { loadWasmRuntime } from './onnx-runtime.ts';
import { createOrtSession } from './session.ts';

const NAME = 'model.onnx';
/** Enough for the weights to stay on disk. */
const ADDED_BYTES = 9_000_000;
const keyOf = (modelId: string) => ({ modelId, revision: 'main', variant: 'fp32' });
const FEEDS = {
  pixel_values: {
    type: 'float32' as const,
    dims: [1, 3, 56, 70],
    data: new Float32Array(3 * 56 * 70).fill(0.25),
  },
};

/** Messages that follow each other are one, in Protocol Buffers: this is a graph with one more weight, which nobody reads. */
function makeMoreWeights(): Uint8Array<ArrayBuffer> {
  const varint = (value: number): number[] =>
    value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
  const field = (number: number, length: number): number[] => [number * 8 + 2, ...varint(length)];
  const count = varint(ADDED_BYTES / 4);
  const name = [...new TextEncoder().encode('unread')];
  const head = [8, ...count, 16, 1, ...field(8, name.length), ...name, ...field(9, ADDED_BYTES)];
  const initializer = [...field(5, head.length + ADDED_BYTES), ...head];
  const start = [...field(7, initializer.length + ADDED_BYTES), ...initializer];
  const bytes = new Uint8Array(start.length + ADDED_BYTES);
  bytes.set(start);
  return bytes;
}

let model: Uint8Array<ArrayBuffer>;

async function install(modelId: string, declaredBytes = model.length): Promise<void> {
  let directory = await navigator.storage.getDirectory();
  for (const part of listVariantPath(keyOf(modelId))) {
    directory = await directory.getDirectoryHandle(part, { create: true });
  }
  const file = {
    role: 'graph',
    name: NAME,
    storedName: NAME,
    sizeBytes: declaredBytes,
    sha256: '',
    hashOrigin: 'user',
  };
  const marker = JSON.stringify({ schemaVersion: 1, files: [file], installedAtMs: 0 });
  for (const [name, content] of [[NAME, model] as const, [MARKER_NAME, marker] as const]) {
    const handle = await directory.getFileHandle(name, { create: true });
    const writable = await handle.createWritable();
    await writable.write(content);
    await writable.close();
  }
}

const workers: Worker[] = [];

function startWorker(): Remote<InstalledBytesCases> {
  const worker = new Worker(new URL('./installed-bytes.cases.worker.ts', import.meta.url), {
    type: 'module',
  });
  workers.push(worker);
  return wrap<InstalledBytesCases>(worker);
}

beforeAll(async () => {
  const response = await fetch('/e2e/fixtures/models/depth-anything-tiny.onnx');
  const whole = new Uint8Array(await response.arrayBuffer());
  const more = makeMoreWeights();
  model = new Uint8Array(whole.length + more.length);
  model.set(whole);
  model.set(more, whole.length);
});

afterEach(async () => {
  for (const worker of workers.splice(0)) worker.terminate();
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(MODELS_DIRECTORY, { recursive: true }).catch(() => undefined);
});

describe('openInstalledModel', () => {
  it('leaves the weights on disk in a worker, for many at once, and computes what the whole file computes', async () => {
    await install('shared');
    const ort = await loadWasmRuntime(1);
    const whole: ModelBytes = { graph: model, externalData: [] };
    const options = { executionProvider: 'wasm', device: null, skipsGraphOptimization: false } as const;
    const session = await createOrtSession(ort, whole, options);
    const expected = await session.run(FEEDS);
    await session.release();
    const readers = [startWorker(), startWorker()];
    for (const opened of await Promise.all(readers.map((reader) => reader.open('shared')))) {
      expect(opened?.graph).toBeLessThan(200_000);
      expect(opened?.external).toEqual([[NAME, 0]]);
    }
    for (const outputs of await Promise.all(readers.map((reader) => reader.compute(FEEDS)))) {
      expect(outputs).toEqual(expected);
    }
  });

  it('lets nobody delete or replace the files until it is closed', async () => {
    await install('kept');
    const reader = startWorker();
    await reader.open('kept');
    let isFree = false;
    const freed = navigator.locks.request(filesLockName(keyOf('kept')), () => {
      isFree = true;
    });
    const { pending } = await navigator.locks.query();
    expect(pending?.map(({ name }) => name)).toContain(filesLockName(keyOf('kept')));
    expect(isFree).toBe(false);
    await reader.close();
    await freed;
    // And no handle is left.
    const root = await navigator.storage.getDirectory();
    await root.removeEntry(MODELS_DIRECTORY, { recursive: true });
  });

  it('takes a file of another size than was installed for no model', async () => {
    await install('cut', model.length + 1);
    expect(await startWorker().open('cut')).toBeNull();
  });

  it('reads it whole on the page, where no file is held open, and still takes the weights out of the graph', async () => {
    await install('page');
    const opened = await openInstalledModel(keyOf('page'));
    opened?.close?.();
    expect(opened?.graph.length).toBeLessThan(200_000);
    expect(opened?.externalData.map(({ name, bytes }) => [name, bytes.length])).toEqual([
      [NAME, model.length],
    ]);
  });
});
