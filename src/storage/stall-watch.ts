/** Cuts a line that has fallen silent: neither headers nor body. */
import { fetchFailure, RetryableError } from './download-errors.ts';

/** A line that gives no byte for this long is cut. */
const STALL_MS = 30_000;

export interface StallWatch {
  readonly url: string;
  readonly signal: AbortSignal;
  /** Rejects with the signal's reason. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** What has come so far; the same number after a while is silence. */
  readonly countBytes: () => number;
}

/** Runs until the signal fires. */
async function watch(attempt: AbortController, { url, sleep, countBytes }: StallWatch): Promise<void> {
  for (let seenBytes = -1; ;) {
    seenBytes = countBytes();
    await sleep(STALL_MS, attempt.signal);
    if (countBytes() !== seenBytes) continue;
    const error = fetchFailure(url, 'stalled', `${url} sent nothing for ${STALL_MS} ms`);
    attempt.abort(new RetryableError(error));
  }
}

/** One attempt, ended with a {@link RetryableError} when it brings no byte. Rejects with the signal's reason, too. */
export async function runUnlessStalled(
  run: (signal: AbortSignal) => Promise<void>,
  options: StallWatch,
): Promise<void> {
  const { signal } = options;
  const attempt = new AbortController();
  watch(attempt, options).catch(() => undefined); // rejects when the attempt is over
  try {
    await run(AbortSignal.any([signal, attempt.signal]));
  } catch (error) {
    signal.throwIfAborted();
    throw attempt.signal.aborted ? attempt.signal.reason : error;
  } finally {
    attempt.abort();
  }
}
