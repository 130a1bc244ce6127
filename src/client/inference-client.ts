/** The only door of the UI to inference: result cache, then queue, then the pool; fallback and notices. No React. */
import type { InferenceResult, PipelineRequest, Provenance } from '../engine/api.ts';
import { EngineError, fromWireError } from '../engine/errors.ts';
import type { SlotLoss } from '../scheduling/pool.types.ts';
import { createSoloPool } from '../scheduling/solo-pool.ts';
import { createTaskQueue } from '../scheduling/task-queue.ts';
import type { RunContext } from '../scheduling/task-queue.types.ts';
import type { BackendChoice } from './backend-choice.ts';
import { createBackend } from './backend.ts';
import type { EarlyStart } from './early-start.ts';
import { resolveClientOptions, type InferenceClientOptions } from './inference-client-options.ts';
import type {
  ClientSnapshot,
  EnqueueRequest,
  InferenceClient,
  ResultKey,
  ResultSummary,
} from './inference-client.types.ts';
import { createLazySelfTester } from './lazy-self-tester.ts';
import { describeMeasuredDevice } from './measured-choice.ts';
import { createNotices } from './notices.ts';
import { createResultCache } from './result-cache.ts';
import type { ResultHeader } from './result-codec.ts';
import { makeResultKey } from './result-key.ts';
import { createResultMemory } from './result-memory.ts';
import { createSharedRuns } from './shared-runs.ts';
import { findWasmRefusal, selfTestKey } from './self-test-key.ts';
import { createSnapshotStore, slowWhile } from './snapshot-store.ts';
import { createWarmUpPicture } from './warm-up-picture.ts';
import { createWebWorkerPool } from './web-worker-pool.ts';
import { unwrapReply } from './web-worker-slot.ts';

/** Waiting tasks from which on subscribers hear of changes more slowly. */
const LONG_LINE = 4;

/** Times that an evicted result is computed again for one reader before giving up. */
const MAX_RECOMPUTES = 2;

/** "Done" promises that a reload finds the map in the cache, but not at any price. */
const MAX_STORE_WAIT_MS = 1000;

interface Work {
  readonly key: ResultKey;
  readonly request: EnqueueRequest;
  /** What the look-up took: part of the task's total time. */
  lookUpMs: number;
}

function toPipelineRequest({ pipeline, model, variant, options }: EnqueueRequest): PipelineRequest {
  return { pipeline, model, variant, options };
}

/** Maps of one picture start together. */
function batchKeyOf({ request }: Work): string {
  return request.sourceSha256;
}

/** Thousands of summaries name the same few origins. */
const knownProvenances = new Map<string, Provenance>();

function shareProvenance(provenance: Provenance): Provenance {
  const text = JSON.stringify(provenance);
  const known = knownProvenances.get(text) ?? provenance;
  knownProvenances.set(text, known);
  return known;
}

function summarize(
  resultKey: ResultKey,
  header: ResultHeader | InferenceResult,
  cache: ResultSummary['cache'],
  totalMs: number,
): ResultSummary {
  const { timings, widthPx, heightPx, sourceWidthPx, sourceHeightPx } = header;
  const provenance = shareProvenance(header.provenance);
  return { resultKey, cache, totalMs, timings, provenance, widthPx, heightPx, sourceWidthPx, sourceHeightPx };
}

/** The previous object where nothing in it changed, so that selectors keep still. For small JSON-like values. */
function keepIdentity<T>(previous: T | undefined, next: T): T {
  return previous !== undefined && JSON.stringify(previous) === JSON.stringify(next) ? previous : next;
}

/** Rejects with `signal.reason` when the reader leaves; `work` goes on. */
function detachable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Works with no options in a browser page; workers start with the first task that the cache cannot answer. */
export function createInferenceClient(options: InferenceClientOptions = {}): InferenceClient {
  const environment = resolveClientOptions(options);
  const { now } = environment.clock;
  let settings = environment.settings;
  let previousSnapshot: ClientSnapshot | undefined;
  /** By task, for recomputing an evicted result. */
  const requests = new Map<string, EnqueueRequest>();

  const store = createSnapshotStore(
    buildSnapshot,
    slowWhile(() => queue.getSnapshot().queuedCount > LONG_LINE, environment.schedule),
  );
  const changed = () => store.markChanged();
  const notices = createNotices(changed);
  const memory = createResultMemory(environment.memoryBudgetBytes);
  const cache = createResultCache({
    indexedDB: environment.indexedDB,
    name: environment.cacheName,
    budgetBytes: settings.cacheBudgetBytes,
    now: environment.wallClock,
    onChange: changed,
    isMoreComing: () => queue.getSnapshot().queuedCount + queue.getSnapshot().processingCount > 1,
    clock: environment.clock,
    onTrouble: (trouble) => notices.add(trouble),
  });
  const selfTester = createLazySelfTester(environment);
  const backend = createBackend({
    settings,
    probeDevice: environment.probeDevice,
    createPool: (choice, taskTimeoutMs) => {
      const open = (
        part: Pick<BackendChoice, 'config' | 'workers'>,
        takeEarlyWorker: EarlyStart['takeWorker'],
      ) =>
        createWebWorkerPool({
          choice: part,
          taskTimeoutMs,
          spawnWorker: environment.spawnWorker,
          takeEarlyWorker,
          selfTester,
          clock: environment.clock,
          onChange: changed,
          onSlotLost,
          onHeap: ({ models: [model, ...others], heapBytes }, poolBytes) => {
            environment.onPoolHeap(part, poolBytes);
            // A heap that models share says nothing of one; on WebGPU most of the memory is elsewhere.
            const isItsOwn = others.length === 0 && choice.config.executionProvider === 'wasm';
            if (model && isItsOwn) environment.profile.setHeap(model, heapBytes);
          },
        });
      const main = open(choice, environment.takeEarlyWorker);
      if (choice.soloThreads === 1) return main;
      const config = { ...choice.config, threads: choice.soloThreads };
      return createSoloPool({
        main,
        openSolo: () => open({ config, workers: 1 }, () => null),
        toWarmUp: ({ pipelines }) => ({ taskId: 'warm-up', source: createWarmUpPicture(), pipelines }),
        clock: environment.clock,
      });
    },
    isWebGpuRefused: ({ model, variant }) =>
      environment.profile.getVerdict(selfTestKey(model, variant)) === false,
    findWasmRefusal: (request) => findWasmRefusal(environment.profile, request),
    findHeap: ({ model, variant }) =>
      environment.profile.getHeap({ modelId: model.id, revision: model.revision, variant }),
    findMeasurement: ({ model, variant }, facts) => {
      const measurement = environment.profile.getMeasurement(model);
      if (measurement?.device !== describeMeasuredDevice(facts)) return null;
      // Of a file that was picked by hand, not of the one that would have been faster.
      return { ...measurement, candidates: measurement.candidates.filter((one) => one.variant === variant) };
    },
    onChange: () => {
      changed();
      // The pool has room, or the device is known: the queue asks again. Later, because this is called from inside a run.
      queueMicrotask(() => queue.poke());
    },
    onNotice: (code, details) => notices.add(code, details),
  });
  const unsubscribeProfile = environment.profile.subscribe((change) => {
    if (change === 'measurement') backend.replan();
    if (change === 'forgotten') backend.forgive();
    if (change === 'verdict' || change === 'forgotten') computeAgain();
  });
  const queue = createTaskQueue<Work, ResultSummary>({
    limit: environment.queueLimit,
    now,
    lookUp,
    canStart: (batch) => backend.canStart(batch.map(({ request }) => toPipelineRequest(request))),
    run: compute,
    batchKeyOf,
    // The last map is what somebody waits for: it does not wait for a frame as well.
    onChange: (isIdle) => store.markChanged(isIdle),
  });

  function onSlotLost(loss: SlotLoss): void {
    if (loss === 'crashed' || loss === 'stalled') notices.add('worker-restarted');
  }

  /** Maps that turn out to be wrong are computed elsewhere, or fail; what failed for that may not any more. */
  function computeAgain(): void {
    for (const [taskId, task] of queue.getSnapshot().tasks) {
      const request = requests.get(taskId);
      if (request === undefined) continue;
      const refusal = findWasmRefusal(environment.profile, request);
      if (task.state === 'done') {
        if (refusal === null || task.summary.provenance.executionProvider !== 'wasm') continue;
        notices.add('wasm-refused', { model: request.model.name });
        enqueue(request);
      } else if (task.state === 'failed' && refusal === null) {
        if (task.error.details.reason === 'wasm-wrong') enqueue(request);
      }
    }
  }

  /** The provider is provenance; who asks for one by name does not want another's map, as long as it works. */
  function isAcceptable({ request }: Work, header: ResultHeader | InferenceResult): boolean {
    const wanted = settings.executionProvider;
    const isWasm = header.provenance.executionProvider === 'wasm';
    if (isWasm && findWasmRefusal(environment.profile, request) !== null) return false;
    if (wanted === 'auto' || header.provenance.executionProvider === wanted) return true;
    return wanted === 'webgpu' && backend.hasWebGpuFailed(toPipelineRequest(request));
  }

  async function lookUp(batch: readonly Work[]): Promise<readonly (ResultSummary | null)[]> {
    const startMs = now();
    const near = batch.map((work) => memory.get(work.key));
    const farKeys = batch.filter((_, index) => near[index] === null).map((work) => work.key);
    cache.touch(batch.filter((_, index) => near[index] !== null).map((work) => work.key));
    const far = new Map<ResultKey, ResultHeader | null>();
    if (farKeys.length > 0) {
      const headers = await cache.lookUp(farKeys);
      farKeys.forEach((key, index) => far.set(key, headers[index] ?? null));
    }
    const lookUpMs = now() - startMs;
    return batch.map((work, index) => {
      work.lookUpMs = lookUpMs;
      const header = near[index] ?? far.get(work.key) ?? null;
      return header && isAcceptable(work, header) ? summarize(work.key, header, 'hit', lookUpMs) : null;
    });
  }

  /**
   * Resolves when the result is safe from a reload, or when the disk is too slow to wait for. The worker does not wait:
   * the pool has given it the next task already.
   */
  function keep(key: ResultKey, result: InferenceResult): Promise<void> {
    memory.put(key, result);
    return new Promise((resolve) => {
      const cancelTimer = environment.clock.setTimer(resolve, MAX_STORE_WAIT_MS);
      void cache.put(key, result).then(() => {
        cancelTimer();
        resolve();
      });
    });
  }

  /** Work that the queue starts in one turn shares a request per picture: one decode for all of its maps. */
  const runTogether = createSharedRuns((request, runOptions) => backend.run(request, runOptions));

  async function compute(work: Work, context: RunContext): Promise<ResultSummary> {
    const startMs = now();
    const reply = await runTogether(batchKeyOf(work), {
      source: work.request.source,
      pipeline: toPipelineRequest(work.request),
      context,
      onAbandonedReply: (abandoned) => {
        if (abandoned.ok) void keep(work.key, abandoned.value);
      },
    });
    const result = unwrapReply(reply);
    environment.modelMemory.remember(work.request.model, result.provenance);
    const totalMs = work.lookUpMs + now() - startMs;
    await keep(work.key, result);
    return summarize(work.key, result, 'miss', totalMs);
  }

  function enqueue(request: EnqueueRequest): void {
    requests.set(request.taskId, request);
    const key = makeResultKey(request);
    queue.enqueue(request.taskId, key, { key, request, lookUpMs: 0 });
  }

  async function readResult(taskId: string): Promise<InferenceResult> {
    for (let round = 0; round <= MAX_RECOMPUTES; round += 1) {
      const state = await queue.settled(taskId);
      if (state?.state === 'failed') throw fromWireError(state.error);
      if (state?.state === 'cancelled') throw new DOMException('The task was cancelled.', 'AbortError');
      const request = requests.get(taskId);
      if (state?.state !== 'done' || !request) {
        throw new EngineError('REQUEST_INVALID', `There is no task "${taskId}".`);
      }
      const { resultKey } = state.summary;
      cache.touch([resultKey]);
      const near = memory.get(resultKey);
      if (near) return near;
      const far = await cache.get(resultKey);
      if (far) {
        memory.put(resultKey, far);
        return far;
      }
      // Evicted, cleared or damaged: once more.
      enqueue(request);
    }
    throw new EngineError('INTERNAL', `The result of task "${taskId}" was evicted again and again.`);
  }

  function buildSnapshot(): ClientSnapshot {
    const { tasks, queuedCount, processingCount } = queue.getSnapshot();
    previousSnapshot = {
      tasks,
      queuedCount,
      processingCount,
      backend: keepIdentity(previousSnapshot?.backend, backend.getStatus()),
      cache: keepIdentity(previousSnapshot?.cache, cache.getStatus()),
      notices: notices.list(),
    };
    return previousSnapshot;
  }

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    configure(next) {
      settings = next;
      backend.configure(next);
      void cache.setBudget(next.cacheBudgetBytes);
    },
    warmUp(model, variant) {
      void backend.ready().then(() => {
        const request: PipelineRequest = {
          pipeline: model.task === 'depth' ? 'depth-estimation' : 'human-parsing',
          model,
          variant,
          options: { detailPx: model.input.detail.minPx, maxLongSidePx: null },
        };
        // Tasks that came meanwhile warm the worker up themselves.
        if (queue.getSnapshot().processingCount > 0 || !backend.canStart([request])) return;
        const run = backend.run(
          { taskId: 'warm-up', source: createWarmUpPicture(), pipelines: [request] },
          { signal: new AbortController().signal, onEvent: () => undefined },
        );
        // The first task will meet the same failure and report it.
        run.catch(() => undefined);
      });
    },
    enqueue,
    prioritize: queue.prioritize,
    cancel: queue.cancel,
    cancelAll: queue.cancelAll,
    forget(taskIds) {
      queue.forget(taskIds);
      for (const taskId of taskIds) requests.delete(taskId);
    },
    async getResult(taskId, { signal }) {
      signal.throwIfAborted();
      return detachable(readResult(taskId), signal);
    },
    async clearResultCache() {
      memory.clear();
      await cache.clear();
    },
    rest: backend.rest,
    setLiveRunning: backend.setLiveRunning,
    dismissNotice: notices.dismiss,
    dispose() {
      queue.cancelAll();
      unsubscribeProfile();
      backend.dispose();
      cache.close();
    },
  };
}
