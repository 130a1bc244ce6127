/**
 * The tasks: which wait, in which order, which run, how they ended. One piece of work per key, however many tasks ask
 * for it; it is aborted only when its last asker leaves. The only owner of task states.
 */
import type { Stage, TaskId } from '../engine/api.ts';
import { EngineError, toWireError } from '../engine/errors.ts';
import { createLookUps } from './look-ups.ts';
import type { QueueSnapshot, TaskQueue, TaskQueueOptions, TaskState } from './task-queue.types.ts';
import { viewOf, type Ended, type Entry, type TaskRecord } from './task-record.ts';

export function createTaskQueue<Work, Summary>(
  options: TaskQueueOptions<Work, Summary>,
): TaskQueue<Work, Summary> {
  const records = new Map<TaskId, TaskRecord<Work, Summary>>();
  const entries = new Map<string, Entry<Work>>();
  /** Entries not yet running, first is next. */
  let line: Entry<Work>[] = [];
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

  const lookUps = createLookUps<Entry<Work>, Summary>({
    lookUp: (batch) => options.lookUp(batch.map(({ work }) => work)),
    isWanted: ({ askers }) => askers.size > 0,
    onFound(answers) {
      for (const [entry, summary] of answers) {
        if (summary === null) entry.phase = 'waiting';
        else endEntry(entry, { state: 'done', summary });
      }
      changed();
      poke();
    },
  });

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
    lookUps.add(entry);
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
    const summary = options.recall?.(work) ?? null;
    record.entry = summary === null ? openEntry(taskId, key, work) : null;
    if (summary !== null) end(taskId, { state: 'done', summary });
    else if (!record.entry) {
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
