/** Image in, maps out: the one implementation of {@link EngineApi}, over any platform. */
import type { Capabilities, EngineApi, EngineEvent, Provenance, Reply, TaskId } from './api.ts';
import { EngineError, toWireError } from './errors.ts';
import type { ModelManifest, VariantId } from './models/manifest.ts';
import type { Platform, Session } from './platform.ts';
import { runRequest } from './run-request.ts';
import { runSelfTest, type SelfTestReport } from './self-test.ts';
import { createSessions } from './sessions.ts';

export interface EngineOptions {
  /** Heap that cached sessions may take together (`variant.memoryBytes`); one larger session is still created. */
  readonly sessionBudgetBytes?: number;
  readonly executor?: Provenance['executor'];
}

export interface SelfTestRequest {
  readonly model: ModelManifest;
  readonly variant: VariantId;
  /** Main output of a trusted provider for the same picture; null: only compute the values. */
  readonly reference: Float32Array | null;
}

export interface LoadRequest {
  readonly model: ModelManifest;
  readonly variant: VariantId;
}

export interface Engine<Source> extends EngineApi<Source> {
  /** Opens the model before anybody asks for a map; tasks that come meanwhile wait for it. Fails with MODEL_*, EXECUTION_PROVIDER_FAILED, OUT_OF_MEMORY. */
  load(request: LoadRequest): Promise<Reply<null>>;
  /** Opens the model (it stays cached) and runs the fixed picture. Fails with MODEL_*, EXECUTION_PROVIDER_FAILED, INFERENCE_FAILED. */
  selfTest(request: SelfTestRequest): Promise<Reply<SelfTestReport>>;
  /** Cancels what runs, waits for it, releases every session. */
  dispose(): Promise<void>;
}

const DEFAULT_SESSION_BUDGET_BYTES = 1_000_000_000;

async function replyTo<T>(work: () => Promise<T>): Promise<Reply<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: toWireError(error) };
  }
}

export function createEngine<Source>(
  platform: Platform<Source>,
  options: EngineOptions = {},
): Engine<Source> {
  let sessionBudgetBytes = options.sessionBudgetBytes ?? DEFAULT_SESSION_BUDGET_BYTES;
  let lastHeapBytes = 0;
  const running = new Map<TaskId, AbortController>();
  let capabilities: Capabilities | null = null;
  /** `load` may come while the provider is still on its way. */
  let connecting: Promise<unknown> = Promise.resolve();
  let isDisposed = false;
  let emit: (event: EngineEvent) => void = () => undefined;
  let tail: Promise<unknown> = Promise.resolve();

  const sessions = createSessions(
    platform,
    () => sessionBudgetBytes,
    (model, variant) => emit({ type: 'model-loaded', modelId: model.id, variant: variant.id }),
  );

  /** Such heaps never shrink: only growth is news. */
  function reportHeap(): void {
    const heapBytes = platform.measureHeap?.() ?? 0;
    if (heapBytes <= lastHeapBytes) return;
    lastHeapBytes = heapBytes;
    emit({ type: 'heap', heapBytes, models: sessions.list() });
  }

  /** One thing at a time: a session takes one run, and two loads together would exceed the budget. */
  function exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = tail.catch(() => undefined).then(work);
    tail = result;
    return result;
  }

  function requireCapabilities(): Capabilities {
    if (isDisposed) throw new EngineError('REQUEST_INVALID', 'The engine is disposed');
    if (capabilities === null) throw new EngineError('REQUEST_INVALID', 'The engine is not connected');
    return capabilities;
  }

  function handleDeviceLost(reason: string): void {
    emit({ type: 'device-lost', reason });
    // Their device is gone, so releasing may reject; what counts is that nobody uses them again.
    exclusively(() => sessions.release()).catch(() => undefined);
  }

  /** For nobody in particular: no progress, no abort. */
  function openQuietly(model: ModelManifest, variant: VariantId): Promise<Session> {
    return sessions.open(model, variant, {
      signal: new AbortController().signal,
      onProgress: () => undefined,
      check: () => undefined,
    });
  }

  return {
    connect: (config, onEvent) =>
      replyTo(async () => {
        if (capabilities !== null)
          throw new EngineError('REQUEST_INVALID', 'The engine is already connected');
        emit = onEvent;
        sessionBudgetBytes = config.sessionBudgetBytes ?? sessionBudgetBytes;
        const configured = platform.configure(config, handleDeviceLost);
        connecting = configured.catch(() => undefined);
        capabilities = await configured;
        return capabilities;
      }),

    run: (request) =>
      replyTo(async () => {
        const { executionProvider, threads } = requireCapabilities();
        const { taskId } = request;
        if (request.pipelines.length === 0)
          throw new EngineError('REQUEST_INVALID', 'No pipeline is asked for');
        if (running.has(taskId)) {
          throw new EngineError('REQUEST_INVALID', `Task ${taskId} is already running`, {
            details: { taskId },
          });
        }
        const controller = new AbortController();
        running.set(taskId, controller);
        try {
          return await exclusively(() => {
            controller.signal.throwIfAborted();
            return runRequest(request, {
              platform,
              sessions,
              sessionBudgetBytes,
              provenance: { executionProvider, threads, executor: options.executor ?? 'worker-pool' },
              signal: controller.signal,
              onStage: (stage, fraction) => emit({ type: 'progress', taskId, stage, fraction }),
            });
          });
        } finally {
          reportHeap();
          running.delete(taskId);
        }
      }),

    cancel(taskId) {
      running.get(taskId)?.abort(new DOMException(`Task ${taskId} was cancelled`, 'AbortError'));
    },

    unload: (modelId) => exclusively(() => sessions.release((model) => model.id === modelId)),

    load: ({ model, variant }) =>
      replyTo(() =>
        exclusively(async () => {
          await connecting;
          requireCapabilities();
          await openQuietly(model, variant);
          return null;
        }),
      ),

    selfTest: ({ model, variant, reference }) =>
      replyTo(() =>
        exclusively(async () => {
          const isGpu = requireCapabilities().executionProvider === 'webgpu';
          const session = await openQuietly(model, variant);
          const tolerance = isGpu ? model.tolerance.gpu : model.tolerance.wasm;
          return runSelfTest(session, model, reference, tolerance);
        }),
      ),

    async dispose() {
      isDisposed = true;
      for (const controller of running.values()) {
        controller.abort(new DOMException('The engine is disposed', 'AbortError'));
      }
      await exclusively(() => sessions.release());
    },
  };
}
