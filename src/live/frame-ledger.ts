/** Counts what happens to every frame, and closes each exactly once. */
import type { FrameCounts, LiveFrame } from '../worker/live-api.ts';

/** A frame on its way, with the moment it was captured. */
export interface TrackedFrame {
  readonly frame: LiveFrame;
  /** On this worker's clock (`performance.now`). */
  readonly captureMs: number;
  /** Rises with every frame of a source. */
  readonly sequence: number;
  /** Gives the frame back to the browser. */
  close(): void;
}

export interface FrameLedger {
  receive(frame: LiveFrame, captureMs: number): TrackedFrame;
  /** A frame goes into a lane. */
  begin(): void;
  /** It came back. */
  end(outcome: 'shown' | 'late' | 'failed'): void;
  /** It came while nobody could take it. */
  drop(): void;
  cut(): void;
  /** So many frames were never seen. */
  skip(count: number): void;
  read(): FrameCounts;
}

type MutableCounts = { -readonly [K in keyof FrameCounts]: number };

export function createFrameLedger(): FrameLedger {
  const counts: MutableCounts = {
    received: 0,
    shown: 0,
    dropped: 0,
    failed: 0,
    inFlight: 0,
    maxInFlight: 0,
    maxWaiting: 0,
    opened: 0,
    closed: 0,
    doubleCloses: 0,
    sceneCuts: 0,
    late: 0,
    skipped: 0,
  };
  return {
    receive(frame, captureMs) {
      counts.received += 1;
      counts.opened += 1;
      let isClosed = false;
      return {
        frame,
        captureMs,
        sequence: counts.received,
        close() {
          if (isClosed) {
            counts.doubleCloses += 1;
            return;
          }
          isClosed = true;
          counts.closed += 1;
          frame.close();
        },
      };
    },
    begin() {
      counts.inFlight += 1;
      counts.maxInFlight = Math.max(counts.maxInFlight, counts.inFlight);
    },
    end(outcome) {
      counts.inFlight -= 1;
      if (outcome === 'late') {
        counts.late += 1;
        counts.dropped += 1;
      } else counts[outcome] += 1;
    },
    drop() {
      counts.dropped += 1;
    },
    cut() {
      counts.sceneCuts += 1;
    },
    skip(count) {
      counts.skipped += count;
    },
    read: () => ({ ...counts }),
  };
}
