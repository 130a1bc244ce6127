/** Speed of a transfer, smoothed over a few seconds, so that the time left does not jump. */
export interface SpeedMeter {
  add(bytes: number): void;
  /** Null until the first second has passed. */
  readonly bytesPerSecond: number | null;
}

const SAMPLE_MS = 500;
const WEIGHT = 0.3;

export function createSpeedMeter(now: () => number): SpeedMeter {
  let windowStartMs = now();
  let windowBytes = 0;
  let bytesPerSecond: number | null = null;
  return {
    get bytesPerSecond() {
      return bytesPerSecond;
    },
    add(bytes) {
      windowBytes += bytes;
      const elapsedMs = now() - windowStartMs;
      if (elapsedMs < SAMPLE_MS) return;
      const current = (windowBytes * 1000) / elapsedMs;
      bytesPerSecond =
        bytesPerSecond === null ? current : bytesPerSecond + WEIGHT * (current - bytesPerSecond);
      windowStartMs = now();
      windowBytes = 0;
    },
  };
}
