/** "Keep N fps": moves the network's input size in the model's steps so that a target rate is held. */
import type { DetailRange } from '../engine/models/manifest.ts';

export interface Pace {
  /** Takes the time of one processed frame and gives the input size for the next one. */
  next(frameMs: number): number;
}

/** Frames to wait after a change before judging again: the first frame of a new size compiles shaders or grows the heap. */
const SETTLE_FRAMES = 6;
/** Cost grows with the area: a step up must still fit with this reserve, which keeps the size from swinging. */
const RESERVE = 0.85;

/**
 * @param detail the model's sizes
 * @param targetFps frames per second to hold
 * @param startPx size to begin with
 */
export function createPace(detail: DetailRange, targetFps: number, startPx: number): Pace {
  const budgetMs = 1000 / targetFps;
  let sizePx = startPx;
  let framesAtSize = 0;
  let meanMs = 0;

  function change(deltaPx: number): void {
    const next = Math.min(detail.maxPx, Math.max(detail.minPx, sizePx + deltaPx));
    if (next === sizePx) return;
    sizePx = next;
    framesAtSize = 0;
  }

  return {
    next(frameMs) {
      framesAtSize++;
      if (framesAtSize === 1) return sizePx;
      meanMs = framesAtSize === 2 ? frameMs : meanMs + 0.3 * (frameMs - meanMs);
      if (framesAtSize < SETTLE_FRAMES) return sizePx;
      const largerMs = meanMs * ((sizePx + detail.stepPx) / sizePx) ** 2;
      if (meanMs > budgetMs) change(-detail.stepPx);
      else if (largerMs < budgetMs * RESERVE) change(detail.stepPx);
      return sizePx;
    },
  };
}
