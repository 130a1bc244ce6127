import { describe, expect, it } from 'vitest';
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import { DEFAULT_CLIENT_SETTINGS } from './inference-client-options.ts';
import type { ClientSettings, InferenceClient, TaskView } from './inference-client.types.ts';
import { measureCandidates } from './measure-candidates.ts';
import type { Candidate } from './measured-choice.ts';

const WRONG = {
  code: 'EXECUTION_PROVIDER_FAILED',
  selfTest: true,
  reason: 'wrong',
  tolerance: 0.02,
} as const;

/** A client without a result cache says that first. */
const NOTICES = [
  { id: 1, code: 'cache-unavailable', details: {} },
  { id: 2, code: 'webgpu-refused', details: WRONG },
];

/** Each photo takes 100 ms of one worker; WebGPU gives way to WASM where `isGpuRefused`. */
function createFake({ isGpuRefused = false, photoMs = 100 } = {}) {
  let nowMs = 0;
  const made: { readonly settings: ClientSettings; isDisposed: boolean; taskCount: number }[] = [];
  const createClient = (settings: ClientSettings): InferenceClient => {
    const record = { settings, isDisposed: false, taskCount: 0 };
    made.push(record);
    const tasks = new Map<string, TaskView>();
    const listeners = new Set<() => void>();
    const isFallback = isGpuRefused && settings.executionProvider === 'webgpu';
    const executionProvider = isFallback ? 'wasm' : settings.executionProvider;
    const client = {
      subscribe(listener: () => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      enqueue({ taskId }: { readonly taskId: string }) {
        record.taskCount += 1;
        queueMicrotask(() => {
          nowMs += photoMs / Number(settings.workers);
          const timings = { load: 0, decode: 0, preprocess: 0, inference: photoMs, postprocess: 0 };
          const summary = { timings, totalMs: photoMs, provenance: { executionProvider } };
          tasks.set(taskId, { state: 'done', summary } as unknown as TaskView);
          for (const listener of listeners) listener();
        });
      },
      getSnapshot: () => ({
        tasks,
        notices: isFallback ? NOTICES : [],
      }),
      dispose: () => (record.isDisposed = true),
    };
    return client as unknown as InferenceClient;
  };
  return { made, createClient, now: () => nowMs };
}

const WASM_2: Candidate = { executionProvider: 'wasm', variant: 'fp32', workers: 2, threads: 1 };
const WASM_1: Candidate = { executionProvider: 'wasm', variant: 'fp32', workers: 1, threads: 2 };
const GPU: Candidate = { executionProvider: 'webgpu', variant: 'fp32', workers: 1, threads: 1 };

function measure(
  fake: ReturnType<typeof createFake>,
  candidates: readonly Candidate[],
  signal = new AbortController().signal,
) {
  return measureCandidates({
    model: ISOBATH_DEPTH_TINY,
    options: { detailPx: 256, maxLongSidePx: null },
    candidates,
    picture: new Blob(['photo']),
    settings: DEFAULT_CLIENT_SETTINGS,
    createClient: fake.createClient,
    now: fake.now,
    signal,
  });
}

describe('measureCandidates', () => {
  it('gives the rate of all workers and the time of one photo, in the order of the candidates', async () => {
    const fake = createFake();
    const [two, one] = await measure(fake, [WASM_2, WASM_1]);
    expect(two).toMatchObject({ ...WASM_2, latencyMs: 100, problem: null });
    expect(two?.perSecond).toBeCloseTo(20);
    expect(one?.perSecond).toBeCloseTo(10);
    expect(
      fake.made.map(({ settings }) => [settings.executionProvider, settings.workers, settings.threads]),
    ).toEqual([
      ['wasm', 2, 1],
      ['wasm', 1, 2],
    ]);
    expect(fake.made.every(({ isDisposed }) => isDisposed)).toBe(true);
  });

  it('does not take another provider for the one that was asked for, and says why it stood in', async () => {
    const [gpu, wasm] = await measure(createFake({ isGpuRefused: true }), [GPU, WASM_1]);
    const problem = { code: 'EXECUTION_PROVIDER_FAILED', details: WRONG };
    expect(gpu).toEqual({ ...GPU, perSecond: null, latencyMs: null, problem });
    expect(wasm?.perSecond).toBeCloseTo(10);
  });

  it('runs a slow model once', async () => {
    const fake = createFake({ photoMs: 10_000 });
    const [measured] = await measure(fake, [WASM_1]);
    expect(measured).toMatchObject({ latencyMs: 10_000, perSecond: 0.1 });
    expect(fake.made[0]?.taskCount).toBe(1);
  });

  it('ends with the signal and closes its workers', async () => {
    const abort = new AbortController();
    const fake = createFake();
    const measuring = measure(fake, [WASM_2, WASM_1], abort.signal);
    abort.abort(new DOMException('pictures', 'AbortError'));
    await expect(measuring).rejects.toMatchObject({ message: 'pictures' });
    expect(fake.made.map(({ isDisposed }) => isDisposed)).toEqual([true]);
  });
});
