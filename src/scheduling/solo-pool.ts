/**
 * A pool with one slot more, which has all threads: a request that comes alone runs there, because nothing else wants the
 * cores. It starts in a pause, after the first requests; until then, and beside others, requests run in the main pool.
 */
import type { RunRequest } from '../engine/api.ts';
import { EngineError, type ErrorCode } from '../engine/errors.ts';
import type { Clock } from './clock.ts';
import type { Pool } from './pool.types.ts';
import { modelsOf } from './seat.ts';

export interface SoloPoolOptions<Source> {
  readonly main: Pool<Source>;
  /** A pool of one slot; called at most once. */
  readonly openSolo: () => Pool<Source>;
  /** A small request for the models of `request`: the slot loads them before anybody waits for it. */
  readonly toWarmUp: (request: RunRequest<Source>) => RunRequest<Source>;
  readonly clock: Clock;
}

/** Nobody works on one thing after the other this fast. */
const PAUSE_MS = 1500;

/** The main pool may have what the solo slot lacked: memory, or threads that start. */
const SOLO_FAILURES: readonly ErrorCode[] = ['OUT_OF_MEMORY', 'WORKER_CRASHED', 'WORKER_START_FAILED'];

export function createSoloPool<Source>(options: SoloPoolOptions<Source>): Pool<Source> {
  const { main, clock } = options;
  let solo: Pool<Source> | null = null;
  /** Models that the solo slot holds. */
  let warm = new Set<string>();
  let inFlight = 0;
  let lastRequest: RunRequest<Source> | null = null;
  let cancelPause: (() => void) | null = null;
  let isWarmingUp = false;
  /** It failed, or the pool ends: there is none any more. */
  let isOver = false;
  let taskTimeoutMs: number | null = null;

  const holds = (request: RunRequest<Source>) => modelsOf(request).every((model) => warm.has(model));

  function giveUp(): void {
    isOver = true;
    cancelPause?.();
    warm = new Set();
    solo?.retire();
  }

  async function warmUp(request: RunRequest<Source>): Promise<void> {
    if (solo === null) {
      solo = options.openSolo();
      if (taskTimeoutMs !== null) solo.setTaskTimeout(taskTimeoutMs);
    }
    isWarmingUp = true;
    try {
      const signal = new AbortController().signal;
      const replies = await solo.run(options.toWarmUp(request), { signal, onEvent: () => undefined });
      if (replies.every(({ ok }) => ok)) for (const model of modelsOf(request)) warm.add(model);
      else giveUp();
    } catch {
      // Whoever needs the model meets the failure in the main pool, and hears of it there.
      giveUp();
    } finally {
      isWarmingUp = false;
    }
  }

  function awaitPause(): void {
    cancelPause?.();
    if (isOver || lastRequest === null || holds(lastRequest)) return;
    const request = lastRequest;
    cancelPause = clock.setTimer(() => {
      cancelPause = null;
      if (inFlight === 0 && !isWarmingUp && !isOver) void warmUp(request);
    }, PAUSE_MS);
  }

  return {
    capacity: main.capacity,
    async run(request, runOptions) {
      const isAlone = inFlight === 0 && !isWarmingUp && !isOver;
      inFlight += 1;
      lastRequest = request;
      cancelPause?.();
      try {
        if (!isAlone || solo === null || !holds(request)) return await main.run(request, runOptions);
        try {
          return await solo.run(request, runOptions);
        } catch (error) {
          if (!(error instanceof EngineError) || !SOLO_FAILURES.includes(error.code)) throw error;
          giveUp();
          return await main.run(request, runOptions);
        }
      } finally {
        inFlight -= 1;
        if (inFlight === 0) awaitPause();
      }
    },
    setTaskTimeout(timeoutMs) {
      taskTimeoutMs = timeoutMs;
      main.setTaskTimeout(timeoutMs);
      solo?.setTaskTimeout(timeoutMs);
    },
    retire() {
      giveUp();
      main.retire();
    },
    dispose() {
      giveUp();
      solo?.dispose();
      main.dispose();
    },
    getStatus() {
      const status = main.getStatus();
      const extra = solo?.getStatus();
      return {
        ...status,
        startedSlots: status.startedSlots + (extra?.startedSlots ?? 0),
        busySlots: status.busySlots + (isWarmingUp ? 0 : (extra?.busySlots ?? 0)),
      };
    },
  };
}
