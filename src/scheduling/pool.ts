/**
 * A pool of slots: starts them when work comes, prefers the slot that holds the model, owns crashes, timeouts and the
 * cancel ladder. An {@link Executor}; the queue stays outside, so that cancelling never waits behind other work.
 */
import type { Capabilities, EngineEvent, InferenceResult, Reply, RunRequest } from '../engine/api.ts';
import { EngineError, fromWireError } from '../engine/errors.ts';
import { assign, type Assignment } from './assignment.ts';
import { createDeadline } from './deadlines.ts';
import type { ExecutorRunOptions } from './executor.ts';
import type { Pool, PoolOptions, SlotLoss } from './pool.types.ts';
import { createRunEstimates } from './run-estimates.ts';
import { createSeat, isFirstLoad, modelsOf, pickSeat, type Seat } from './seat.ts';
import { isSlotFatal, toCrashError, toDeviceLostError, toStallError, toTimeoutError } from './slot-errors.ts';
import { createSlotStarter } from './slot-starter.ts';
import type { Slot } from './slot.ts';

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
      if (seat) lose(seat, 'crashed', toCrashError(error), true);
    },
    onStarted: (slot, obtained, durationMs) => {
      capabilities = obtained;
      estimates.recordConnect(durationMs);
      seats.add(createSeat(slot));
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

  function dispatch(): void {
    if (isDisposed) return;
    for (;;) {
      const next = waiting[0];
      const seat = next && pickSeat(seats, next.request);
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
      onTimeout: () => lose(seat, 'timed-out', toTimeoutError(timeoutMs), false),
      // What hangs once hangs again: who asked may know another way, and should not wait twice for it.
      onStall: () => lose(seat, 'stalled', toStallError(options.loadStallMs), false),
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
      lose(seat, 'provider-failed', toDeviceLostError(event.reason), false);
    } else if (seat.run && event.taskId === seat.run.assignment.request.taskId) {
      const { assignment, deadline } = seat.run;
      deadline.onProgress(event.stage);
      if (!assignment.isSettled) assignment.options.onEvent(event);
      else if (event.stage !== 'load' && !seat.cancelKill) armCancelKill(seat);
    }
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
    if (isDisposed) return Promise.reject(new DOMException('The pool is disposed.', 'AbortError'));
    const begin = (assignment: Assignment<Source>) => {
      waiting.push(assignment);
      dispatch();
    };
    return assign(request, runOptions, begin, abandon);
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
