/** What counts as still, moved, cut: one set of numbers for the processor and the GPU. */

/** Luma change (of 255) below which a pixel is still, and above which it has certainly moved; sensor noise is 2 to 4. */
export const LUMA_STILL = 8;
export const LUMA_MOVED = 28;
/** Change of the normalised map above which a pixel has moved whatever the luma says. */
export const VALUE_MOVED = 0.12;
/** Noise of the map beyond this is not noise: keeps a pan from being taken for noise. */
export const MAX_NOISE = 0.02;

/** Bins of the luma histogram that tells scenes apart. */
export const LUMA_BIN_COUNT = 32;
/** Half the L1 distance of two luma histograms above which the scene has changed (0 = same, 1 = disjoint). */
export const HISTOGRAM_DISTANCE = 0.4;
/** Mean absolute luma change (of 255) above which the scene has changed even with a like histogram: a cut between two similar rooms. */
export const MEAN_CHANGE = 48;

/** Share of the way to a new value per frame of a still pixel, for a strength in [0, 1]: 1 at 0, 0.15 at 0.6. */
export function stillWeightOf(strength: number): number {
  return Math.max(0.04, Math.exp(-3.2 * Math.min(1, Math.max(0, strength))));
}

/** Share of the way to the new range per frame, for a strength in [0, 1]: 1 at 0, about 0.1 at 0.6, 0.02 at 1. */
export function rangeWeightOf(strength: number): number {
  return Math.max(0.02, Math.exp(-3.85 * Math.min(1, Math.max(0, strength))));
}
