/** A task, the work that it asks for, and what is said of it. */
import type { Stage, TaskId } from '../engine/api.ts';
import type { TaskState } from './task-queue.types.ts';

/** One piece of work, while it waits or runs. */
export interface Entry<Work> {
  readonly key: string;
  readonly work: Work;
  readonly runId: TaskId;
  readonly askers: Set<TaskId>;
  readonly controller: AbortController;
  phase: 'looking-up' | 'waiting' | 'running';
  progress: { readonly stage: Stage; readonly fraction: number | null; readonly startedAtMs: number } | null;
}

export type Ended<Summary> = Extract<TaskState<Summary>, { state: 'done' | 'failed' | 'cancelled' }>;

export interface TaskRecord<Work, Summary> {
  /** Set while the task waits or runs; else `ended` is. */
  entry: Entry<Work> | null;
  ended: Ended<Summary> | null;
  /** The last view handed out, reused while it is still true. */
  view: TaskState<Summary> | null;
  waiters: ((state: TaskState<Summary> | null) => void)[];
}

/** The same object as before while it is still true. `position`: the entry's place in line, 1 = next. */
export function viewOf<Work, Summary>(
  record: TaskRecord<Work, Summary>,
  position: (entry: Entry<Work>) => number,
): TaskState<Summary> {
  const { entry, view } = record;
  if (!entry) return record.ended ?? { state: 'cancelled' };
  if (entry.phase === 'running' && entry.progress) {
    const { stage, fraction, startedAtMs } = entry.progress;
    const isSame =
      view?.state === 'processing' &&
      view.stage === stage &&
      view.fraction === fraction &&
      view.startedAtMs === startedAtMs;
    return isSame ? view : { state: 'processing', stage, fraction, startedAtMs };
  }
  const place = position(entry);
  return view?.state === 'queued' && view.position === place ? view : { state: 'queued', position: place };
}
