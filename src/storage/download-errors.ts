/** How a download fails: what another attempt may mend, and what nothing of can be used again. */
import { EngineError } from '../engine/errors.ts';

/** MODEL_FETCH_FAILED, as the UI has a sentence for each `reason`. */
export function fetchFailure(
  url: string,
  reason: string,
  message: string,
  details: Readonly<Record<string, string | number>> = {},
  cause?: unknown,
): EngineError {
  return new EngineError('MODEL_FETCH_FAILED', message, { cause, details: { reason, url, ...details } });
}

/** A failure that another attempt may mend. */
export class RetryableError extends Error {
  /** As the server wishes; null: it does not say. */
  readonly retryAfterMs: number | null;
  readonly error: EngineError;
  constructor(error: EngineError, retryAfterMs: number | null = null) {
    super(error.message, { cause: error });
    this.error = error;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Nothing of the download can be used again: the server has another file, or none. */
export function isHopeless(error: unknown): boolean {
  if (!(error instanceof EngineError)) return false;
  if (error.code === 'MODEL_CHECKSUM_MISMATCH') return true;
  const { reason, status } = error.details;
  if (error.code !== 'MODEL_FETCH_FAILED') return false;
  return (
    reason === 'html' ||
    reason === 'lfs-pointer' ||
    reason === 'wrong-length' ||
    reason === 'no-model' ||
    (typeof status === 'number' && status >= 400 && status < 500)
  );
}
