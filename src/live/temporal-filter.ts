/**
 * Per-pixel smoothing over time that stands still where the scene does and lets go where it moves.
 * A recursive average whose weight rises to 1 where the luma picture or the map itself changes by more than noise
 * (motion-adaptive recursive filtering, as in video denoising; see Dubois and Sabri 1984).
 */

import { LUMA_MOVED, LUMA_STILL, MAX_NOISE, stillWeightOf, VALUE_MOVED } from './steady-constants.ts';

export interface TemporalFilter {
  /**
   * Blends a frame into the state and returns the state (owned by the filter, valid until the next call).
   * @param values normalised map, row-major (0..1 over the shown range; values outside are kept)
   * @param lumaU8 the photo's luma on the same grid
   */
  apply(values: Float32Array, lumaU8: Uint8Array): Float32Array;
  reset(): void;
}

/** @param strength 0 = off (the input is returned), 1 = strongest. Default 0.6 blends 15 % of a still pixel per frame. */
export function createTemporalFilter(strength: number): TemporalFilter {
  const clamped = Math.min(1, Math.max(0, strength));
  const steadyWeight = stillWeightOf(clamped);
  let state: Float32Array | null = null;
  let previousLuma: Uint8Array | null = null;
  let noise = 0;
  let count = 0;

  function start(values: Float32Array, lumaU8: Uint8Array): Float32Array {
    state = values.slice();
    previousLuma = lumaU8.slice();
    noise = 0;
    count = 1;
    return state;
  }

  return {
    apply(values, lumaU8) {
      if (clamped === 0) return values;
      if (state === null || previousLuma === null || state.length !== values.length)
        return start(values, lumaU8);
      // The first frames count alike: the one that happened to come first is no better than the next.
      count += 1;
      const stillWeight = Math.max(steadyWeight, 1 / count);
      const valueStill = Math.min(MAX_NOISE, 3 * noise);
      const valueSpan = VALUE_MOVED - valueStill;
      let stillSum = 0;
      let stillCount = 0;
      for (let i = 0; i < values.length; i++) {
        const difference = values[i]! - state[i]!;
        const change = Math.abs(difference);
        const lumaChange = Math.abs(lumaU8[i]! - previousLuma[i]!);
        let moved = (lumaChange - LUMA_STILL) / (LUMA_MOVED - LUMA_STILL);
        const movedByValue = (change - valueStill) / valueSpan;
        if (movedByValue > moved) moved = movedByValue;
        if (moved <= 0) {
          stillSum += change;
          stillCount++;
          state[i] = state[i]! + stillWeight * difference;
        } else if (moved >= 1) {
          state[i] = values[i]!;
        } else {
          const eased = moved * moved * (3 - 2 * moved);
          state[i] = state[i]! + (stillWeight + (1 - stillWeight) * eased) * difference;
        }
      }
      // Mean change of still pixels estimates the map's own noise; the first frames have none yet.
      const measured = stillCount > 0 ? stillSum / stillCount : MAX_NOISE;
      noise = noise === 0 ? Math.min(MAX_NOISE, measured) : noise + 0.2 * (measured - noise);
      previousLuma.set(lumaU8);
      return state;
    },
    reset() {
      state = null;
    },
  };
}
