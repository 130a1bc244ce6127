/** One file over HTTP into a part file: resumed by range, hashed as it streams, retried with patience. */
import type { IHasher } from 'hash-wasm';
import { fetchFailure, RetryableError } from './download-errors.ts';
import { createPatience } from './download-patience.ts';
import { hashPart } from './hash-file.ts';
import { fetchPointer, readHashHeader, type FilePointer } from './hub-response.ts';
import type { FileRecord, PartFile } from './model-store.ts';
import { receiveBody } from './receive-body.ts';
import { isOtherFile, requestRange } from './request-range.ts';
import { runUnlessStalled } from './stall-watch.ts';

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
  /** False: no attempt can succeed until the network is back. */
  readonly isOnline: () => boolean;
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
  const { url, expectedBytes, record } = request;
  const { signal } = options;
  /** What the hub has said of the file. */
  const known = {
    totalBytes: record?.sizeBytes ?? expectedBytes,
    etag: record?.etag ?? null,
    hubSha256: null as string | null,
  };
  const patience = createPatience(part.sizeBytes, deps.random);
  const report = (phase: DownloadProgress['phase'], newBytes = 0, retryInMs: number | null = null): void =>
    options.onProgress({
      phase,
      newBytes,
      retryInMs,
      receivedBytes: part.sizeBytes,
      totalBytes: known.totalBytes,
      attempt: patience.attempt,
      etag: known.etag,
    });

  let pointer: Promise<FilePointer | null> | null = null;
  const askPointer = () => (pointer ??= fetchPointer(url, { signal, fetch: deps.fetch }));

  const hasher = await deps.createHasher();
  const restart = (): void => {
    part.clear();
    hasher.init();
  };
  await hashPart(part, hasher, signal, () => report('hashing'));

  async function receive(attemptSignal: AbortSignal): Promise<void> {
    const offset = part.sizeBytes;
    const answer = await requestRange(url, offset, { fetch: deps.fetch, signal: attemptSignal });
    if (answer === null) {
      if (known.totalBytes === offset) return; // everything is here
      restart();
      throw new RetryableError(
        fetchFailure(url, 'changed', `${url} has no byte ${offset}`, { status: 416 }),
        0,
      );
    }
    const { response, isPart, totalBytes, etag } = answer;
    if (isOtherFile(answer, offset, known)) {
      await response.body?.cancel();
      restart();
      known.etag = null;
      known.totalBytes = expectedBytes;
      throw new RetryableError(fetchFailure(url, 'changed', `${url} changed while it was downloaded`), 0);
    }
    if (!isPart && offset > 0) restart(); // no range support: from the start
    if (totalBytes !== null) checkLength(request, totalBytes);
    known.etag = etag;
    known.totalBytes = totalBytes ?? known.totalBytes;
    known.hubSha256 ??= readHashHeader(response, request.trustsRedirectedEtag);
    if (known.hubSha256 === null && request.expectedSha256 === null) void askPointer();
    await receiveBody(response, {
      url,
      part,
      hasher,
      endBytes: totalBytes,
      totalBytes: known.totalBytes,
      onBytes(count) {
        patience.noteProgress(part.sizeBytes);
        report('receiving', count);
      },
    });
  }

  const isComplete = known.totalBytes !== null && part.sizeBytes === known.totalBytes;
  let isReceived = isComplete && record?.sizeBytes === part.sizeBytes;
  while (!isReceived) {
    signal.throwIfAborted();
    report('connecting');
    try {
      await runUnlessStalled(receive, { url, signal, sleep: deps.sleep, countBytes: () => part.sizeBytes });
      isReceived = true;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof RetryableError)) throw error;
      if (!deps.isOnline()) throw error.error;
      const retryInMs = patience.waitAfter(error, part.sizeBytes);
      report('waiting', 0, retryInMs);
      await deps.sleep(retryInMs, signal);
    }
  }
  checkLength(request, part.sizeBytes);
  if (request.expectedSha256 === null && known.hubSha256 === null) {
    known.hubSha256 = (await askPointer())?.sha256 ?? null;
  }
  return {
    sizeBytes: part.sizeBytes,
    sha256: hasher.digest(),
    hubSha256: known.hubSha256,
    etag: known.etag,
  };
}

/** Throws MODEL_FETCH_FAILED (wrong-length) where the catalogue knows better. */
function checkLength({ url, expectedBytes }: DownloadFileRequest, totalBytes: number): void {
  if (expectedBytes === null || expectedBytes === totalBytes) return;
  throw fetchFailure(url, 'wrong-length', `${url} has ${totalBytes} bytes, not ${expectedBytes}`, {
    expectedBytes,
    actualBytes: totalBytes,
  });
}
