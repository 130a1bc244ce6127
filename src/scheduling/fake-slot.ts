/** Slots without threads: tests decide when they connect, answer and die. */
import type {
  Capabilities,
  DisparityResult,
  EngineEvent,
  InferenceResult,
  PipelineRequest,
  Reply,
  RunRequest,
} from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import type { SpawnSlot } from './slot.ts';

export const FAKE_CAPABILITIES: Capabilities = {
  executionProvider: 'wasm',
  threads: 1,
  crossOriginIsolated: true,
  adapter: null,
};

/** One map of 2 x 1 values. */
export function makeFakeResult(values: readonly [number, number] = [1, 2]): DisparityResult {
  return {
    kind: 'disparity',
    pipeline: 'depth-estimation',
    widthPx: 2,
    heightPx: 1,
    sourceWidthPx: 4,
    sourceHeightPx: 2,
    disparity: new Float32Array(values),
    timings: { load: 0, decode: 1, preprocess: 1, inference: 5, postprocess: 1 },
    provenance: {
      modelId: ISOBATH_DEPTH_TINY.id,
      revision: ISOBATH_DEPTH_TINY.revision,
      variant: 'fp32',
      executionProvider: 'wasm',
      threads: 1,
      executor: 'worker-pool',
    },
  };
}

export function makeFakePipeline(modelId: string = ISOBATH_DEPTH_TINY.id): PipelineRequest {
  return {
    pipeline: 'depth-estimation',
    model: { ...ISOBATH_DEPTH_TINY, id: modelId },
    variant: 'fp32',
    options: { detailPx: 256, maxLongSidePx: null },
  };
}

export function makeFakeRequest<Source>(
  taskId: string,
  source: Source,
  modelId?: string,
): RunRequest<Source> {
  return { taskId, source, pipelines: [makeFakePipeline(modelId)] };
}

interface FakeSlot {
  readonly requests: RunRequest<string>[];
  readonly cancelled: string[];
  isTerminated: boolean;
  /** Answers the pending connect. */
  connect(): void;
  refuse(error: EngineError): void;
  emit(event: EngineEvent): void;
  /** Answers the pending run. */
  succeed(result?: InferenceResult): void;
  answer(replies: readonly Reply<InferenceResult>[]): void;
  fail(error: unknown): void;
  crash(message?: string): void;
}

export interface FakeSpawner {
  readonly spawn: SpawnSlot<string>;
  /** In the order of spawning. */
  readonly slots: FakeSlot[];
  /** The slot at `index`; fails the test where none was spawned. */
  slot(index: number): FakeSlot;
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

function createDeferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // Slots that nobody waits for any more may still answer.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

/** `connectsAtOnce`: slots answer `connect` by themselves. */
export function createFakeSpawner({ connectsAtOnce = true } = {}): FakeSpawner {
  const slots: FakeSlot[] = [];
  const spawn: SpawnSlot<string> = (onCrash) => {
    let emit: (event: EngineEvent) => void = () => undefined;
    const connected = createDeferred<Capabilities>();
    let run = createDeferred<readonly Reply<InferenceResult>[]>();
    const slot: FakeSlot = {
      requests: [],
      cancelled: [],
      isTerminated: false,
      connect: () => connected.resolve(FAKE_CAPABILITIES),
      refuse: (error) => connected.reject(error),
      emit: (event) => emit(event),
      succeed: (result = makeFakeResult()) => run.resolve([{ ok: true, value: result }]),
      answer: (replies) => run.resolve(replies),
      fail: (error) => run.reject(error),
      crash: (message = 'poof') => onCrash(new Error(message)),
    };
    slots.push(slot);
    if (connectsAtOnce) slot.connect();
    return {
      connect(onEvent) {
        emit = onEvent;
        return connected.promise;
      },
      run(request) {
        slot.requests.push(request);
        run = createDeferred();
        return run.promise;
      },
      cancel: (taskId) => slot.cancelled.push(taskId),
      terminate: () => {
        slot.isTerminated = true;
      },
    };
  };
  return {
    spawn,
    slots,
    slot(index) {
      const slot = slots[index];
      if (!slot) throw new Error(`no slot ${index}; ${slots.length} were spawned`);
      return slot;
    },
  };
}

/** Slots that answer by themselves, after a progress event: "bad" is no picture, everything else has a map. */
export const spawnAnsweringSlot: SpawnSlot<string> = () => {
  let emit: (event: EngineEvent) => void = () => undefined;
  return {
    connect: async (onEvent) => {
      emit = onEvent;
      return FAKE_CAPABILITIES;
    },
    async run({ taskId, source }) {
      await Promise.resolve();
      emit({ type: 'progress', taskId, stage: 'decode', fraction: null });
      if (source === 'bad') throw new EngineError('IMAGE_NOT_AN_IMAGE', 'The bytes are no picture.');
      await Promise.resolve();
      return [{ ok: true, value: makeFakeResult() }];
    },
    cancel: () => undefined,
    terminate: () => undefined,
  };
};
