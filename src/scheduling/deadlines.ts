/** Watches one run: a bound on running time, and a bound on silence while a model loads. */
import type { Stage } from '../engine/api.ts';
import type { Clock } from './clock.ts';

export interface DeadlineOptions {
  readonly clock: Clock;
  /** Bound on the sum of all stages but `load`. */
  readonly timeoutMs: number;
  /** Bound on the time without any progress event while in `load` (a download may be long, but not silent). */
  readonly loadStallMs: number;
  readonly onTimeout: () => void;
  readonly onStall: () => void;
}

export interface Deadline {
  /** Every progress event of the run. `load` pauses the running time. */
  onProgress(stage: Stage): void;
  /** The stage of the last event; null before the first. */
  stage(): Stage | null;
  /** Running time so far in milliseconds, `load` not counted. */
  runningMs(): number;
  /** Time spent in `load` so far in milliseconds. */
  loadMs(): number;
  stop(): void;
}

/** Starts counting at once; `onTimeout` or `onStall` is called at most once. */
export function createDeadline(options: DeadlineOptions): Deadline {
  const { clock } = options;
  let currentStage: Stage | null = null;
  let isLoading = false;
  let isStopped = false;
  let spentMs = { running: 0, loading: 0 };
  let sinceMs = clock.now();
  let cancelTimer = clock.setTimer(expire, options.timeoutMs);

  function expire(): void {
    isStopped = true;
    if (isLoading) options.onStall();
    else options.onTimeout();
  }

  function settle(): void {
    const nowMs = clock.now();
    const deltaMs = isStopped ? 0 : nowMs - sinceMs;
    spentMs = isLoading
      ? { ...spentMs, loading: spentMs.loading + deltaMs }
      : { ...spentMs, running: spentMs.running + deltaMs };
    sinceMs = nowMs;
  }

  return {
    onProgress(stage) {
      if (isStopped) return;
      const wasLoading = isLoading;
      settle();
      currentStage = stage;
      isLoading = stage === 'load';
      // Running: the timer goes on. Loading: every event proves life, so the silence starts anew.
      if (!wasLoading && !isLoading) return;
      cancelTimer();
      const delayMs = isLoading ? options.loadStallMs : Math.max(0, options.timeoutMs - spentMs.running);
      cancelTimer = clock.setTimer(expire, delayMs);
    },
    stage: () => currentStage,
    runningMs() {
      settle();
      return spentMs.running;
    },
    loadMs() {
      settle();
      return spentMs.loading;
    },
    stop() {
      settle();
      isStopped = true;
      cancelTimer();
    },
  };
}
