/**
 * A pool of slots: starts them when work comes, prefers the slot that holds the model, owns crashes, timeouts and the
 * cancel ladder. An {@link Executor}; the queue stays outside, so that cancelling never waits behind other work.
 */
import type { Capabilities, EngineEvent, InferenceResult, Reply, RunRequest } from '../engine/api.ts';
import { EngineError, fromWireError } from '../engine/errors.ts';
import type { Clock } from './clock.ts';
import { createDeadline, type Deadline } from './deadlines.ts';
import type { Executor, ExecutorRunOptions } from './executor.ts';
import { createRunEstimates } from './run-estimates.ts';
import { createSlotStarter } from './slot-starter.ts';
import type { Slot, SpawnSlot } from './slot.ts';

/** Why a slot was given up. */
export type SlotLoss =
  'crashed' | 'timed-out' | 'out-of-memory' | 'provider-failed' | 'cancelled' | 'recycled' | 'stalled';

export interface PoolOptions<Source> {
  /** How many slots at most; they start one by one, when work comes. */
  readonly size: number;
  readonly spawn: SpawnSlot<Source>;
  readonly clock: Clock;
  readonly taskTimeoutMs: number;
  /** Bound on spawn and connect together. */
  readonly connectTimeoutMs: number;
  /** Bound on silence while a model loads. */
  readonly loadStallMs: number;
  /** A slot is replaced after so many runs: WASM heaps never shrink. */
  readonly maxRunsPerSlot: number;
  /** The status changed. */
  readonly onChange?: () => void;
  readonly onSlotLost?: (loss: SlotLoss) => void;
  /** A slot's heap has grown. `poolBytes`: of all slots that are there, together. */
  readonly onHeap?: (event: Extract<EngineEvent, { type: 'heap' }>, poolBytes: number) => void;
}

interface PoolStatus {
  readonly size: number;
  readonly startedSlots: number;
  readonly busySlots: number;
  /** What the slots obtained; null before the first one is connected. */
  readonly capabilities: Capabilities | null;
}

export interface Pool<Source> extends Executor<Source> {
  getStatus(): PoolStatus;
  /** Applies to runs that start from now on. */
  setTaskTimeout(timeoutMs: number): void;
  /** Finishes what it has, then disposes itself. */
  retire(): void;
}

interface Assignment<Source> {
  readonly request: RunRequest<Source>;
  readonly options: ExecutorRunOptions;
  readonly settle: (outcome: { replies: readonly Reply<InferenceResult>[] } | { error: unknown }) => void;
  isSettled: boolean;
  isRetry: boolean;
}

interface Seat<Source> {
  readonly slot: Slot<Source>;
  readonly models: Set<string>;
  run: { readonly assignment: Assignment<Source>; readonly deadline: Deadline } | null;
  finishedRuns: number;
  heapBytes: number;
  cancelKill: (() => void) | null;
  isLost: boolean;
}

/** Names of the models that a request needs. */
export function modelsOf(request: RunRequest<unknown>): string[] {
  return request.pipelines.map(({ model, variant }) => `${model.id}/${variant}`);
}

/** After these the worker is not to be trusted. A refusal of one model by the self-test leaves it as it was. */
function isSlotFatal(error: unknown): boolean {
  if (!(error instanceof EngineError)) return false;
  const isProviderGone = error.code === 'EXECUTION_PROVIDER_FAILED' && error.details.selfTest !== true;
  return error.code === 'OUT_OF_MEMORY' || isProviderGone;
}

/** Slots are spawned by `options.spawn`; errors as in {@link Executor}, plus TASK_TIMEOUT, WORKER_CRASHED (`details.stalled` where it hung while loading) and WORKER_START_FAILED. */
export function createPool<Source>(options: PoolOptions<Source>): Pool<Source> {
  const { clock } = options;
  const estimates = createRunEstimates();
  const seats = new Set<Seat<Source>>();
  const waiting: Assignment<Source>[] = [];
  let taskTimeoutMs = options.taskTimeoutMs;
  let capabilities: Capabilities | null = null;
  let isDisposed = false;
  let isRetiring = false;

  const starter = createSlotStarter<Source>({
    spawn: options.spawn,
    clock,
    connectTimeoutMs: options.connectTimeoutMs,
    onEvent: (slot, event) => {
      const seat = findSeat(slot);
      if (seat) onEvent(seat, event);
    },
    onCrash: (slot, error) => {
      const seat = findSeat(slot);
      if (seat) onCrash(seat, error);
    },
    onStarted: (slot, obtained, durationMs) => {
      capabilities = obtained;
      estimates.recordConnect(durationMs);
      seats.add({
        slot,
        models: new Set(),
        heapBytes: 0,
        run: null,
        finishedRuns: 0,
        cancelKill: null,
        isLost: false,
      });
      dispatch();
    },
    onFailed: (error) => {
      // Where other slots work or are still coming, the waiting requests wait for them. No dispatch here: it would
      // ask for the next slot at once, in a loop.
      if (seats.size === 0 && starter.startingCount() === 0) {
        for (const assignment of waiting.splice(0)) assignment.settle({ error });
      }
      changed();
    },
  });

  function findSeat(slot: Slot<Source>): Seat<Source> | undefined {
    for (const seat of seats) if (seat.slot === slot) return seat;
    return undefined;
  }

  function changed(): void {
    options.onChange?.();
    if (isRetiring && !isDisposed) {
      for (const seat of seats) if (!seat.run && waiting.length === 0) release(seat);
      if (seats.size === 0 && waiting.length === 0) dispose();
    }
  }

  /** Ends the slot; what it was running is the caller's affair. */
  function release(seat: Seat<Source>): void {
    seat.isLost = true;
    seat.run?.deadline.stop();
    seat.run = null;
    seat.cancelKill?.();
    seats.delete(seat);
    seat.slot.terminate();
  }

  /** Gives the slot up and answers its request with `error`, or gives the request one more try elsewhere. */
  function lose(seat: Seat<Source>, loss: SlotLoss, error: unknown, mayRetry: boolean): void {
    if (seat.isLost) return;
    const assignment = seat.run?.assignment;
    release(seat);
    if (assignment && !assignment.isSettled) {
      if (mayRetry && !assignment.isRetry) {
        assignment.isRetry = true;
        waiting.unshift(assignment);
      } else {
        assignment.settle({ error });
      }
    }
    options.onSlotLost?.(loss);
    dispatch();
  }

  function isFirstLoad({ run, models }: Seat<Source>): boolean {
    return run !== null && models.size === 0;
  }

  function pickSeat(request: RunRequest<Source>): Seat<Source> | undefined {
    const idle = [...seats].filter((seat) => seat.run === null);
    const wanted = modelsOf(request);
    return idle.find((seat) => wanted.every((model) => seat.models.has(model))) ?? idle[0];
  }

  function dispatch(): void {
    if (isDisposed) return;
    for (;;) {
      const next = waiting[0];
      const seat = next && pickSeat(next.request);
      if (!next || !seat) break;
      waiting.shift();
      start(seat, next);
    }
    // One at a time: the next slot finds the runtime compiled and the model's bytes at hand, and the first result does
    // not share the cores with a second start.
    const isStarting = starter.startingCount() > 0 || [...seats].some(isFirstLoad);
    if (waiting.length > 0 && !isStarting && seats.size < options.size) starter.start();
    changed();
  }

  function start(seat: Seat<Source>, assignment: Assignment<Source>): void {
    const { request } = assignment;
    // The setting is for one map; a request may ask for several.
    const timeoutMs = taskTimeoutMs * Math.max(1, request.pipelines.length);
    const deadline = createDeadline({
      clock,
      timeoutMs,
      loadStallMs: options.loadStallMs,
      onTimeout: () =>
        lose(
          seat,
          'timed-out',
          new EngineError('TASK_TIMEOUT', `The task ran longer than ${timeoutMs} ms and was stopped.`, {
            details: { timeoutMs },
          }),
          false,
        ),
      onStall: () =>
        lose(
          seat,
          'stalled',
          new EngineError(
            'WORKER_CRASHED',
            `The worker was silent for ${options.loadStallMs} ms while loading the model.`,
            { details: { stalled: true } },
          ),
          // What hangs once hangs again: who asked may know another way, and should not wait twice for it.
          false,
        ),
    });
    const run = { assignment, deadline };
    seat.run = run;
    const isCurrent = () => !seat.isLost && seat.run === run;
    seat.slot.run(request).then(
      (replies) => {
        if (isCurrent()) onReplies(seat, assignment, replies);
      },
      (error: unknown) => {
        if (isCurrent()) onRunError(seat, assignment, error);
      },
    );
  }

  function finish(seat: Seat<Source>): void {
    const run = seat.run;
    run?.deadline.stop();
    if (run && run.deadline.loadMs() > 0) estimates.recordLoad(run.deadline.loadMs());
    seat.cancelKill?.();
    seat.cancelKill = null;
    seat.run = null;
    seat.finishedRuns += 1;
    if (seat.finishedRuns >= options.maxRunsPerSlot) lose(seat, 'recycled', null, false);
    else dispatch();
  }

  function onReplies(
    seat: Seat<Source>,
    assignment: Assignment<Source>,
    replies: readonly Reply<InferenceResult>[],
  ): void {
    const fatal = replies
      .map((reply) => (reply.ok ? null : fromWireError(reply.error)))
      .find((error) => isSlotFatal(error));
    if (fatal) {
      onRunError(seat, assignment, fatal, replies);
      return;
    }
    if (replies.every((reply) => reply.ok)) {
      const run = seat.run;
      if (run) estimates.recordRun(assignment.request, run.deadline.runningMs());
      for (const model of modelsOf(assignment.request)) seat.models.add(model);
    }
    if (assignment.isSettled) assignment.options.onAbandonedResult?.(replies);
    else assignment.settle({ replies });
    finish(seat);
  }

  /** `replies`: given instead of the error when the request answers per pipeline. */
  function onRunError(
    seat: Seat<Source>,
    assignment: Assignment<Source>,
    error: unknown,
    replies?: readonly Reply<InferenceResult>[],
  ): void {
    if (!isSlotFatal(error)) {
      assignment.settle({ error });
      finish(seat);
      return;
    }
    // No retry here: who asked may know a pool that takes less memory, or another provider.
    const isMemory = error instanceof EngineError && error.code === 'OUT_OF_MEMORY';
    if (replies) assignment.settle({ replies });
    lose(seat, isMemory ? 'out-of-memory' : 'provider-failed', error, false);
  }

  function onEvent(seat: Seat<Source>, event: EngineEvent): void {
    if (event.type === 'model-loaded') {
      seat.models.add(`${event.modelId}/${event.variant}`);
      dispatch();
    } else if (event.type === 'heap') {
      seat.heapBytes = event.heapBytes;
      options.onHeap?.(
        event,
        [...seats].reduce((sum, { heapBytes }) => sum + heapBytes, 0),
      );
    } else if (event.type === 'device-lost') {
      lose(
        seat,
        'provider-failed',
        new EngineError('EXECUTION_PROVIDER_FAILED', `The GPU device was lost: ${event.reason}`),
        false,
      );
    } else if (seat.run && event.taskId === seat.run.assignment.request.taskId) {
      const { assignment, deadline } = seat.run;
      deadline.onProgress(event.stage);
      if (!assignment.isSettled) assignment.options.onEvent(event);
      else if (event.stage !== 'load' && !seat.cancelKill) armCancelKill(seat);
    }
  }

  function onCrash(seat: Seat<Source>, cause: Error): void {
    const error = new EngineError('WORKER_CRASHED', `The worker died: ${cause.message}`, { cause });
    lose(seat, 'crashed', error, true);
  }

  /**
   * The cancelled run goes on inside the worker. It may take as long as a reload would cost: waiting longer than that
   * costs more than a new worker, ending it sooner throws a warm session away (the ski-rental rule).
   */
  function armCancelKill(seat: Seat<Source>): void {
    const run = seat.run;
    if (!run) return;
    const expectedMs = estimates.expectedRunMs(run.assignment.request);
    const reloadMs = estimates.reloadMs();
    const restMs = expectedMs === null ? null : expectedMs - run.deadline.runningMs();
    if (restMs !== null && restMs > reloadMs) lose(seat, 'cancelled', null, false);
    else seat.cancelKill = clock.setTimer(() => lose(seat, 'cancelled', null, false), reloadMs);
  }

  function abandon(assignment: Assignment<Source>): void {
    const index = waiting.indexOf(assignment);
    if (index >= 0) waiting.splice(index, 1);
    for (const seat of seats) {
      if (seat.run?.assignment !== assignment) continue;
      seat.slot.cancel(assignment.request.taskId);
      // A model on its way in serves the next task too.
      if (seat.run.deadline.stage() !== 'load') armCancelKill(seat);
      break;
    }
    changed();
  }

  function run(
    request: RunRequest<Source>,
    runOptions: ExecutorRunOptions,
  ): Promise<readonly Reply<InferenceResult>[]> {
    const { signal } = runOptions;
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      if (isDisposed) throw new DOMException('The pool is disposed.', 'AbortError');
      const onAbort = () => {
        assignment.settle({ error: signal.reason });
        abandon(assignment);
      };
      const assignment: Assignment<Source> = {
        request,
        options: runOptions,
        isSettled: false,
        isRetry: false,
        settle(outcome) {
          if (assignment.isSettled) return;
          assignment.isSettled = true;
          signal.removeEventListener('abort', onAbort);
          if ('replies' in outcome) resolve(outcome.replies);
          else reject(outcome.error);
        },
      };
      signal.addEventListener('abort', onAbort);
      waiting.push(assignment);
      dispatch();
    });
  }

  function dispose(): void {
    if (isDisposed) return;
    isDisposed = true;
    const error = new DOMException('The pool is disposed.', 'AbortError');
    for (const assignment of waiting.splice(0)) assignment.settle({ error });
    for (const seat of seats) {
      const assignment = seat.run?.assignment;
      release(seat);
      assignment?.settle({ error });
    }
    starter.dispose();
    changed();
  }

  return {
    capacity: options.size,
    run,
    dispose,
    retire() {
      isRetiring = true;
      changed();
    },
    setTaskTimeout(timeoutMs) {
      taskTimeoutMs = timeoutMs;
    },
    getStatus: () => ({
      size: options.size,
      startedSlots: seats.size,
      busySlots: [...seats].filter((seat) => seat.run !== null).length,
      capabilities,
    }),
  };
}
