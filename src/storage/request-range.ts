/**
 * Asks a hub for a file from some byte on.
 *
 * A resumed request sends `Range` alone: `If-Range` would make it a preflighted request, which content hosts behind
 * a redirect refuse (huggingface/datasets issue 7931). The validator is compared here instead, and the hash of the
 * whole file decides in the end.
 */
import { fetchFailure, RetryableError } from './download-errors.ts';
import { parseEtag, readRangeStart, readRetryAfterMs, readTotalBytes } from './hub-response.ts';

/** An answer before its body is read. */
export interface RangeAnswer {
  readonly response: Response;
  /** False: the whole file from the start, whatever was asked for. */
  readonly isPart: boolean;
  /** Null: the answer does not say, or hides it. */
  readonly startByte: number | null;
  /** Of the whole file; null: the answer does not say. */
  readonly totalBytes: number | null;
  readonly etag: string | null;
}

/** Null: the hub has no such byte (416). Throws MODEL_FETCH_FAILED, in a {@link RetryableError} where it may pass. */
export async function requestRange(
  url: string,
  offset: number,
  options: { readonly fetch: typeof fetch; readonly signal: AbortSignal },
): Promise<RangeAnswer | null> {
  let response: Response;
  try {
    response = await options.fetch(url, {
      signal: options.signal,
      credentials: 'omit',
      cache: 'no-store',
      headers: offset > 0 ? { range: `bytes=${offset}-` } : {},
    });
  } catch (cause) {
    options.signal.throwIfAborted();
    const error = fetchFailure(url, 'network', `${url} cannot be reached`, { status: 0 }, cause);
    throw new RetryableError(error);
  }
  const { status } = response;
  if (response.ok) {
    return {
      response,
      isPart: status === 206,
      startByte: readRangeStart(response),
      totalBytes: readTotalBytes(response, offset),
      etag: parseEtag(response.headers.get('etag')),
    };
  }
  await response.body?.cancel();
  if (status === 416) return null;
  const error = fetchFailure(url, 'status', `${url} answered ${status}`, { status });
  const isPassing = status >= 500 || [408, 425, 429].includes(status);
  throw isPassing ? new RetryableError(error, readRetryAfterMs(response)) : error;
}

/** Whether what would follow belongs to another file than the `offset` bytes that are here. */
export function isOtherFile(
  { isPart, startByte, totalBytes, etag }: Omit<RangeAnswer, 'response'>,
  offset: number,
  known: { readonly etag: string | null; readonly totalBytes: number | null },
): boolean {
  const differ = <T>(a: T | null, b: T | null): boolean => a !== null && b !== null && a !== b;
  if (!isPart) return false;
  if (differ(startByte, offset) || differ(etag, known.etag)) return true;
  return offset > 0 && differ(totalBytes, known.totalBytes);
}
