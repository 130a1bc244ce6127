/** The whole client in a real browser: real workers, the embedded model, real IndexedDB. */
import { afterEach, describe, expect, it } from 'vitest';
import { createFakeClock } from '../scheduling/fake-clock.ts';
import { resolveOptions } from '../engine/image/input-size.ts';
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import { ISOBATH_PARSING_TINY } from '../engine/models/isobath-parsing-tiny.ts';
import type { DisparityResult, InferenceResult } from '../engine/api.ts';
import { DEFAULT_CLIENT_SETTINGS, type InferenceClientOptions } from './inference-client-options.ts';
import { createDeviceProfile } from './device-profile.ts';
import { createInferenceClient } from './inference-client.ts';
import type { ClientSettings, EnqueueRequest, InferenceClient, TaskView } from './inference-client.types.ts';
import { selfTestKey } from './self-test-key.ts';
import type { Schedule } from './snapshot-store.ts';
import { spawnInferenceWorker } from './web-worker-slot.ts';

const WASM: ClientSettings = {
  ...DEFAULT_CLIENT_SETTINGS,
  executionProvider: 'wasm',
  workers: 1,
  threads: 1,
};

/** Bounds a wait for something that must happen; slow machines may take their time. */
const PATIENT = { timeout: 60_000 };

const clients: InferenceClient[] = [];
let databaseCount = 0;

/** A client with a result cache of its own; everything else as in the app. */
function openClient(options: InferenceClientOptions = {}): InferenceClient {
  databaseCount += 1;
  const client = createInferenceClient({
    settings: WASM,
    cacheName: `client-test-${Date.now()}-${databaseCount}`,
    ...options,
  });
  clients.push(client);
  return client;
}

afterEach(() => {
  for (const client of clients.splice(0)) client.dispose();
});

async function fetchPicture(name: string): Promise<Blob> {
  const response = await fetch(`/samples/${name}`);
  expect(response.ok).toBe(true);
  return response.blob();
}

async function sha256(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function makeRequest(name: string, change: Partial<EnqueueRequest> = {}): Promise<EnqueueRequest> {
  const source = await fetchPicture(name);
  return {
    taskId: `${name}:depth-estimation`,
    source,
    sourceSha256: await sha256(source),
    pipeline: 'depth-estimation',
    model: ISOBATH_DEPTH_TINY,
    variant: 'fp32',
    options: { detailPx: 256, maxLongSidePx: null },
    ...change,
  };
}

/** Subscribers hear of every state, however short, not of one per frame. */
const AT_ONCE: Schedule = (flush) => queueMicrotask(flush);

/** Resolves with the task's view when `isWanted` holds for it. */
function waitFor(client: InferenceClient, taskId: string, isWanted: (view: TaskView) => boolean) {
  return new Promise<TaskView>((resolve) => {
    const check = () => {
      const view = client.getSnapshot().tasks.get(taskId);
      if (!view || !isWanted(view)) return;
      unsubscribe();
      resolve(view);
    };
    const unsubscribe = client.subscribe(check);
    check();
  });
}

/** As a browser ends a worker that took too much: it is gone, and `error` is all that is heard of it. */
function killWorker(worker: Worker): void {
  worker.terminate();
  worker.dispatchEvent(new ErrorEvent('error', { message: 'killed' }));
}

/** The worker of the app in a browser without WebGPU. */
function spawnWorkerWithoutWebGpu(): Worker {
  const hide = 'data:text/javascript,Object.defineProperty(navigator,"gpu",{value:undefined})';
  const real = new URL('../worker/inference.worker.ts?worker_file&type=module', import.meta.url).href;
  const script = `import ${JSON.stringify(hide)}; import ${JSON.stringify(real)};`;
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  return new Worker(url, { type: 'module' });
}

const isOver = (view: TaskView) => ['done', 'failed', 'cancelled'].includes(view.state);

async function runToEnd(client: InferenceClient, request: EnqueueRequest) {
  client.enqueue(request);
  const view = await waitFor(client, request.taskId, isOver);
  if (view.state !== 'done') throw new Error(JSON.stringify(view));
  const result = await client.getResult(request.taskId, { signal: new AbortController().signal });
  return { summary: view.summary, result: asDisparity(result) };
}

function asDisparity(result: InferenceResult): DisparityResult {
  if (result.kind !== 'disparity') throw new Error(`unexpected ${result.kind}`);
  return result;
}

/** Mean |a - b| over the standard deviation of b. */
function relativeError(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  const mean = b.reduce((sum, value) => sum + value, 0) / b.length;
  const deviation = Math.sqrt(b.reduce((sum, value) => sum + (value - mean) ** 2, 0) / b.length);
  const error = a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
  return error / deviation;
}

async function fetchGolden(name: string): Promise<Float32Array> {
  const response = await fetch(`/e2e/fixtures/isobath-depth-tiny/${name}.predicted_depth.f32`);
  return new Float32Array(await response.arrayBuffer());
}

describe('the client on WASM', () => {
  it('computes the map of a photo as the golden has it', async () => {
    const client = openClient();
    const { summary, result } = await runToEnd(client, await makeRequest('street.jpg'));
    expect([result.widthPx, result.heightPx]).toEqual([256, 192]);
    // The model card's end-to-end bound: JPEG decoders differ by a grey level here and there.
    expect(relativeError(result.disparity, await fetchGolden('street'))).toBeLessThan(0.03);
    expect(summary.cache).toBe('miss');
    expect(summary.provenance).toMatchObject({ executionProvider: 'wasm', threads: 1 });
    expect(summary.timings.inference).toBeGreaterThan(0);
    expect(summary.totalMs).toBeGreaterThanOrEqual(summary.timings.inference);
    const { backend } = client.getSnapshot();
    expect(backend).toMatchObject({
      executionProvider: 'wasm',
      workers: 1,
      reason: { code: 'chosen-by-user' },
    });
  });

  it('answers the same photo from the cache without a worker, also after a reload and under another task', async () => {
    const cacheName = `client-test-shared-${Date.now()}`;
    const earlier = openClient({ cacheName });
    const first = await runToEnd(earlier, await makeRequest('vase.jpg'));
    await expect.poll(() => earlier.getSnapshot().cache.entryCount, PATIENT).toBe(1);
    let spawned = 0;
    const client = openClient({
      cacheName,
      spawnWorker: () => {
        spawned += 1;
        return spawnInferenceWorker();
      },
    });
    const again = await runToEnd(client, await makeRequest('vase.jpg', { taskId: 'renamed' }));
    expect(again.summary).toMatchObject({ cache: 'hit', provenance: first.summary.provenance });
    expect(again.result).toEqual(first.result);
    expect(spawned).toBe(0);
  });

  it('shows tasks as queued, processing and done, one after another on one worker', async () => {
    const client = openClient();
    const requests = await Promise.all(
      ['desk.jpg', 'park.jpg', 'office.jpg'].map((name) => makeRequest(name)),
    );
    for (const request of requests) client.enqueue(request);
    const states = () => [...client.getSnapshot().tasks.values()].map(({ state }) => state);
    expect(states()).toEqual(['queued', 'queued', 'queued']);
    await waitFor(client, requests[0]!.taskId, isOver);
    await waitFor(client, requests[2]!.taskId, isOver);
    expect(states()).toEqual(['done', 'done', 'done']);
    expect(client.getSnapshot()).toMatchObject({ queuedCount: 0, processingCount: 0 });
    await expect.poll(() => client.getSnapshot().backend.busyWorkers, PATIENT).toBe(0);
  });

  it('cancels a running task at once and goes on with the next', async () => {
    const client = openClient({ schedule: AT_ONCE });
    const first = await makeRequest('desk.jpg');
    const second = await makeRequest('park.jpg');
    client.enqueue(first);
    await waitFor(client, first.taskId, ({ state }) => state === 'processing');
    client.cancel(first.taskId);
    expect(client.getSnapshot().tasks.get(first.taskId)).toEqual({ state: 'cancelled' });
    const map = client.getResult(first.taskId, { signal: new AbortController().signal });
    await expect(map).rejects.toMatchObject({ name: 'AbortError' });
    expect((await runToEnd(client, second)).summary.cache).toBe('miss');
    expect((await runToEnd(client, first)).result.disparity).toHaveLength(256 * 192);
  });

  it('fails what is no picture with its code, and a retry meets the same', async () => {
    const client = openClient();
    const source = new Blob(['hello']);
    const request = await makeRequest('desk.jpg', { source, sourceSha256: await sha256(source) });
    client.enqueue(request);
    const view = await waitFor(client, request.taskId, isOver);
    expect(view).toMatchObject({ state: 'failed', error: { code: 'IMAGE_NOT_AN_IMAGE' } });
    const map = client.getResult(request.taskId, { signal: new AbortController().signal });
    await expect(map).rejects.toMatchObject({ code: 'IMAGE_NOT_AN_IMAGE' });
  });

  it('computes an evicted map again for its reader', async () => {
    const client = openClient({ settings: { ...WASM, cacheBudgetBytes: 0 }, memoryBudgetBytes: 0 });
    const request = await makeRequest('desk.jpg');
    const first = await runToEnd(client, request);
    await runToEnd(client, await makeRequest('park.jpg'));
    const again = await client.getResult(request.taskId, { signal: new AbortController().signal });
    expect(asDisparity(again).disparity).toEqual(first.result.disparity);
  });

  it('detaches a reader without touching the task', async () => {
    const client = openClient();
    const request = await makeRequest('desk.jpg');
    client.enqueue(request);
    const controller = new AbortController();
    const map = client.getResult(request.taskId, { signal: controller.signal });
    controller.abort(new Error('scrolled away'));
    await expect(map).rejects.toThrow('scrolled away');
    expect(await waitFor(client, request.taskId, isOver)).toMatchObject({ state: 'done' });
  });

  it('survives a worker that dies in the middle, and says that it was replaced', async () => {
    const workers: Worker[] = [];
    const client = openClient({
      schedule: AT_ONCE,
      spawnWorker: () => {
        const worker = spawnInferenceWorker();
        workers.push(worker);
        return worker;
      },
    });
    const request = await makeRequest('desk.jpg');
    client.enqueue(request);
    await waitFor(client, request.taskId, (view) => view.state === 'processing' && view.stage === 'decode');
    expect(workers).toHaveLength(1);
    killWorker(workers[0]!);
    const view = await waitFor(client, request.taskId, isOver);
    expect(view).toMatchObject({ state: 'done', summary: { cache: 'miss' } });
    expect(workers).toHaveLength(2);
    expect(client.getSnapshot().notices.map(({ code }) => code)).toEqual(['worker-restarted']);
  });

  it('fails a task whose workers die again and again, without an endless row of workers', async () => {
    let spawned = 0;
    const client = openClient({
      spawnWorker: () => {
        spawned += 1;
        return new Worker(URL.createObjectURL(new Blob(['throw new Error("born dead")'])), {
          type: 'module',
        });
      },
    });
    const request = await makeRequest('desk.jpg');
    client.enqueue(request);
    const view = await waitFor(client, request.taskId, isOver);
    expect(view).toMatchObject({ state: 'failed', error: { code: 'WORKER_START_FAILED' } });
    expect(spawned).toBe(3);
  });

  it('stops a task that runs longer than its time, and serves the next', async () => {
    const clock = createFakeClock();
    const client = openClient({ clock, schedule: AT_ONCE });
    const request = await makeRequest('desk.jpg');
    client.enqueue(request);
    await waitFor(client, request.taskId, (view) => view.state === 'processing' && view.stage === 'decode');
    clock.advance(WASM.taskTimeoutMs);
    const view = await waitFor(client, request.taskId, isOver);
    expect(view).toMatchObject({ state: 'failed', error: { code: 'TASK_TIMEOUT' } });
    expect((await runToEnd(client, await makeRequest('park.jpg'))).summary.cache).toBe('miss');
  });

  it('warms up without showing a task', async () => {
    const client = openClient();
    client.warmUp(ISOBATH_DEPTH_TINY, 'fp32');
    const { backend } = client.getSnapshot();
    expect(backend.executionProvider).toBeNull();
    await expect.poll(() => client.getSnapshot().backend.executionProvider, PATIENT).toBe('wasm');
    await expect.poll(() => client.getSnapshot().backend.busyWorkers, PATIENT).toBe(0);
    expect(client.getSnapshot().tasks.size).toBe(0);
    const { summary } = await runToEnd(client, await makeRequest('desk.jpg'));
    // Nothing is left to load: a small share of what it takes a client that was not warmed up, on any machine.
    const { summary: cold } = await runToEnd(openClient(), await makeRequest('desk.jpg'));
    expect(summary.timings.load).toBeLessThan(cold.timings.load / 4);
  });
});

describe('the client on WebGPU', () => {
  const WEBGPU: ClientSettings = { ...WASM, executionProvider: 'webgpu' };
  /** SwiftShader takes seconds at 64 pixels; the manifest's range does not go down there, the engine does. */
  const SMALL = { options: { detailPx: 64, maxLongSidePx: null } };

  it('agrees with WASM', async () => {
    const wasm = await runToEnd(openClient(), await makeRequest('desk.jpg', SMALL));
    const profile = createDeviceProfile({ storage: undefined, fingerprint: 'test' });
    const client = openClient({ settings: WEBGPU, profile });
    const webgpu = await runToEnd(client, await makeRequest('desk.jpg', SMALL));
    expect(client.getSnapshot().notices).toEqual([]);
    expect(webgpu.summary.provenance.executionProvider).toBe('webgpu');
    expect(profile.getVerdict(selfTestKey(ISOBATH_DEPTH_TINY, 'fp32'))).toBe(true);
    expect(relativeError(webgpu.result.disparity, wasm.result.disparity)).toBeLessThan(
      ISOBATH_DEPTH_TINY.tolerance.gpu,
    );
    expect(client.getSnapshot().backend).toMatchObject({
      executionProvider: 'webgpu',
      workers: 1,
      reason: { code: 'chosen-by-user' },
    });
    expect(client.getSnapshot().backend.adapter).toMatch(/swiftshader/i);
  }, 300_000);

  it('stays for one model of a picture while the processor computes the other, which it was refused for', async () => {
    const profile = createDeviceProfile({ storage: undefined, fingerprint: 'test' });
    profile.setVerdict(selfTestKey(ISOBATH_PARSING_TINY, 'fp32'), false);
    const client = openClient({ settings: WEBGPU, profile });
    const depth = await makeRequest('desk.jpg', SMALL);
    const parsing: EnqueueRequest = {
      ...depth,
      taskId: 'desk.jpg:human-parsing',
      pipeline: 'human-parsing',
      model: ISOBATH_PARSING_TINY,
      options: resolveOptions(ISOBATH_PARSING_TINY.input),
    };
    client.enqueue(depth);
    client.enqueue(parsing);
    const providerOf = async ({ taskId }: EnqueueRequest) => {
      const view = await waitFor(client, taskId, isOver);
      return view.state === 'done' ? view.summary.provenance.executionProvider : JSON.stringify(view);
    };
    expect([await providerOf(depth), await providerOf(parsing)]).toEqual(['webgpu', 'wasm']);
    expect(client.getSnapshot().notices).toEqual([]);
  }, 300_000);

  it('is not what auto chooses for a software adapter', async () => {
    const client = openClient({ settings: DEFAULT_CLIENT_SETTINGS });
    await expect
      .poll(() => client.getSnapshot().backend.reason.code, PATIENT)
      .toBe(globalThis.crossOriginIsolated ? 'software-adapter' : 'not-isolated');
  });

  it('completes on WASM and says so once where WebGPU refuses, and takes that result from the cache later', async () => {
    const client = openClient({
      settings: WEBGPU,
      spawnWorker: spawnWorkerWithoutWebGpu,
      profile: createDeviceProfile({ storage: undefined, fingerprint: 'test' }),
    });
    const { summary } = await runToEnd(client, await makeRequest('desk.jpg'));
    expect(summary.provenance.executionProvider).toBe('wasm');
    await runToEnd(client, await makeRequest('park.jpg'));
    expect(client.getSnapshot().notices.map(({ code }) => code)).toEqual(['webgpu-fell-back']);
    expect(client.getSnapshot().backend.reason.code).toBe('webgpu-failed');
    const again = await runToEnd(client, await makeRequest('desk.jpg', { taskId: 'again' }));
    expect(again.summary.cache).toBe('hit');
  });

  it('does not accept a WASM result from the cache when WebGPU is asked for and works', async () => {
    const client = openClient();
    await runToEnd(client, await makeRequest('desk.jpg', SMALL));
    client.configure({ ...DEFAULT_CLIENT_SETTINGS, executionProvider: 'auto' });
    const auto = await runToEnd(client, await makeRequest('desk.jpg', { ...SMALL, taskId: 'auto' }));
    expect(auto.summary.cache).toBe('hit');
    client.configure(WEBGPU);
    const webgpu = await runToEnd(client, await makeRequest('desk.jpg', { ...SMALL, taskId: 'gpu' }));
    expect(webgpu.summary).toMatchObject({ cache: 'miss', provenance: { executionProvider: 'webgpu' } });
  }, 300_000);
});

describe('the client without storage', () => {
  it('works and says once that nothing is kept', async () => {
    const client = openClient({ indexedDB: undefined });
    await runToEnd(client, await makeRequest('desk.jpg'));
    await runToEnd(client, await makeRequest('park.jpg'));
    expect(client.getSnapshot().cache).toMatchObject({ state: 'unavailable', sizeBytes: 0 });
    expect(client.getSnapshot().notices.map(({ code }) => code)).toEqual(['cache-unavailable']);
  });
});

describe('WASM that computes a model wrong', () => {
  it('takes its maps back, fails in words, and computes again once it is right', async () => {
    const profile = createDeviceProfile({ storage: undefined, fingerprint: 'test' });
    const client = openClient({ profile });
    const request = await makeRequest('desk.jpg');
    await runToEnd(client, request);
    const key = selfTestKey(ISOBATH_DEPTH_TINY, 'fp32', 'wasm');
    profile.setVerdict(key, false, { meanRelativeError: 0.4, tolerance: 0.001, correlation: 0.5 });
    const failed = await waitFor(client, request.taskId, ({ state }) => state === 'failed');
    expect(failed).toMatchObject({
      error: {
        code: 'EXECUTION_PROVIDER_FAILED',
        details: { reason: 'wasm-wrong', name: ISOBATH_DEPTH_TINY.name, meanRelativeError: 0.4 },
      },
    });
    expect(client.getSnapshot().notices.map(({ code }) => code)).toEqual(['wasm-refused']);
    profile.forgetVerdict(key);
    const again = await waitFor(client, request.taskId, ({ state }) => state === 'done');
    // What was computed before was right after all.
    expect(again).toMatchObject({ summary: { cache: 'hit' } });
  });
});
