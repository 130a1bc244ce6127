/**
 * Owns the pools in use, one lane per provider: chooses them, swaps them when settings or the kind of model change, and
 * falls back from WebGPU to WASM, for one model or for all.
 */
import type {
  ExecutionProvider,
  InferenceResult,
  PipelineRequest,
  Reply,
  RunRequest,
} from '../engine/api.ts';
import { EngineError, fromWireError, isAbortError, type ErrorCode } from '../engine/errors.ts';
import type { ExecutorRunOptions } from '../scheduling/executor.ts';
import type { Pool } from '../scheduling/pool.types.ts';
import {
  chooseBackend,
  chooseBesideLive,
  isSameChoice,
  type BackendChoice,
  type DeviceFacts,
  type ModelNeeds,
} from './backend-choice.ts';
import { runInParts, type Part, type PartOutcome } from './backend-parts.ts';
import type { Measurement } from './measured-choice.ts';
import type { ClientNotice, ClientSettings, ClientSnapshot } from './inference-client.types.ts';

export interface BackendOptions {
  readonly settings: ClientSettings;
  readonly probeDevice: () => Promise<DeviceFacts>;
  readonly createPool: (choice: BackendChoice, taskTimeoutMs: number) => Pool<Blob>;
  /** True where the self-test has found WebGPU wrong for this model. */
  readonly isWebGpuRefused: (request: PipelineRequest) => boolean;
  /** What the self-test found where WASM computes this model wrong; null, or absent: it is right or untested. */
  readonly findWasmRefusal?: (request: PipelineRequest) => EngineError | null;
  /** What was measured of this model on this device; null: nothing. */
  readonly findMeasurement?: (request: PipelineRequest, facts: DeviceFacts) => Measurement | null;
  /** Heap of this model as it was measured here; null: not measured. */
  readonly findHeap?: (request: PipelineRequest) => number | null;
  readonly onChange: () => void;
  readonly onNotice: (code: ClientNotice['code'], details: ClientNotice['details']) => void;
}

export interface Backend {
  /** Resolves when the device is known. */
  ready(): Promise<void>;
  /** Ends pools that have nothing to do. */
  rest(): void;
  /** Something new was learnt of the device. Running tasks finish on their old slots. */
  replan(): void;
  /** A verdict was forgotten: models that WebGPU failed at in this session get another chance there. */
  forgive(): void;
  /** Running tasks finish on their old slots. */
  configure(settings: ClientSettings): void;
  /** Whether a request for these models could start now. May swap a pool; `onChange` tells when the answer may change. */
  canStart(pipelines: readonly PipelineRequest[]): boolean;
  /** While live view runs, the device is its own but for one worker. Running tasks finish on their old slots. */
  setLiveRunning(isRunning: boolean): void;
  /** As the pool's; models of one request may run on two providers, and what fails on WebGPU runs again on WASM. */
  run(request: RunRequest, options: ExecutorRunOptions): Promise<readonly Reply<InferenceResult>[]>;
  /** True when WebGPU was asked for by name and has failed: WASM results are then as good as it gets. */
  hasWebGpuFailed(request: PipelineRequest): boolean;
  getStatus(): ClientSnapshot['backend'];
  dispose(): void;
}

/** Failures that the same request may not have on WASM. */
const GPU_FALLBACK_CODES: readonly ErrorCode[] = [
  'EXECUTION_PROVIDER_UNAVAILABLE',
  'EXECUTION_PROVIDER_FAILED',
  'INFERENCE_FAILED',
  'MODEL_OUTPUT_INVALID',
  'OUT_OF_MEMORY',
  'WORKER_CRASHED',
  'WORKER_START_FAILED',
];

/** The pool of a provider, and what it was last asked for. */
interface Lane {
  readonly pool: Pool<Blob>;
  readonly choice: BackendChoice;
  /** As of its making. */
  readonly squeezes: number;
  lastAsked: readonly PipelineRequest[];
  inFlight: number;
  readonly whenIdle: (() => void)[];
}

interface PlannedPart extends Part {
  readonly choice: BackendChoice;
  /** WASM would compute it wrong and nothing else is left; null: it can be computed. */
  readonly refusal: EngineError | null;
}

/** An eighth of the first budget; what does not fit there fits nowhere. */
const MAX_SQUEEZES = 3;

function keyOf({ model, variant }: PipelineRequest): string {
  return JSON.stringify([model.id, model.revision, variant]);
}

/** Probes the device at once, in the background; workers start with the first request. */
export function createBackend(options: BackendOptions): Backend {
  let settings = options.settings;
  let facts: DeviceFacts | null = null;
  const lanes = new Map<ExecutionProvider, Lane>();
  /** The lane that was asked last: what the status speaks of. */
  let current: Lane | null = null;
  let lastAsked: readonly PipelineRequest[] = [];
  const retired = new Set<Lane>();
  let hasGpuFailed = false;
  /** Models that failed on WebGPU in this session while others may work. */
  const failedOnGpu = new Set<string>();
  let haveThreadsFailed = false;
  /** How many times memory ran out. */
  let squeezes = 0;
  /** Where a request ran out of memory for the first time. */
  const ranOutIn = new WeakMap<RunRequest, Lane>();
  /** By model: what was measured in this session counts from the next one, so that no pool is swapped for it. */
  const heaps = new Map<string, number>();
  let isDisposed = false;
  let isLiveRunning = false;

  const probed = options.probeDevice().then((found) => {
    facts = found;
    options.onChange();
  });

  function memoryOf(request: PipelineRequest): number {
    const key = keyOf(request);
    const known = heaps.get(key);
    if (known !== undefined) return known;
    const { model, variant } = request;
    const promised = model.variants.find(({ id }) => id === variant)?.memoryBytes ?? 0;
    const heapBytes = options.findHeap?.(request) ?? promised;
    heaps.set(key, heapBytes);
    return heapBytes;
  }

  function findWasmRefusal(request: PipelineRequest): EngineError | null {
    return options.findWasmRefusal?.(request) ?? null;
  }

  function isRefused(request: PipelineRequest): boolean {
    return failedOnGpu.has(keyOf(request)) || options.isWebGpuRefused(request);
  }

  /** For models that run together: as the heaviest of them needs it. */
  function choose(known: DeviceFacts, wanted: readonly PipelineRequest[]): BackendChoice {
    const usable: ClientSettings = haveThreadsFailed ? { ...settings, threads: 1 } : settings;
    const memoryBytes = Math.max(0, ...wanted.map(memoryOf));
    const heaviest = wanted.find((request) => memoryOf(request) === memoryBytes);
    const needs: ModelNeeds = {
      memoryBytes,
      squeezes,
      measured: heaviest && options.findMeasurement?.(heaviest, known),
      webGpu: hasGpuFailed ? 'failed' : wanted.some(isRefused) ? 'refused' : 'usable',
      isWasmWrong: wanted.some((request) => findWasmRefusal(request) !== null),
    };
    const choice = chooseBackend(usable, known, needs);
    return isLiveRunning && !needs.isWasmWrong ? chooseBesideLive(choice) : choice;
  }

  /** Models of one provider go together; what nothing here computes right goes alone. `indexes` are places in `wanted`. */
  function listParts(
    known: DeviceFacts,
    wanted: readonly PipelineRequest[],
    indexes: readonly number[],
  ): PlannedPart[] {
    const byProvider = new Map<ExecutionProvider, number[]>();
    const refused: PlannedPart[] = [];
    for (const index of indexes) {
      const request = wanted[index]!;
      const choice = choose(known, [request]);
      const { executionProvider } = choice.config;
      const refusal = executionProvider === 'wasm' ? findWasmRefusal(request) : null;
      if (refusal !== null) refused.push({ indexes: [index], pipelines: [request], choice, refusal });
      else byProvider.set(executionProvider, [...(byProvider.get(executionProvider) ?? []), index]);
    }
    const planned = [...byProvider.values()].map((members) => {
      const pipelines = members.map((index) => wanted[index]!);
      return { indexes: members, pipelines, choice: choose(known, pipelines), refusal: null };
    });
    return [...planned, ...refused];
  }

  function retire(lane: Lane): void {
    // Those that have finished meanwhile have disposed themselves.
    for (const old of retired) {
      if (old.inFlight === 0 && old.pool.getStatus().startedSlots === 0) retired.delete(old);
    }
    lanes.delete(lane.choice.config.executionProvider);
    if (current === lane) current = null;
    retired.add(lane);
    lane.pool.retire();
  }

  function retireOutdated(known: DeviceFacts): void {
    for (const lane of [...lanes.values()]) {
      if (!isSameChoice(lane.choice, choose(known, lane.lastAsked))) retire(lane);
    }
  }

  function replan(): void {
    if (facts) retireOutdated(facts);
    options.onChange();
  }

  /** The lane for this choice; an old pool of its provider finishes what it has. */
  function install(choice: BackendChoice, wanted: readonly PipelineRequest[]): Lane {
    const { executionProvider } = choice.config;
    const known = lanes.get(executionProvider);
    if (known && isSameChoice(known.choice, choice)) {
      known.lastAsked = wanted;
      current = known;
      return known;
    }
    if (known) retire(known);
    const pool = options.createPool(choice, settings.taskTimeoutMs);
    const lane: Lane = { pool, choice, squeezes, lastAsked: wanted, inFlight: 0, whenIdle: [] };
    lanes.set(executionProvider, lane);
    current = lane;
    options.onChange();
    return lane;
  }

  function canLaneTake(choice: BackendChoice, wanted: readonly PipelineRequest[]): boolean {
    const known = lanes.get(choice.config.executionProvider);
    // Another kind of model waits for the running ones, so that two pools do not share the cores.
    if (known && known.inFlight > 0 && !isSameChoice(known.choice, choice)) return false;
    const lane = install(choice, wanted);
    return lane.inFlight < lane.pool.capacity;
  }

  /** Remembers a failure on WebGPU; false: WASM would not help. */
  function leaveWebGpu(
    wanted: readonly PipelineRequest[],
    error: EngineError,
    isOfOneModel: boolean,
  ): boolean {
    if (!GPU_FALLBACK_CODES.includes(error.code)) return false;
    if (!isOfOneModel) {
      hasGpuFailed = true;
      for (const lane of [...lanes.values()]) {
        if (lane.choice.config.executionProvider === 'webgpu') retire(lane);
      }
      options.onNotice('webgpu-fell-back', { ...error.details, code: error.code });
      return true;
    }
    for (const request of wanted) {
      failedOnGpu.add(keyOf(request));
      const { name } = request.model;
      options.onNotice('webgpu-refused', { ...error.details, model: name, code: error.code });
    }
    return true;
  }

  /** Less memory from now on: fewer workers, less room for sessions, nothing idle beside them. */
  function squeeze(failed: Lane): void {
    // Another task of that pool may have done it.
    if (failed.squeezes < squeezes || squeezes === MAX_SQUEEZES) return;
    squeezes += 1;
    for (const lane of [...lanes.values()]) if (lane === failed || lane.inFlight === 0) retire(lane);
    options.onNotice('memory-low', {});
  }

  /** A request gets one more try with less memory. */
  function mayTryWithLess(failed: Lane, request: RunRequest): boolean {
    const before = ranOutIn.get(request);
    if (before !== undefined && before !== failed) return false;
    ranOutIn.set(request, failed);
    squeeze(failed);
    return true;
  }

  /** Remembers the failure where a simpler backend is left; false: there is none. */
  function degrade(
    failed: Lane,
    request: RunRequest,
    wanted: readonly PipelineRequest[],
    error: unknown,
    isReply: boolean,
  ): boolean {
    if (!(error instanceof EngineError) || isAbortError(error)) return false;
    const { config } = failed.choice;
    if (config.executionProvider === 'webgpu') {
      const refused = wanted.filter(
        ({ model, variant }) =>
          error.details.selfTest === true &&
          error.details.model === model.id &&
          error.details.variant === variant,
      );
      return leaveWebGpu(refused.length > 0 ? refused : wanted, error, isReply || refused.length > 0);
    }
    if (error.code === 'OUT_OF_MEMORY') return mayTryWithLess(failed, request);
    // Starting threads may fail, or hang without a word (WebKit; onnxruntime #11679).
    const mayBeThreads = error.code === 'WORKER_START_FAILED' || error.details.stalled === true;
    if (!mayBeThreads || config.threads === 1) return false;
    haveThreadsFailed = true;
    options.onNotice('worker-restarted', { code: error.code });
    return true;
  }

  async function attempt(
    { choice, pipelines, refusal }: PlannedPart,
    request: RunRequest,
    runOptions: ExecutorRunOptions,
  ): Promise<PartOutcome> {
    // A wrong map is worse than none.
    if (refusal !== null) return { error: refusal, isAgain: false };
    const lane = install(choice, pipelines);
    lane.inFlight += 1;
    try {
      const replies = await lane.pool.run({ ...request, pipelines }, runOptions);
      return {
        replies: replies.map((reply, index) => {
          const isAgain =
            !reply.ok && degrade(lane, request, [pipelines[index]!], fromWireError(reply.error), true);
          return isAgain ? null : reply;
        }),
      };
    } catch (error) {
      return { error, isAgain: degrade(lane, request, pipelines, error, false) };
    } finally {
      lane.inFlight -= 1;
      options.onChange();
      if (lane.inFlight === 0) for (const resolve of lane.whenIdle.splice(0)) resolve();
      // What runs there still holds the memory that is missing.
      else if (ranOutIn.get(request) === lane) await new Promise<void>((end) => lane.whenIdle.push(end));
    }
  }

  return {
    ready: () => probed,
    configure(next) {
      // Asked for by name, WebGPU gets another chance.
      if (next.executionProvider === 'webgpu' && settings.executionProvider !== 'webgpu') {
        hasGpuFailed = false;
        failedOnGpu.clear();
      }
      settings = next;
      for (const { pool } of lanes.values()) pool.setTaskTimeout(next.taskTimeoutMs);
      if (facts) retireOutdated(facts);
      options.onChange();
    },
    rest() {
      for (const lane of [...lanes.values()]) if (lane.inFlight === 0) retire(lane);
      options.onChange();
    },
    replan,
    forgive() {
      failedOnGpu.clear();
      replan();
    },
    setLiveRunning(isRunning) {
      if (isLiveRunning === isRunning) return;
      isLiveRunning = isRunning;
      if (facts) retireOutdated(facts);
      options.onChange();
    },
    canStart(pipelines) {
      if (!facts || isDisposed) return false;
      const parts = listParts(facts, pipelines, [...pipelines.keys()]);
      return parts.every(
        ({ choice, pipelines: wanted, refusal }) => refusal !== null || canLaneTake(choice, wanted),
      );
    },
    async run(request, runOptions) {
      const { pipelines } = request;
      if (pipelines.length === 0) throw new EngineError('REQUEST_INVALID', 'A request needs a pipeline.');
      return runInParts(pipelines.length, runOptions, {
        split(indexes) {
          if (!facts || isDisposed) throw new DOMException('The client is not ready.', 'AbortError');
          lastAsked = pipelines;
          return listParts(facts, pipelines, indexes);
        },
        run: (part, partOptions) => attempt(part, request, partOptions),
      });
    },
    hasWebGpuFailed: (request) => hasGpuFailed || isRefused(request),
    getStatus() {
      const wanted = facts && choose(facts, current?.lastAsked ?? lastAsked);
      // The pool may stay while the reason for it changes.
      const planned = current && wanted && !isSameChoice(current.choice, wanted) ? current.choice : wanted;
      const capabilities = current?.pool.getStatus().capabilities ?? null;
      const busy = [...lanes.values()].map(({ pool }) => pool.getStatus().busySlots);
      return {
        executionProvider: capabilities?.executionProvider ?? null,
        workers: planned?.workers ?? 0,
        busyWorkers: busy.reduce((sum, count) => sum + count, 0),
        threadsPerWorker: capabilities?.threads ?? planned?.config.threads ?? 1,
        adapter: capabilities?.adapter?.description ?? null,
        crossOriginIsolated: facts?.crossOriginIsolated ?? false,
        reason: planned?.reason ?? { code: 'starting', details: {} },
      };
    },
    dispose() {
      isDisposed = true;
      for (const { pool } of [...lanes.values(), ...retired]) pool.dispose();
    },
  };
}
