/**
 * Chooses where requests run, swaps pools when settings or the kind of model change, and falls back from WebGPU to
 * WASM, for one model or for all.
 */
import type { PipelineRequest, RunRequest } from '../engine/api.ts';
import { EngineError, fromWireError } from '../engine/errors.ts';
import type { ExecutorRunOptions } from '../scheduling/executor.ts';
import { isSameChoice, type DeviceFacts } from './backend-choice.ts';
import { createLanes, type Lane } from './backend-lanes.ts';
import { runInParts, type PartOutcome } from './backend-parts.ts';
import { chooseFor, planParts, type PlannedPart, type Situation } from './backend-plan.ts';
import { findRemedy, type Failure } from './backend-remedy.ts';
import type { Backend, BackendOptions } from './backend.types.ts';

/** An eighth of the first budget; what does not fit there fits nowhere. */
const MAX_SQUEEZES = 3;

function keyOf({ model, variant }: PipelineRequest): string {
  return JSON.stringify([model.id, model.revision, variant]);
}

/** Probes the device at once, in the background; workers start with the first request. */
export function createBackend(options: BackendOptions): Backend {
  let settings = options.settings;
  let facts: DeviceFacts | null = null;
  let lastAsked: readonly PipelineRequest[] = [];
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

  const lanes = createLanes({
    createPool: (choice) => options.createPool(choice, settings.taskTimeoutMs),
    onChange: options.onChange,
  });
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

  function isRefused(request: PipelineRequest): boolean {
    return failedOnGpu.has(keyOf(request)) || options.isWebGpuRefused(request);
  }

  function describeSituation(known: DeviceFacts): Situation {
    return {
      facts: known,
      settings: haveThreadsFailed ? { ...settings, threads: 1 } : settings,
      isLiveRunning,
      squeezes,
      hasGpuFailed,
      memoryOf,
      isRefused,
      findWasmRefusal: (request) => options.findWasmRefusal?.(request) ?? null,
      findMeasurement: (request) => options.findMeasurement?.(request, known),
    };
  }

  /** Lanes that would be made otherwise now go, when what they have is done. */
  function replan(): void {
    if (facts) {
      const situation = describeSituation(facts);
      for (const lane of lanes.list()) {
        if (!isSameChoice(lane.choice, chooseFor(lane.lastAsked, situation))) lanes.retire(lane);
      }
    }
    options.onChange();
  }

  function canTake({ choice, pipelines, refusal }: PlannedPart): boolean {
    if (refusal !== null) return true;
    if (lanes.mustWait(choice)) return false;
    const lane = lanes.install(choice, pipelines, squeezes);
    return lane.inFlight < lane.pool.capacity;
  }

  /** `requests`: for their models alone; null: for all. */
  function leaveWebGpu(requests: readonly PipelineRequest[] | null, { code, details }: EngineError): void {
    if (requests === null) {
      hasGpuFailed = true;
      for (const lane of lanes.list()) {
        if (lane.choice.config.executionProvider === 'webgpu') lanes.retire(lane);
      }
      options.onNotice('webgpu-fell-back', { ...details, code });
      return;
    }
    for (const request of requests) {
      failedOnGpu.add(keyOf(request));
      options.onNotice('webgpu-refused', { ...details, model: request.model.name, code });
    }
  }

  /** Less memory from now on: fewer workers, less room for sessions, nothing idle beside them. */
  function squeeze(failed: Lane): void {
    // Another task of that pool may have done it.
    if (failed.squeezes < squeezes || squeezes === MAX_SQUEEZES) return;
    squeezes += 1;
    for (const lane of lanes.list()) if (lane === failed || lane.inFlight === 0) lanes.retire(lane);
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
  function degrade(failed: Lane, request: RunRequest, failure: Omit<Failure, 'config'>): boolean {
    const remedy = findRemedy({ ...failure, config: failed.choice.config });
    switch (remedy.kind) {
      case 'none':
        return false;
      case 'leave-webgpu':
        leaveWebGpu(remedy.requests, remedy.error);
        return true;
      case 'less-memory':
        return mayTryWithLess(failed, request);
      case 'one-thread':
        haveThreadsFailed = true;
        options.onNotice('worker-restarted', { code: remedy.error.code });
        return true;
    }
  }

  async function attempt(
    { choice, pipelines, refusal }: PlannedPart,
    request: RunRequest,
    runOptions: ExecutorRunOptions,
  ): Promise<PartOutcome> {
    // A wrong map is worse than none.
    if (refusal !== null) return { error: refusal, isAgain: false };
    const lane = lanes.install(choice, pipelines, squeezes);
    const outcome = await lane.occupy(async (): Promise<PartOutcome> => {
      try {
        const replies = await lane.pool.run({ ...request, pipelines }, runOptions);
        return {
          replies: replies.map((reply, index) => {
            if (reply.ok) return reply;
            const error = fromWireError(reply.error);
            const isAgain = degrade(lane, request, { error, requests: [pipelines[index]!], isReply: true });
            return isAgain ? null : reply;
          }),
        };
      } catch (error) {
        return { error, isAgain: degrade(lane, request, { error, requests: pipelines, isReply: false }) };
      }
    });
    // What runs there still holds the memory that is missing.
    if (ranOutIn.get(request) === lane) await lane.untilIdle();
    return outcome;
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
      for (const { pool } of lanes.list()) pool.setTaskTimeout(next.taskTimeoutMs);
      replan();
    },
    rest() {
      for (const lane of lanes.list()) if (lane.inFlight === 0) lanes.retire(lane);
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
      replan();
    },
    canStart(pipelines) {
      if (!facts || isDisposed) return false;
      return planParts(pipelines, [...pipelines.keys()], describeSituation(facts)).every(canTake);
    },
    async run(request, runOptions) {
      const { pipelines } = request;
      if (pipelines.length === 0) throw new EngineError('REQUEST_INVALID', 'A request needs a pipeline.');
      return runInParts(pipelines.length, runOptions, {
        split(indexes) {
          if (!facts || isDisposed) throw new DOMException('The client is not ready.', 'AbortError');
          lastAsked = pipelines;
          return planParts(pipelines, indexes, describeSituation(facts));
        },
        run: (part, partOptions) => attempt(part, request, partOptions),
      });
    },
    hasWebGpuFailed: (request) => hasGpuFailed || isRefused(request),
    getStatus() {
      const { current } = lanes;
      const wanted = facts && chooseFor(current?.lastAsked ?? lastAsked, describeSituation(facts));
      // The pool may stay while the reason for it changes.
      const planned = current && wanted && !isSameChoice(current.choice, wanted) ? current.choice : wanted;
      const capabilities = current?.pool.getStatus().capabilities ?? null;
      const busy = lanes.list().map(({ pool }) => pool.getStatus().busySlots);
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
      lanes.dispose();
    },
  };
}
