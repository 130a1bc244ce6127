/** Owns the pool in use: chooses it, swaps it when settings or the kind of model change, and falls back from WebGPU to WASM. */
import type { InferenceResult, PipelineRequest, Reply, RunRequest } from '../engine/api.ts';
import { EngineError, fromWireError, isAbortError, type ErrorCode } from '../engine/errors.ts';
import type { ExecutorRunOptions } from '../scheduling/executor.ts';
import type { Pool } from '../scheduling/pool.ts';
import { chooseBackend, chooseBesideLive, type BackendChoice, type DeviceFacts } from './backend-choice.ts';
import type { ClientNotice, ClientSettings, ClientSnapshot } from './inference-client.types.ts';

export interface BackendOptions {
  readonly settings: ClientSettings;
  readonly probeDevice: () => Promise<DeviceFacts>;
  readonly createPool: (choice: BackendChoice, taskTimeoutMs: number) => Pool<Blob>;
  /** True where the self-test has found WebGPU wrong for this model. */
  readonly isWebGpuRefused: (request: PipelineRequest) => boolean;
  readonly onChange: () => void;
  readonly onNotice: (code: ClientNotice['code'], details: ClientNotice['details']) => void;
}

export interface Backend {
  /** Resolves when the device is known. */
  ready(): Promise<void>;
  /** Running tasks finish on their old slots. */
  configure(settings: ClientSettings): void;
  /** Whether a request for this model could start now. May swap the pool; `onChange` tells when the answer may change. */
  canStart(request: PipelineRequest): boolean;
  /** While live view runs, the device is its own but for one worker. Running tasks finish on their old slots. */
  setLiveRunning(isRunning: boolean): void;
  /** As the pool's; a WebGPU failure runs the request again on WASM. */
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

interface Installation {
  readonly pool: Pool<Blob>;
  readonly choice: BackendChoice;
  inFlight: number;
}

function isSameChoice(a: BackendChoice, b: BackendChoice): boolean {
  return (
    a.workers === b.workers &&
    a.config.executionProvider === b.config.executionProvider &&
    a.config.threads === b.config.threads &&
    a.config.allowFallbackAdapter === b.config.allowFallbackAdapter
  );
}

function memoryOf({ model, variant }: PipelineRequest): number {
  return model.variants.find(({ id }) => id === variant)?.memoryBytes ?? 0;
}

function firstFailure(replies: readonly Reply<InferenceResult>[], codes: readonly ErrorCode[]) {
  const failed = replies.find((reply) => !reply.ok && codes.includes(reply.error.code));
  return failed && !failed.ok ? fromWireError(failed.error) : null;
}

/** Probes the device at once, in the background; workers start with the first request. */
export function createBackend(options: BackendOptions): Backend {
  let settings = options.settings;
  let lastRequest: PipelineRequest | null = null;
  let facts: DeviceFacts | null = null;
  let current: Installation | null = null;
  const retired = new Set<Installation>();
  let hasGpuFailed = false;
  let haveThreadsFailed = false;
  let isDisposed = false;
  let isLiveRunning = false;

  const probed = options.probeDevice().then((found) => {
    facts = found;
    options.onChange();
  });

  function choose(known: DeviceFacts, memoryBytes: number, isRefused: boolean): BackendChoice {
    const usable: ClientSettings = haveThreadsFailed ? { ...settings, threads: 1 } : settings;
    const choice = chooseBackend(usable, known, memoryBytes, hasGpuFailed || isRefused);
    return isLiveRunning ? chooseBesideLive(choice) : choice;
  }

  /** What the next request will probably get. */
  function plan(known: DeviceFacts): BackendChoice {
    return lastRequest ? chooseFor(known, lastRequest) : choose(known, 0, false);
  }

  function chooseFor(known: DeviceFacts, request: PipelineRequest): BackendChoice {
    return choose(known, memoryOf(request), options.isWebGpuRefused(request));
  }

  function retireCurrent(): void {
    if (!current) return;
    // Those that have finished meanwhile have disposed themselves.
    for (const old of retired) {
      if (old.inFlight === 0 && old.pool.getStatus().startedSlots === 0) retired.delete(old);
    }
    retired.add(current);
    current.pool.retire();
    current = null;
  }

  /** The pool for this choice; the old one finishes what it has. */
  function install(choice: BackendChoice): Installation {
    if (current && isSameChoice(current.choice, choice)) return current;
    retireCurrent();
    current = { pool: options.createPool(choice, settings.taskTimeoutMs), choice, inFlight: 0 };
    options.onChange();
    return current;
  }

  /** Remembers the failure where a simpler backend is left; false: there is none. */
  function degrade(failed: Installation, request: PipelineRequest, error: EngineError): boolean {
    const { config } = failed.choice;
    if (config.executionProvider === 'webgpu') {
      if (!GPU_FALLBACK_CODES.includes(error.code)) return false;
      // A refusal by the self-test concerns this model only.
      if (!options.isWebGpuRefused(request)) hasGpuFailed = true;
      options.onNotice('webgpu-fell-back', { code: error.code, reason: error.message });
      return true;
    }
    // Starting threads may fail, or hang without a word (WebKit; onnxruntime #11679).
    const mayBeThreads = error.code === 'WORKER_START_FAILED' || error.details.stalled === true;
    if (mayBeThreads && config.threads > 1) {
      haveThreadsFailed = true;
      options.onNotice('worker-restarted', { code: error.code });
      return true;
    }
    return false;
  }

  async function attempt(
    installation: Installation,
    request: RunRequest,
    runOptions: ExecutorRunOptions,
  ): Promise<{ replies: readonly Reply<InferenceResult>[] } | { error: unknown }> {
    installation.inFlight += 1;
    try {
      return { replies: await installation.pool.run(request, runOptions) };
    } catch (error) {
      return { error };
    } finally {
      installation.inFlight -= 1;
      options.onChange();
    }
  }

  return {
    ready: () => probed,
    configure(next) {
      // Asked for by name, WebGPU gets another chance.
      if (next.executionProvider === 'webgpu' && settings.executionProvider !== 'webgpu')
        hasGpuFailed = false;
      settings = next;
      current?.pool.setTaskTimeout(next.taskTimeoutMs);
      if (facts && current && lastRequest && !isSameChoice(current.choice, chooseFor(facts, lastRequest))) {
        retireCurrent();
      }
      options.onChange();
    },
    setLiveRunning(isRunning) {
      if (isLiveRunning === isRunning) return;
      isLiveRunning = isRunning;
      if (facts && current && !isSameChoice(current.choice, plan(facts))) retireCurrent();
      options.onChange();
    },
    canStart(request) {
      if (!facts || isDisposed) return false;
      const choice = chooseFor(facts, request);
      const isOther = current !== null && !isSameChoice(current.choice, choice);
      // Another kind of model waits for the running ones, so that two pools do not share the cores.
      if (current && isOther && current.inFlight > 0) return false;
      const installation = install(choice);
      return installation.inFlight < installation.pool.capacity;
    },
    async run(request, runOptions) {
      const [first] = request.pipelines;
      if (!first) throw new EngineError('REQUEST_INVALID', 'A request needs a pipeline.');
      for (;;) {
        runOptions.signal.throwIfAborted();
        if (!facts || isDisposed) throw new DOMException('The client is not ready.', 'AbortError');
        lastRequest = first;
        const installation = install(chooseFor(facts, first));
        const outcome = await attempt(installation, request, runOptions);
        const error = 'error' in outcome ? outcome.error : firstFailure(outcome.replies, GPU_FALLBACK_CODES);
        const mayDegrade = error instanceof EngineError && !isAbortError(error);
        if (mayDegrade && degrade(installation, first, error)) continue;
        if ('error' in outcome) throw outcome.error;
        return outcome.replies;
      }
    },
    hasWebGpuFailed: (request) => hasGpuFailed || options.isWebGpuRefused(request),
    getStatus() {
      const planned = current?.choice ?? (facts ? plan(facts) : null);
      const pool = current?.pool.getStatus();
      const capabilities = pool?.capabilities ?? null;
      return {
        executionProvider: capabilities?.executionProvider ?? null,
        workers: planned?.workers ?? 0,
        busyWorkers: pool?.busySlots ?? 0,
        threadsPerWorker: capabilities?.threads ?? planned?.config.threads ?? 1,
        adapter: capabilities?.adapter?.description ?? null,
        crossOriginIsolated: facts?.crossOriginIsolated ?? false,
        reason: planned?.reason ?? { code: 'starting', details: {} },
      };
    },
    dispose() {
      isDisposed = true;
      current?.pool.dispose();
      for (const { pool } of retired) pool.dispose();
    },
  };
}
