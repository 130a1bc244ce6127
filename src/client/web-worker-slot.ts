/** One inference worker as a slot: spawn, Comlink, replies to errors, and the self-test before WebGPU is trusted. */
import { proxy, releaseProxy, wrap, type Remote } from 'comlink';
import type { EngineEvent, PipelineRequest, Reply, SlotConfig } from '../engine/api.ts';
import { fromWireError } from '../engine/errors.ts';
import type { Slot, SpawnSlot } from '../scheduling/slot.ts';
import type { InferenceWorkerApi } from '../worker/worker-api.ts';
import type { EarlyStart } from './early-start.ts';

export type SpawnWorker = () => Worker;

/** Decides whether WebGPU may run a model, once per model and device. */
export interface SelfTester {
  /**
   * Throws EXECUTION_PROVIDER_FAILED with `details.selfTest`, `model` and `variant` where the worker's provider computes
   * this model wrong; the worker stays good for others. `onStep`: a sign of life between long steps.
   */
  check(
    remote: Pick<InferenceWorkerApi, 'selfTest' | 'unload'>,
    request: Pick<PipelineRequest, 'model' | 'variant'>,
    onStep: () => void,
  ): Promise<void>;
}

/** The worker of this app. Bundlers find it by this very expression. */
export function spawnInferenceWorker(): Worker {
  return new Worker(new URL('../worker/inference.worker.ts', import.meta.url), {
    type: 'module',
    name: 'inference',
  });
}

/** The same worker, told by its name that WASM will be wanted: it fetches the runtime before the first message comes. */
export function spawnWasmWorker(): Worker {
  return new Worker(new URL('../worker/inference.worker.ts', import.meta.url), {
    type: 'module',
    name: 'inference-wasm',
  });
}

/** Gives the value of a reply, or throws its error. */
export function unwrapReply<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.value;
  throw fromWireError(reply.error);
}

/** Pins what Comlink would let be collected: a collected proxy leaves its calls pending. */
const pinnedRemotes = new Set<Remote<InferenceWorkerApi>>();

export interface WebWorkerSpawnOptions {
  readonly config: SlotConfig;
  readonly spawnWorker: SpawnWorker;
  /** May hold a worker that was started with the page. */
  readonly takeEarlyWorker: EarlyStart['takeWorker'];
  readonly selfTester: SelfTester;
}

export function createWebWorkerSpawn(options: WebWorkerSpawnOptions): SpawnSlot<Blob> {
  return (onCrash) => createWebWorkerSlot(options, onCrash);
}

function createWebWorkerSlot(
  { config, spawnWorker, takeEarlyWorker, selfTester }: WebWorkerSpawnOptions,
  onCrash: (error: Error) => void,
): Slot<Blob> {
  const early = takeEarlyWorker(config);
  const worker = early?.worker ?? spawnWorker();
  const remote = early?.remote ?? wrap<InferenceWorkerApi>(worker);
  pinnedRemotes.add(remote);
  let emit: (event: EngineEvent) => void = () => undefined;
  let isOver = false;

  function end(): void {
    isOver = true;
    worker.removeEventListener('error', onError);
    worker.removeEventListener('messageerror', onMessageError);
    pinnedRemotes.delete(remote);
    remote[releaseProxy]();
    worker.terminate();
  }
  function crash(message: string): void {
    if (isOver) return;
    end();
    onCrash(new Error(message));
  }
  function onError(event: ErrorEvent): void {
    event.preventDefault();
    crash(event.message || 'the worker script failed');
  }
  function onMessageError(): void {
    crash('a message could not be read');
  }
  worker.addEventListener('error', onError);
  worker.addEventListener('messageerror', onMessageError);

  return {
    async connect(onEvent) {
      emit = onEvent;
      return unwrapReply(await (early?.connect(onEvent) ?? remote.connect(config, proxy(onEvent))));
    },
    async run(request) {
      if (config.executionProvider === 'webgpu') {
        for (const pipeline of request.pipelines) {
          // The self-test loads the model: its time is loading time.
          const onStep = () =>
            emit({ type: 'progress', taskId: request.taskId, stage: 'load', fraction: null });
          onStep();
          await selfTester.check(
            {
              selfTest: (selfTestRequest) => remote.selfTest(selfTestRequest),
              unload: (modelId) => remote.unload(modelId),
            },
            pipeline,
            onStep,
          );
        }
      }
      return unwrapReply(await (early?.run(request) ?? remote.run(request)));
    },
    cancel(taskId) {
      void remote.cancel(taskId);
    },
    terminate() {
      if (!isOver) end();
    },
  };
}
