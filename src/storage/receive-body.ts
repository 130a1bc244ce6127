/** The body of a hub's answer on its way into a part file, hashed as it streams. */
import type { IHasher } from 'hash-wasm';
import { EngineError } from '../engine/errors.ts';
import { openChunkReader } from './chunk-reader.ts';
import { fetchFailure, RetryableError } from './download-errors.ts';
import { checkFirstBytes } from './hub-response.ts';
import type { PartFile } from './model-store.ts';

export interface BodyOptions {
  readonly url: string;
  readonly part: PartFile;
  readonly hasher: IHasher;
  /** Where the part ends by the answer's own word; null: with the body. */
  readonly endBytes: number | null;
  /** As far as it is known from elsewhere, too; for the error of a full disk. */
  readonly totalBytes: number | null;
  readonly onBytes: (count: number) => void;
}

/** Throws STORAGE_FULL with what was still to come. */
function append(bytes: Uint8Array, { part, totalBytes }: BodyOptions): void {
  try {
    part.append(bytes);
  } catch (cause) {
    const isFull = cause instanceof DOMException && cause.name === 'QuotaExceededError';
    if (!isFull) throw cause;
    const receivedBytes = part.sizeBytes;
    throw new EngineError('STORAGE_FULL', `No space left after ${receivedBytes} bytes`, {
      cause,
      details:
        totalBytes === null ? { receivedBytes } : { receivedBytes, neededBytes: totalBytes - receivedBytes },
    });
  }
}

/** Throws MODEL_FETCH_FAILED (html, lfs-pointer; cut in a {@link RetryableError}), STORAGE_FULL. The part keeps what has come. */
export async function receiveBody(response: Response, options: BodyOptions): Promise<void> {
  const { url, part, hasher, endBytes, onBytes } = options;
  if (response.body === null) throw new RetryableError(fetchFailure(url, 'cut', `${url} sent no body`));
  const reader = openChunkReader(response.body);
  try {
    for (;;) {
      const bytes = await reader.read().catch((cause: unknown) => {
        const details = { receivedBytes: part.sizeBytes };
        throw new RetryableError(fetchFailure(url, 'cut', `${url} was cut off`, details, cause));
      });
      if (bytes === null) break;
      if (part.sizeBytes === 0) checkFirstBytes(bytes, response.headers.get('content-type'), url);
      append(bytes, options);
      hasher.update(bytes);
      onBytes(bytes.length);
    }
  } finally {
    // A cancelled reader lets go of the connection; a finished one does not mind.
    await reader.cancel().catch(() => undefined);
  }
  const receivedBytes = part.sizeBytes;
  if (endBytes === null || receivedBytes >= endBytes) return;
  const details = { receivedBytes, totalBytes: endBytes };
  throw new RetryableError(
    fetchFailure(url, 'cut', `${url} ended at byte ${receivedBytes} of ${endBytes}`, details),
  );
}
