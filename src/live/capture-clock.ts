/**
 * Turns a frame's own timestamp into a moment on this worker's clock. Cameras count from a start of their own; the
 * smallest distance ever seen between arrival and timestamp is that of a frame that did not wait anywhere.
 */
export interface CaptureClock {
  /** @param timestampUs the frame's timestamp; null where it has none: the arrival counts. */
  toCaptureMs(timestampUs: number | null, arrivalMs: number): number;
  /** Another source has another clock. */
  reset(): void;
}

/** Clocks drift and sources pause: a distance older than this many frames no longer counts. */
const REMEMBERED_FRAMES = 150;

export function createCaptureClock(): CaptureClock {
  let distances: number[] = [];
  return {
    toCaptureMs(timestampUs, arrivalMs) {
      if (timestampUs === null) return arrivalMs;
      const timestampMs = timestampUs / 1000;
      distances.push(arrivalMs - timestampMs);
      if (distances.length > REMEMBERED_FRAMES) distances.shift();
      return timestampMs + Math.min(...distances);
    },
    reset() {
      distances = [];
    },
  };
}
