import { STAGES, type Stage, type StageTimings } from './api.ts';

/** Sums up how long each stage of one pipeline took, failed attempts included. */
export interface Stopwatch {
  measure<T>(stage: Stage, work: () => T | Promise<T>): Promise<T>;
  /** Adds time measured elsewhere: one decode serves all pipelines of a request. */
  add(stage: Stage, elapsedMs: number): void;
  read(): StageTimings;
}

export function createStopwatch(now: () => number): Stopwatch {
  const elapsedMs = Object.fromEntries(STAGES.map((stage) => [stage, 0])) as Record<Stage, number>;
  return {
    async measure(stage, work) {
      const startMs = now();
      try {
        return await work();
      } finally {
        elapsedMs[stage] += now() - startMs;
      }
    },
    add(stage, addedMs) {
      elapsedMs[stage] += addedMs;
    },
    read: () => ({ ...elapsedMs }),
  };
}
