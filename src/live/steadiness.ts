/** What keeps a live map from flickering: a steady range, a steady picture, and letting go of both at a scene cut. */
import { computeRange } from '../render/histogram.ts';
import type { ScalarMap } from '../render/renderer.ts';
import { createRangeSmoother } from './range-smoothing.ts';
import { createSceneCutDetector } from './scene-cut.ts';
import { createTemporalFilter } from './temporal-filter.ts';

export interface SteadyMap {
  /** Values over the steady range, 0..1 with overshoot. Owned by the filter: valid until the next frame. */
  readonly map: ScalarMap;
  readonly isCut: boolean;
}

export interface Steadiness {
  /** @param lumaU8 the photo's luma on the map's grid */
  apply(map: ScalarMap, lumaU8: Uint8Array): SteadyMap;
  /** Another source or model: nothing of before counts. */
  reset(): void;
}

/** @param strength 0 = every frame for itself, 1 = strongest */
export function createSteadiness(strength: number): Steadiness {
  const cuts = createSceneCutDetector();
  const range = createRangeSmoother(strength);
  const filter = createTemporalFilter(strength);
  return {
    apply(map, lumaU8) {
      const isCut = cuts.isCut(lumaU8);
      if (isCut) {
        range.reset();
        filter.reset();
      }
      const { lo, hi } = range.follow(computeRange(map.values, 'auto'));
      const span = hi - lo;
      const normalised = new Float32Array(map.values.length);
      if (span > 0) for (let i = 0; i < normalised.length; i++) normalised[i] = (map.values[i]! - lo) / span;
      return { map: { ...map, values: filter.apply(normalised, lumaU8) }, isCut };
    },
    reset() {
      cuts.reset();
      range.reset();
      filter.reset();
    },
  };
}
