/**
 * The tasks: which wait, in which order, which run, how they ended. One piece of work per key, however many tasks ask
 * for it; it is aborted only when its last asker leaves. The only owner of task states.
 */
import type { Stage, TaskId } from '../engine/api.ts';
import { EngineError, toWireError, type WireError } from '../engine/errors.ts';

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
interface QueueSnapshot<Summary> {
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

interface Entry<Work> {
  readonly key: string;
  readonly work: Work;
  readonly runId: TaskId;
  readonly askers: Set<TaskId>;
  readonly controller: AbortController;
  phase: 'looking-up' | 'waiting' | 'running';
  progress: { readonly stage: Stage; readonly fraction: number | null; readonly startedAtMs: number } | null;
}

type Ended<Summary> = Extract<TaskState<Summary>, { state: 'done' | 'failed' | 'cancelled' }>;

interface TaskRecord<Work, Summary> {
  /** Set while the task waits or runs; else `ended` is. */
  entry: Entry<Work> | null;
  ended: Ended<Summary> | null;
  /** The last view handed out, reused while it is still true. */
  view: TaskState<Summary> | null;
  waiters: ((state: TaskState<Summary> | null) => void)[];
}

export function createTaskQueue<Work, Summary>(
  options: TaskQueueOptions<Work, Summary>,
): TaskQueue<Work, Summary> {
  const records = new Map<TaskId, TaskRecord<Work, Summary>>();
  const entries = new Map<string, Entry<Work>>();
  /** Entries not yet running, first is next. */
  let line: Entry<Work>[] = [];
  let lookUpBatch: Entry<Work>[] = [];
  let isLookingUp = false;
  let runningCount = 0;
  let runCount = 0;
  let isPumping = false;
  let snapshot: QueueSnapshot<Summary> | null = null;

  function changed(): void {
    snapshot = null;
    options.onChange(entries.size === 0);
  }

  function end(taskId: TaskId, ended: Ended<Summary>): void {
    const record = records.get(taskId);
    if (!record) return;
    record.entry = null;
    record.ended = ended;
    for (const resolve of record.waiters.splice(0)) resolve(ended);
  }

  function endEntry(entry: Entry<Work>, ended: Ended<Summary>): void {
    removeEntry(entry);
    for (const taskId of entry.askers) end(taskId, ended);
    changed();
  }

  function removeEntry(entry: Entry<Work>): void {
    if (entries.get(entry.key) === entry) entries.delete(entry.key);
    if (entry.phase !== 'running') line = line.filter((other) => other !== entry);
  }

  /** The task no longer asks; the work ends when nobody else does. */
  function detach(taskId: TaskId, record: TaskRecord<Work, Summary>): void {
    const { entry } = record;
    if (!entry) return;
    record.entry = null;
    entry.askers.delete(taskId);
    if (entry.askers.size > 0) return;
    removeEntry(entry);
    entry.controller.abort(new DOMException('The task was cancelled.', 'AbortError'));
  }

  /** One batch at a time: what comes meanwhile shares the next. */
  function flushLookUps(): void {
    if (isLookingUp) return;
    const batch = lookUpBatch.filter((entry) => entry.askers.size > 0);
    lookUpBatch = [];
    if (batch.length === 0) return;
    isLookingUp = true;
    const finish = (found: readonly (Summary | null)[]) => {
      isLookingUp = false;
      flushLookUps();
      batch.forEach((entry, index) => {
        // Cancelled meanwhile.
        if (entry.askers.size === 0) return;
        const summary = found[index] ?? null;
        if (summary === null) entry.phase = 'waiting';
        else endEntry(entry, { state: 'done', summary });
      });
      changed();
      poke();
    };
    options.lookUp(batch.map((entry) => entry.work)).then(finish, () => finish([]));
  }

  function poke(): void {
    // `canStart` and `run` may call back.
    if (isPumping) return;
    isPumping = true;
    try {
      for (;;) {
        const next = line.find((entry) => entry.phase === 'waiting');
        const batch = next ? companionsOf(next) : [];
        if (batch.length === 0 || !options.canStart(batch.map(({ work }) => work))) break;
        for (const entry of batch) start(entry, batch.length);
      }
    } finally {
      isPumping = false;
    }
  }

  /** The entry, and what waits to start with it. */
  function companionsOf(first: Entry<Work>): readonly Entry<Work>[] {
    const key = options.batchKeyOf?.(first.work) ?? null;
    if (key === null) return [first];
    return [
      first,
      ...line.filter(
        (entry) => entry !== first && entry.phase === 'waiting' && options.batchKeyOf?.(entry.work) === key,
      ),
    ];
  }

  function start(entry: Entry<Work>, batchSize: number): void {
    line = line.filter((other) => other !== entry);
    entry.phase = 'running';
    entry.progress = { stage: 'load', fraction: null, startedAtMs: options.now() };
    runningCount += 1;
    const onProgress = (stage: Stage, fraction: number | null) => {
      if (entry.askers.size === 0 || !entry.progress) return;
      entry.progress = { ...entry.progress, stage, fraction };
      changed();
    };
    const finish = (ended: Ended<Summary>) => {
      runningCount -= 1;
      endEntry(entry, ended);
      poke();
    };
    const { runId, controller } = entry;
    options.run(entry.work, { runId, signal: controller.signal, batchSize, onProgress }).then(
      (summary) => finish({ state: 'done', summary }),
      (error: unknown) => {
        const wire = toWireError(error);
        finish(wire.aborted ? { state: 'cancelled' } : { state: 'failed', error: wire });
      },
    );
    changed();
  }

  function openEntry(taskId: TaskId, key: string, work: Work): Entry<Work> | null {
    const known = entries.get(key);
    if (known) {
      known.askers.add(taskId);
      return known;
    }
    if (line.length >= options.limit) return null;
    runCount += 1;
    const entry: Entry<Work> = {
      key,
      work,
      runId: `run-${runCount}`,
      askers: new Set([taskId]),
      controller: new AbortController(),
      phase: 'looking-up',
      progress: null,
    };
    entries.set(key, entry);
    line.push(entry);
    if (lookUpBatch.length === 0) queueMicrotask(flushLookUps);
    lookUpBatch.push(entry);
    return entry;
  }

  function enqueue(taskId: TaskId, key: string, work: Work): void {
    let record = records.get(taskId);
    if (!record) {
      record = { entry: null, ended: null, view: null, waiters: [] };
      records.set(taskId, record);
    }
    if (record.entry?.key === key) return;
    detach(taskId, record);
    record.ended = null;
    record.entry = openEntry(taskId, key, work);
    if (!record.entry) {
      const message = `The queue holds ${options.limit} tasks already.`;
      const error = new EngineError('QUEUE_FULL', message, { details: { limit: options.limit } });
      end(taskId, { state: 'failed', error: toWireError(error) });
    }
    changed();
  }

  function cancel(taskId: TaskId): void {
    const record = records.get(taskId);
    if (!record?.entry) return;
    detach(taskId, record);
    end(taskId, { state: 'cancelled' });
    changed();
  }

  function viewOf(
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

  function buildSnapshot(): QueueSnapshot<Summary> {
    const places = new Map(line.map((entry, index) => [entry, index + 1]));
    const tasks = new Map<TaskId, TaskState<Summary>>();
    for (const [taskId, record] of records) {
      record.view = viewOf(record, (entry) => places.get(entry) ?? 1);
      tasks.set(taskId, record.view);
    }
    return { tasks, queuedCount: line.length, processingCount: runningCount };
  }

  return {
    enqueue,
    cancel,
    poke,
    prioritize(taskId) {
      const entry = records.get(taskId)?.entry;
      if (!entry || entry.phase === 'running' || line[0] === entry) return;
      line = [entry, ...line.filter((other) => other !== entry)];
      changed();
    },
    cancelAll() {
      for (const [taskId, record] of records) if (record.entry) cancel(taskId);
    },
    forget(taskIds) {
      for (const taskId of taskIds) {
        cancel(taskId);
        const record = records.get(taskId);
        for (const resolve of record?.waiters.splice(0) ?? []) resolve(null);
        records.delete(taskId);
      }
      changed();
    },
    settled(taskId) {
      const record = records.get(taskId);
      if (!record) return Promise.resolve(null);
      if (!record.entry) return Promise.resolve(record.ended);
      return new Promise((resolve) => record.waiters.push(resolve));
    },
    getState: (taskId) => {
      const record = records.get(taskId);
      return record ? viewOf(record, (entry) => line.indexOf(entry) + 1) : null;
    },
    getSnapshot: () => (snapshot ??= buildSnapshot()),
  };
}
