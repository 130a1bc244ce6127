/** The whole client in a real browser: real workers, the embedded model, real IndexedDB. */
import { afterEach, describe, expect, it } from 'vitest';
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import type { DisparityResult, InferenceResult } from '../engine/api.ts';
import { DEFAULT_CLIENT_SETTINGS, type InferenceClientOptions } from './inference-client-options.ts';
import { createInferenceClient } from './inference-client.ts';
import type { ClientSettings, EnqueueRequest, InferenceClient, TaskView } from './inference-client.types.ts';
import { spawnInferenceWorker } from './web-worker-slot.ts';

const WASM: ClientSettings = {
  ...DEFAULT_CLIENT_SETTINGS,
  executionProvider: 'wasm',
  workers: 1,
  threads: 1,
};

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
});

export { spawnInferenceWorker, openClient, runToEnd, makeRequest };
