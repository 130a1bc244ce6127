/** What a task queue is told, and what it says. */
import type { Stage, TaskId } from '../engine/api.ts';
import type { WireError } from '../engine/errors.ts';

export type TaskState<Summary> =
  | { readonly state: 'queued'; /** 1 = next. */ readonly position: number }
  | {
      readonly state: 'processing';
      readonly stage: Stage;
      readonly fraction: number | null;
      readonly startedAtMs: number;
    }
  | { readonly state: 'done'; readonly summary: Summary }
  | { readonly state: 'failed'; readonly error: WireError }
  | { readonly state: 'cancelled' };

/** Immutable; the same object between changes. */
export interface QueueSnapshot<Summary> {
  readonly tasks: ReadonlyMap<TaskId, TaskState<Summary>>;
  readonly queuedCount: number;
  readonly processingCount: number;
}

export interface RunContext {
  /** Unique per run; progress and cancel are addressed by it. */
  readonly runId: TaskId;
  readonly signal: AbortSignal;
  /** How much work starts with this in one turn, itself included. */
  readonly batchSize: number;
  readonly onProgress: (stage: Stage, fraction: number | null) => void;
}

export interface TaskQueueOptions<Work, Summary> {
  /** Bound on work that waits. More fails with QUEUE_FULL. */
  readonly limit: number;
  readonly now: () => number;
  /** What is at hand at once: such work never waits. Default: nothing is. */
  readonly recall?: (work: Work) => Summary | null;
  /** Finds what is already there, for a batch at once, in its order; null: must run. Takes no capacity. A rejection counts as all null. */
  readonly lookUp: (batch: readonly Work[]) => Promise<readonly (Summary | null)[]>;
  /** Whether this work, which starts together, could start now. Asked for the first in line only; call `poke` when the answer may have changed. */
  readonly canStart: (batch: readonly Work[]) => boolean;
  readonly run: (work: Work, context: RunContext) => Promise<Summary>;
  /** Waiting work with the same key starts together, in one turn, so that `run` can serve it at once; null (default): alone. */
  readonly batchKeyOf?: (work: Work) => string | null;
  /** Called on every change, synchronously and often: mark dirty, read the snapshot later. `isIdle`: nothing waits or runs any more. */
  readonly onChange: (isIdle: boolean) => void;
}

export interface TaskQueue<Work, Summary> {
  /** Idempotent while the task waits or runs under this key; another key replaces the task, an ended one runs again. */
  enqueue(taskId: TaskId, key: string, work: Work): void;
  prioritize(taskId: TaskId): void;
  cancel(taskId: TaskId): void;
  cancelAll(): void;
  forget(taskIds: readonly TaskId[]): void;
  /** The task's next end: done, failed or cancelled. Null for a task that does not exist (or is forgotten meanwhile). */
  settled(taskId: TaskId): Promise<TaskState<Summary> | null>;
  getState(taskId: TaskId): TaskState<Summary> | null;
  getSnapshot(): QueueSnapshot<Summary>;
  /** Starts what may start. */
  poke(): void;
}
