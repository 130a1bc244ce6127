/** Keeps the near and far ends of the colour range still while a picture moves: the main cause of flicker in live depth. */

import { rangeWeightOf } from './steady-constants.ts';

export interface ValueRange {
  readonly lo: number;
  readonly hi: number;
}

export interface RangeSmoother {
  /** Takes a frame's robust range (2nd and 98th percentile) and gives the one to draw with. */
  follow(range: ValueRange): ValueRange;
  /** The next range is taken as it is: after a scene cut. */
  reset(): void;
}

/**
 * Exponential moving average of both ends. The first frames after a reset count alike, so that one odd frame at a cut
 * does not set the range for a second.
 * @param strength 0 = follow every frame, 1 = hardly move. Default 0.6 moves 10 % of the way per frame.
 */
export function createRangeSmoother(strength: number): RangeSmoother {
  const steadyWeight = rangeWeightOf(strength);
  let current: ValueRange | null = null;
  let count = 0;
  return {
    follow(range) {
      if (!Number.isFinite(range.lo) || !Number.isFinite(range.hi)) return current ?? { lo: 0, hi: 1 };
      count += 1;
      const weight = Math.max(steadyWeight, 1 / count);
      current =
        current === null
          ? range
          : {
              lo: current.lo + weight * (range.lo - current.lo),
              hi: current.hi + weight * (range.hi - current.hi),
            };
      return current;
    },
    reset() {
      current = null;
      count = 0;
    },
  };
}
