/** The worker's figures, with what only the page knows of. */
import type { LiveStats, RecordingStatus } from '../worker/live-api.ts';

export interface PageFigures {
  /** Frames that were left out before the worker saw them. */
  readonly skippedCount: number;
  /** Of the page's own recorder; null: it does not record. */
  readonly recording: RecordingStatus | null;
}

/** `counts.dropped` includes all frames that were never computed, whoever left them out. */
export function completeStats(stats: LiveStats, { skippedCount, recording }: PageFigures): LiveStats {
  const { counts } = stats;
  return {
    ...stats,
    recording: recording ?? stats.recording,
    counts: { ...counts, dropped: counts.dropped + counts.skipped + skippedCount },
  };
}
