/** Memory that really runs out: the runtime's heap in the first worker may not grow as far as the model needs. */
import { expect, it } from 'vitest';
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import { createDeviceProfile } from './device-profile.ts';
import { DEFAULT_CLIENT_SETTINGS } from './inference-client-options.ts';
import { createInferenceClient } from './inference-client.ts';
import { settleTask } from './settle-task.ts';
import { spawnInferenceWorker } from './web-worker-slot.ts';

const PAGE_BYTES = 65_536;
/** The runtime starts with 16 MiB. */
const MAX_PAGES = 300;

/** The worker of the app on a device with little memory. */
function spawnSmallWorker(): Worker {
  const limit = `data:text/javascript,${encodeURIComponent(`
    const { Memory } = WebAssembly;
    WebAssembly.Memory = class extends Memory {
      constructor(options) { super({ ...options, maximum: Math.min(options.maximum, ${MAX_PAGES}) }); }
    };
  `)}`;
  const real = new URL('../worker/inference.worker.ts?worker_file&type=module', import.meta.url).href;
  const script = `import ${JSON.stringify(limit)}; import ${JSON.stringify(real)};`;
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  return new Worker(url, { type: 'module' });
}

async function run(countOfSmall: number) {
  let spawned = 0;
  const profile = createDeviceProfile({ storage: undefined, fingerprint: 'test' });
  const client = createInferenceClient({
    settings: { ...DEFAULT_CLIENT_SETTINGS, executionProvider: 'wasm', workers: 2, threads: 1 },
    indexedDB: undefined,
    profile,
    spawnWorker: () => (spawned++ < countOfSmall ? spawnSmallWorker() : spawnInferenceWorker()),
  });
  client.enqueue({
    taskId: 'desk',
    source: await (await fetch('/samples/desk.jpg')).blob(),
    sourceSha256: 'desk',
    pipeline: 'depth-estimation',
    model: ISOBATH_DEPTH_TINY,
    variant: 'fp32',
    options: { detailPx: 256, maxLongSidePx: null },
  });
  const outcome = await settleTask(client, 'desk', new AbortController().signal).then(
    ({ provenance }) => provenance.executionProvider,
    (error: unknown) => (error as { readonly code: string }).code,
  );
  const { backend, notices } = client.getSnapshot();
  client.dispose();
  return { outcome, workers: backend.workers, notices: notices.map(({ code }) => code), profile };
}

const MODEL = { modelId: ISOBATH_DEPTH_TINY.id, revision: ISOBATH_DEPTH_TINY.revision, variant: 'fp32' };

it('replaces the worker, goes down to fewer of them, and completes the picture', async () => {
  const { outcome, workers, notices, profile } = await run(1);
  expect(outcome).toBe('wasm');
  expect(workers).toBe(1);
  expect(notices).toEqual(['cache-unavailable', 'memory-low']);
  // What the model really takes is known from now on.
  expect(profile.getHeap(MODEL)).toBeGreaterThan(MAX_PAGES * PAGE_BYTES);
}, 120_000);

it('says that memory ran out where it happens again', async () => {
  const { outcome, notices } = await run(Infinity);
  expect(outcome).toBe('OUT_OF_MEMORY');
  expect(notices).toEqual(['cache-unavailable', 'memory-low']);
}, 120_000);
