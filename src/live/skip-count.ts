/** Frames that the browser has replaced by newer ones since the last one that was read: seen by the gap in their times. */
export interface SkipCount {
  /** How many are missing before the frame of this time. */
  until(timestampUs: number): number;
  /** Another source. null: its rate is not known, nothing can be told. */
  setFrameRate(frameRate: number | null): void;
  /** After a pause nobody misses what came in it. */
  pause(): void;
}

export function createSkipCount(): SkipCount {
  let frameIntervalMs: number | null = null;
  let lastTimestampUs = Number.NaN;
  return {
    until(timestampUs) {
      const elapsedMs = (timestampUs - lastTimestampUs) / 1000;
      lastTimestampUs = timestampUs;
      if (frameIntervalMs === null || !(elapsedMs > 0)) return 0;
      return Math.max(0, Math.round(elapsedMs / frameIntervalMs) - 1);
    },
    setFrameRate(frameRate) {
      frameIntervalMs = frameRate === null ? null : 1000 / frameRate;
      lastTimestampUs = Number.NaN;
    },
    pause() {
      lastTimestampUs = Number.NaN;
    },
  };
}
