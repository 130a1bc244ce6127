/** Spreads the starts of several lanes over a run: two that start together end together, and often in the wrong order. */
export interface LanePace {
  started(nowMs: number): void;
  finished(runMs: number): void;
  /** How long the next frame had better wait; 0 for a single lane. */
  untilNextMs(nowMs: number, lanes: number): number;
}

/** Share of the even distance that is kept: the rest is room for runs of different length. */
const SHARE = 0.7;
const NEWEST_WEIGHT = 0.2;

export function createLanePace(): LanePace {
  let lastStartMs = -Infinity;
  let meanRunMs: number | null = null;
  return {
    started(nowMs) {
      lastStartMs = nowMs;
    },
    finished(runMs) {
      meanRunMs = meanRunMs === null ? runMs : meanRunMs + NEWEST_WEIGHT * (runMs - meanRunMs);
    },
    untilNextMs(nowMs, lanes) {
      if (lanes < 2 || meanRunMs === null) return 0;
      return Math.max(0, lastStartMs + (SHARE * meanRunMs) / lanes - nowMs);
    },
  };
}
