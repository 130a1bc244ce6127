import { describe, expect, it } from 'vitest';
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import type {
  ClientSettings,
  ClientSnapshot,
  EnqueueRequest,
  InferenceClient,
  TaskView,
} from './inference-client.types.ts';
import { DEFAULT_CLIENT_SETTINGS } from './inference-client-options.ts';
import { measureModel, medianOf } from './measure-device.ts';

interface FakeClient extends Pick<InferenceClient, 'subscribe' | 'enqueue' | 'dispose'> {
  readonly settings: ClientSettings;
  readonly requests: EnqueueRequest[];
  isDisposed: boolean;
}

/** Answers every task in the next microtask; each photo advances the clock by 100 ms per worker. */
function createFake(options: { readonly autoWorkers: number; readonly fails?: boolean }) {
  const made: FakeClient[] = [];
  let nowMs = 0;
  const createClient = (settings: ClientSettings): InferenceClient => {
    const workers = settings.workers === 'auto' ? options.autoWorkers : settings.workers;
    const tasks = new Map<string, TaskView>();
    const listeners = new Set<() => void>();
    const fake: FakeClient = {
      settings,
      requests: [],
      isDisposed: false,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      enqueue(request) {
        fake.requests.push(request);
        queueMicrotask(() => {
          nowMs += 100 / workers;
          tasks.set(request.taskId, options.fails ? FAILED : done(fake.requests.length === 1 ? 300 : 0));
          for (const listener of listeners) listener();
        });
      },
      dispose: () => (fake.isDisposed = true),
    };
    made.push(fake);
    const getSnapshot = () => ({ tasks, backend: { workers } }) as unknown as ClientSnapshot;
    return { ...fake, getSnapshot } as unknown as InferenceClient;
  };
  return { made, createClient, now: () => nowMs };
}

const FAILED: TaskView = {
  state: 'failed',
  error: { code: 'OUT_OF_MEMORY', message: 'm', details: {}, causes: [], aborted: false },
};

function done(loadMs: number): TaskView {
  const timings = { load: loadMs, decode: 10, preprocess: 5, inference: 80, postprocess: 2 };
  const provenance = { executionProvider: 'wasm', threads: 1 };
  return { state: 'done', summary: { timings, provenance } } as unknown as TaskView;
}

const PICTURES = [new Blob(['a']), new Blob(['b']), new Blob(['c'])];

function measure(
  fake: ReturnType<typeof createFake>,
  signal = new AbortController().signal,
  readMemory?: () => Promise<number | null>,
) {
  return measureModel({
    model: ISOBATH_DEPTH_TINY,
    variant: 'fp32',
    pictures: PICTURES,
    settings: DEFAULT_CLIENT_SETTINGS,
    createClient: fake.createClient,
    now: fake.now,
    readMemory,
    signal,
  });
}

describe('measureModel', () => {
  it('gives the warm stages, the loading of the first run, and both rates', async () => {
    const measured = await measure(createFake({ autoWorkers: 2 }));
    expect(measured.stages).toEqual({ load: 300, decode: 10, preprocess: 5, inference: 80, postprocess: 2 });
    expect(measured.rateOne).toBeCloseTo(10);
    expect(measured.rateMany).toBeCloseTo(20);
    expect(measured).toMatchObject({ workers: 2, threads: 1, executionProvider: 'wasm' });
  });

  it('says the rate of one worker where there is only one', async () => {
    const measured = await measure(createFake({ autoWorkers: 1 }));
    expect(measured.rateMany).toBe(measured.rateOne);
  });

  it('reads the memory while the workers are still there, and says where nobody tells', async () => {
    const fake = createFake({ autoWorkers: 2 });
    const open: number[] = [];
    const measured = await measure(fake, undefined, async () => {
      open.push(fake.made.filter(({ isDisposed }) => !isDisposed).length);
      return 300e6;
    });
    expect(measured.peakBytes).toBe(300e6);
    expect(open).toEqual([1]);
    expect((await measure(createFake({ autoWorkers: 1 }))).peakBytes).toBeNull();
  });

  it('lets no result answer for another run, and closes its workers', async () => {
    const fake = createFake({ autoWorkers: 2 });
    await measure(fake);
    const hashes = fake.made.flatMap(({ requests }) => requests.map(({ sourceSha256 }) => sourceSha256));
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(fake.made.map(({ isDisposed }) => isDisposed)).toEqual([true, true]);
  });

  it('rejects with the failure of a photo', async () => {
    await expect(measure(createFake({ autoWorkers: 1, fails: true }))).rejects.toMatchObject({
      code: 'OUT_OF_MEMORY',
    });
  });

  it('ends with the signal', async () => {
    const abort = new AbortController();
    const reason = new DOMException('stopped', 'AbortError');
    const measuring = measure(createFake({ autoWorkers: 1 }), abort.signal);
    abort.abort(reason);
    await expect(measuring).rejects.toBe(reason);
  });
});

describe('medianOf', () => {
  it('is the middle, or between the two in the middle', () => {
    expect(medianOf([3, 1, 2])).toBe(2);
    expect(medianOf([4, 1, 2, 3])).toBe(2.5);
  });
});
