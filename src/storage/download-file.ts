/**
 * One file over HTTP into a part file: resumed by range, hashed as it streams, retried with back-off.
 *
 * A resumed request sends `Range` alone: `If-Range` would make it a preflighted request, which content hosts behind
 * a redirect refuse (huggingface/datasets issue 7931). The validator is compared here instead, and the hash of the
 * whole file decides in the end.
 */
import type { IHasher } from 'hash-wasm';
import { EngineError } from '../engine/errors.ts';
import {
  checkFirstBytes,
  fetchPointer,
  parseEtag,
  readHashHeader,
  readRangeStart,
  readTotalBytes,
  type FilePointer,
} from './hub-response.ts';
import { openChunkReader } from './chunk-reader.ts';
import type { FileRecord, PartFile } from './model-store.ts';

export interface DownloadFileRequest {
  readonly url: string;
  /** Exact length, where the catalogue knows it. */
  readonly expectedBytes: number | null;
  /** Where the catalogue knows it. */
  readonly expectedSha256: string | null;
  /** What an earlier run kept; null: a fresh start. */
  readonly record: FileRecord | null;
  /** Mirrors may redirect to hosts whose ETag is the hash; the default hub's is not. */
  readonly trustsRedirectedEtag: boolean;
}

export interface DownloadProgress {
  readonly phase: 'hashing' | 'connecting' | 'receiving' | 'waiting';
  readonly receivedBytes: number;
  readonly totalBytes: number | null;
  /** New bytes since the last call; 0 for those hashed again. */
  readonly newBytes: number;
  /** Failed attempts in a row. */
  readonly attempt: number;
  /** `waiting`: until the next attempt. */
  readonly retryInMs: number | null;
  readonly etag: string | null;
}

export interface DownloadFileResult {
  readonly sizeBytes: number;
  readonly sha256: string;
  /** The hub's own word on the hash; null: it says nothing. */
  readonly hubSha256: string | null;
  readonly etag: string | null;
}

export interface DownloadDeps {
  readonly fetch: typeof fetch;
  readonly createHasher: () => Promise<IHasher>;
  /** Rejects with the signal's reason. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly random: () => number;
}

const MAX_ATTEMPTS = 5;
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;
/** A line that gives no byte for this long is cut. */
const STALL_MS = 30_000;
const HASH_CHUNK_BYTES = 4 * 1024 * 1024;

/** A failure that another attempt may mend. */
class RetryableError extends Error {
  readonly retryAfterMs: number | null;
  readonly error: EngineError;
  constructor(error: EngineError, retryAfterMs: number | null = null) {
    super(error.message, { cause: error });
    this.error = error;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Appends what is missing of the file to `part` and returns its hash. The part is left as it is on failure, for a
 * later resume. Throws MODEL_FETCH_FAILED (`details.status`, `details.reason`: network, cut, stalled, html,
 * lfs-pointer, wrong-length), STORAGE_FULL; rejects with the signal's reason.
 */
export async function downloadFile(
  request: DownloadFileRequest,
  part: PartFile,
  deps: DownloadDeps,
  options: { signal: AbortSignal; onProgress: (progress: DownloadProgress) => void },
): Promise<DownloadFileResult> {
  const { signal } = options;
  const state = {
    totalBytes: request.record?.sizeBytes ?? request.expectedBytes,
    etag: request.record?.etag ?? null,
    hubSha256: null as string | null,
    attempt: 0,
    /** The farthest that any attempt came: only going farther earns new patience. */
    mostBytes: part.sizeBytes,
  };
  let pointer: Promise<FilePointer | null> | null = null;
  const report = (phase: DownloadProgress['phase'], newBytes = 0, retryInMs: number | null = null): void =>
    options.onProgress({
      phase,
      newBytes,
      retryInMs,
      receivedBytes: part.sizeBytes,
      totalBytes: state.totalBytes,
      attempt: state.attempt,
      etag: state.etag,
    });

  const hasher = await deps.createHasher();
  const restart = (): void => {
    part.clear();
    hasher.init();
  };
  await hashPart(part, hasher, signal, () => report('hashing'));

  async function receive(): Promise<void> {
    const attempt = new AbortController();
    watchForStall(attempt).catch(() => undefined); // rejects when the attempt is over
    try {
      await receiveWithin(AbortSignal.any([signal, attempt.signal]));
    } catch (error) {
      signal.throwIfAborted();
      throw attempt.signal.aborted ? attempt.signal.reason : error;
    } finally {
      attempt.abort();
    }
  }

  async function receiveWithin(attemptSignal: AbortSignal): Promise<void> {
    const offset = part.sizeBytes;
    const response = await open(offset, attemptSignal);
    if (response === null) return; // 416: everything is here
    const isPart = response.status === 206;
    const totalBytes = readTotalBytes(response, offset);
    const etag = parseEtag(response.headers.get('etag'));
    const hasChanged =
      (isPart && readRangeStart(response) !== null && readRangeStart(response) !== offset) ||
      (state.etag !== null && etag !== null && state.etag !== etag) ||
      (isPart &&
        offset > 0 &&
        state.totalBytes !== null &&
        totalBytes !== null &&
        state.totalBytes !== totalBytes);
    if (isPart && hasChanged) {
      await response.body?.cancel();
      restart();
      state.etag = null;
      state.totalBytes = request.expectedBytes;
      throw new RetryableError(fail('changed', `${request.url} changed while it was downloaded`), 0);
    }
    if (!isPart && offset > 0) restart(); // no range support: from the start
    if (totalBytes !== null) checkLength(totalBytes);
    state.etag = etag;
    state.totalBytes = totalBytes ?? state.totalBytes;
    state.hubSha256 ??= readHashHeader(response, request.trustsRedirectedEtag);
    if (state.hubSha256 === null && request.expectedSha256 === null) {
      pointer ??= fetchPointer(request.url, { signal, fetch: deps.fetch });
    }
    await pump(response, totalBytes);
  }

  function fail(reason: string, message: string, details: Record<string, string | number> = {}): EngineError {
    return new EngineError('MODEL_FETCH_FAILED', message, {
      details: { reason, url: request.url, ...details },
    });
  }

  function checkLength(totalBytes: number): void {
    if (request.expectedBytes === null || request.expectedBytes === totalBytes) return;
    throw fail('wrong-length', `${request.url} has ${totalBytes} bytes, not ${request.expectedBytes}`, {
      expectedBytes: request.expectedBytes,
      actualBytes: totalBytes,
    });
  }

  /** The answer, or null when the server says that nothing is left to send. */
  async function open(offset: number, attemptSignal: AbortSignal): Promise<Response | null> {
    let response: Response;
    try {
      response = await deps.fetch(request.url, {
        signal: attemptSignal,
        credentials: 'omit',
        cache: 'no-store',
        headers: offset > 0 ? { range: `bytes=${offset}-` } : {},
      });
    } catch (cause) {
      signal.throwIfAborted();
      throw new RetryableError(
        new EngineError('MODEL_FETCH_FAILED', `${request.url} cannot be reached`, {
          cause,
          details: { reason: 'network', url: request.url, status: 0 },
        }),
      );
    }
    if (response.ok) return response;
    await response.body?.cancel();
    if (response.status === 416) {
      if (state.totalBytes === offset) return null;
      restart();
      throw new RetryableError(fail('changed', `${request.url} has no byte ${offset}`, { status: 416 }), 0);
    }
    const error = fail('status', `${request.url} answered ${response.status}`, { status: response.status });
    const isPassing = response.status >= 500 || [408, 425, 429].includes(response.status);
    if (isPassing) throw new RetryableError(error, readRetryAfterMs(response));
    throw error;
  }

  async function pump(response: Response, totalBytes: number | null): Promise<void> {
    if (response.body === null) throw new RetryableError(fail('cut', `${request.url} sent no body`));
    const reader = openChunkReader(response.body);
    try {
      for (;;) {
        const value = await reader.read().catch((cause: unknown) => {
          throw describeCut(cause);
        });
        if (value === null) break;
        if (part.sizeBytes === 0) checkFirstBytes(value, response.headers.get('content-type'), request.url);
        appendOrThrow(value);
        hasher.update(value);
        if (part.sizeBytes > state.mostBytes) state.attempt = 0;
        report('receiving', value.length);
      }
    } finally {
      // A cancelled reader lets go of the connection; a finished one does not mind.
      await reader.cancel().catch(() => undefined);
    }
    if (totalBytes !== null && part.sizeBytes < totalBytes) {
      throw new RetryableError(
        fail('cut', `${request.url} ended at byte ${part.sizeBytes} of ${totalBytes}`, {
          receivedBytes: part.sizeBytes,
          totalBytes,
        }),
      );
    }
  }

  function describeCut(cause: unknown): RetryableError {
    return new RetryableError(
      new EngineError('MODEL_FETCH_FAILED', `${request.url} was cut off`, {
        cause,
        details: { reason: 'cut', url: request.url, receivedBytes: part.sizeBytes },
      }),
    );
  }

  /** Ends an attempt that brings no byte: neither headers nor body. Runs until the attempt's signal fires. */
  async function watchForStall(attempt: AbortController): Promise<void> {
    for (let seenBytes = -1; ;) {
      seenBytes = part.sizeBytes;
      await deps.sleep(STALL_MS, attempt.signal);
      if (part.sizeBytes !== seenBytes) continue;
      const error = fail('stalled', `${request.url} sent nothing for ${STALL_MS} ms`);
      attempt.abort(new RetryableError(error));
    }
  }

  function appendOrThrow(bytes: Uint8Array): void {
    try {
      part.append(bytes);
    } catch (cause) {
      const isFull = cause instanceof DOMException && cause.name === 'QuotaExceededError';
      if (!isFull) throw cause;
      const receivedBytes = part.sizeBytes;
      throw new EngineError('STORAGE_FULL', `No space left after ${receivedBytes} bytes`, {
        cause,
        details:
          state.totalBytes === null
            ? { receivedBytes }
            : { receivedBytes, neededBytes: state.totalBytes - receivedBytes },
      });
    }
  }

  const isComplete = (): boolean => state.totalBytes !== null && part.sizeBytes === state.totalBytes;
  let isReceived = isComplete() && request.record?.sizeBytes === part.sizeBytes;
  while (!isReceived) {
    signal.throwIfAborted();
    report('connecting');
    try {
      await receive();
      isReceived = true;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof RetryableError)) throw error;
      state.attempt = part.sizeBytes > state.mostBytes ? 1 : state.attempt + 1;
      state.mostBytes = Math.max(state.mostBytes, part.sizeBytes);
      if (state.attempt >= MAX_ATTEMPTS) throw error.error;
      const retryInMs = error.retryAfterMs ?? backOffMs(state.attempt, deps.random());
      report('waiting', 0, retryInMs);
      await deps.sleep(retryInMs, signal);
    }
  }
  checkLength(part.sizeBytes);
  if (request.expectedSha256 === null && state.hubSha256 === null) {
    pointer ??= fetchPointer(request.url, { signal, fetch: deps.fetch });
    state.hubSha256 = (await pointer)?.sha256 ?? null;
  }
  return {
    sizeBytes: part.sizeBytes,
    sha256: hasher.digest(),
    hubSha256: state.hubSha256,
    etag: state.etag,
  };
}

/** Doubles from one second to half a minute, with jitter, so that many clients do not come back together. */
function backOffMs(attempt: number, random: number): number {
  return Math.round(Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempt - 1)) * (0.5 + random / 2));
}

function readRetryAfterMs(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.min(seconds * 1000, MAX_RETRY_MS) : null;
}

/** Feeds what is already in the part to the hasher: a resumed part is read again, so that the hash covers the disk. */
async function hashPart(
  part: PartFile,
  hasher: IHasher,
  signal: AbortSignal,
  onChunk: () => void,
): Promise<void> {
  for (let offset = 0; offset < part.sizeBytes; offset += HASH_CHUNK_BYTES) {
    signal.throwIfAborted();
    hasher.update(part.read(offset, HASH_CHUNK_BYTES));
    onChunk();
    // Lets a cancel through between chunks.
    await new Promise((resolve) => setTimeout(resolve));
  }
}
