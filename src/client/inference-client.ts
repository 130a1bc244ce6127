/** The only door of the UI to inference: result cache, then queue, then the pool; fallback and notices. No React. */
import type { InferenceResult, PipelineRequest } from '../engine/api.ts';
import { EngineError, fromWireError } from '../engine/errors.ts';
import type { SlotLoss } from '../scheduling/pool.types.ts';
import { createTaskQueue } from '../scheduling/task-queue.ts';
import type { RunContext } from '../scheduling/task-queue.types.ts';
import { createBackendPool } from './backend-pool.ts';
import { createBackend } from './backend.ts';
import { detachable } from './detachable.ts';
import { resolveClientOptions, type InferenceClientOptions } from './inference-client-options.ts';
import type {
  ClientSnapshot,
  EnqueueRequest,
  InferenceClient,
  ResultKey,
  ResultSummary,
} from './inference-client.types.ts';
import { createLazySelfTester } from './lazy-self-tester.ts';
import { createNotices } from './notices.ts';
import { createProfileLookups } from './profile-lookups.ts';
import { createResultCache } from './result-cache.ts';
import type { ResultHeader } from './result-codec.ts';
import { makeResultKey } from './result-key.ts';
import { createResultMemory } from './result-memory.ts';
import { createResultStore } from './result-store.ts';
import { createSummarize } from './result-summary.ts';
import { findWasmRefusal } from './self-test-key.ts';
import { createSharedRuns } from './shared-runs.ts';
import { createSnapshotStore, keepIdentity, slowWhile } from './snapshot-store.ts';
import { makeWarmUpRequest } from './warm-up-picture.ts';
import { unwrapReply } from './web-worker-slot.ts';

/** Waiting tasks from which on subscribers hear of changes more slowly. */
const LONG_LINE = 4;

/** Times that an evicted result is computed again for one reader before giving up. */
const MAX_RECOMPUTES = 2;

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
  const summarize = createSummarize();
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
  const results = createResultStore({
    memory: createResultMemory(environment.memoryBudgetBytes),
    cache,
    clock: environment.clock,
  });
  const poolOptions = {
    ...environment,
    selfTester: createLazySelfTester(environment),
    onChange: changed,
    onSlotLost,
  };
  const backend = createBackend({
    settings,
    probeDevice: environment.probeDevice,
    createPool: (choice, taskTimeoutMs) => createBackendPool(choice, taskTimeoutMs, poolOptions),
    ...createProfileLookups(environment.profile),
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
    recall,
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

  function recall(work: Work): ResultSummary | null {
    const result = results.recall(work.key);
    return result && isAcceptable(work, result) ? summarize(work.key, result, 'hit', 0) : null;
  }

  async function lookUp(batch: readonly Work[]): Promise<readonly (ResultSummary | null)[]> {
    const startMs = now();
    const headers = await results.lookUp(batch.map(({ key }) => key));
    const lookUpMs = now() - startMs;
    return batch.map((work, index) => {
      work.lookUpMs = lookUpMs;
      const header = headers[index] ?? null;
      return header && isAcceptable(work, header) ? summarize(work.key, header, 'hit', lookUpMs) : null;
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
        if (abandoned.ok) void results.keep(work.key, abandoned.value);
      },
    });
    const result = unwrapReply(reply);
    environment.modelMemory.remember(work.request.model, result.provenance);
    const totalMs = work.lookUpMs + now() - startMs;
    // The worker does not wait: the pool has given it the next task already.
    await results.keep(work.key, result);
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
      const result = await results.get(state.summary.resultKey);
      if (result !== null) return result;
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
        const run = backend.run(makeWarmUpRequest([request]), {
          signal: new AbortController().signal,
          onEvent: () => undefined,
        });
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
    clearResultCache: results.clear,
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
