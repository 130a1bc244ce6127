/** Detects that a frame shows another scene than the one before, so that smoothing does not blend two scenes. */

import { HISTOGRAM_DISTANCE, LUMA_BIN_COUNT, MEAN_CHANGE } from './steady-constants.ts';

export interface SceneCutDetector {
  /** True when this frame starts a new scene; the first frame does. `lumaU8` is row-major, any fixed size. */
  isCut(lumaU8: Uint8Array): boolean;
  reset(): void;
}

/** Compares each frame's small luma picture with the one before: histogram distance, or mean change. */
export function createSceneCutDetector(): SceneCutDetector {
  let previous: Uint8Array | null = null;
  let previousBins = new Float32Array(LUMA_BIN_COUNT);

  function countBins(lumaU8: Uint8Array): Float32Array<ArrayBuffer> {
    const bins = new Float32Array(LUMA_BIN_COUNT);
    for (let i = 0; i < lumaU8.length; i++) bins[lumaU8[i]! >> 3]! += 1 / lumaU8.length;
    return bins;
  }

  return {
    isCut(lumaU8) {
      const bins = countBins(lumaU8);
      let isNew = true;
      if (previous !== null && previous.length === lumaU8.length) {
        let distance = 0;
        for (let bin = 0; bin < LUMA_BIN_COUNT; bin++)
          distance += Math.abs(bins[bin]! - previousBins[bin]!) / 2;
        let change = 0;
        for (let i = 0; i < lumaU8.length; i++) change += Math.abs(lumaU8[i]! - previous[i]!);
        isNew = distance > HISTOGRAM_DISTANCE || change / lumaU8.length > MEAN_CHANGE;
      }
      if (previous === null || previous.length !== lumaU8.length) previous = new Uint8Array(lumaU8.length);
      previous.set(lumaU8);
      previousBins = bins;
      return isNew;
    },
    reset() {
      previous = null;
    },
  };
}
