/** One worker or thread of a pool, as the pool sees it. */
import type { Capabilities, EngineEvent, InferenceResult, Reply, RunRequest, TaskId } from '../engine/api.ts';

export interface Slot<Source = Blob> {
  /** Once: configures the engine behind it. Throws EngineError when the engine answers with a refusal. */
  connect(onEvent: (event: EngineEvent) => void): Promise<Capabilities>;
  /** One run in flight at a time. Throws EngineError; stays pending for ever when the thread dies, which `onCrash` tells. */
  run(request: RunRequest<Source>): Promise<readonly Reply<InferenceResult>[]>;
  /** Asks the engine to stop between stages. */
  cancel(taskId: TaskId): void;
  /** Ends the thread at once; nothing is called back afterwards. */
  terminate(): void;
}

/** Starts a thread. `onCrash` is called at most once, when it dies by itself (`error`, `messageerror`, `exit`). */
export type SpawnSlot<Source = Blob> = (onCrash: (error: Error) => void) => Slot<Source>;
