/** How long a download waits before its next attempt, and when it gives up. */
import type { RetryableError } from './download-errors.ts';

const MAX_ATTEMPTS = 5;
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;

export interface Patience {
  /** Failed attempts in a row. */
  readonly attempt: number;
  /** The part is this long now: going farther than any attempt before earns new patience. */
  noteProgress(sizeBytes: number): void;
  /** Time until the next attempt. Throws the failure itself once there were enough of them. */
  waitAfter(failure: RetryableError, sizeBytes: number): number;
}

/** Doubles from one second to half a minute, with jitter, so that many clients do not come back together. */
function backOffMs(attempt: number, random: number): number {
  return Math.round(Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempt - 1)) * (0.5 + random / 2));
}

export function createPatience(startBytes: number, random: () => number): Patience {
  let attempt = 0;
  /** The farthest that any attempt came. */
  let mostBytes = startBytes;
  return {
    get attempt() {
      return attempt;
    },
    noteProgress(sizeBytes) {
      if (sizeBytes > mostBytes) attempt = 0;
    },
    waitAfter({ error, retryAfterMs }, sizeBytes) {
      attempt = sizeBytes > mostBytes ? 1 : attempt + 1;
      mostBytes = Math.max(mostBytes, sizeBytes);
      if (attempt >= MAX_ATTEMPTS) throw error;
      return Math.min(retryAfterMs ?? backOffMs(attempt, random()), MAX_RETRY_MS);
    },
  };
}
