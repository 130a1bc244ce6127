/** What a hub's answers say about a file: its hash, its length, and the ways in which it is no model at all. */
import { EngineError } from '../engine/errors.ts';

const SHA256_HEX = /^[0-9a-f]{64}$/;
const POINTER_MAX_BYTES = 1024;

/** `"<value>"` or `W/"<value>"` without its dress. */
export function parseEtag(header: string | null): string | null {
  return header === null ? null : header.replace(/^W\//, '').replace(/^"|"$/g, '');
}

/**
 * The hub's own hash in a response's headers: `X-Linked-Etag` (hubs that keep large files apart), or a strong `ETag`
 * that looks like a sha256. A content host that the request was redirected to hashes as it likes (the default hub's
 * gives its own chunk hash): there the ETag counts only when `trustsRedirectedEtag`.
 */
export function readHashHeader(response: Response, trustsRedirectedEtag: boolean): string | null {
  const linked = parseEtag(response.headers.get('x-linked-etag'));
  if (linked !== null && SHA256_HEX.test(linked)) return linked;
  if (response.redirected && !trustsRedirectedEtag) return null;
  const header = response.headers.get('etag');
  const etag = header?.startsWith('W/') ? null : parseEtag(header);
  return etag !== null && SHA256_HEX.test(etag) ? etag : null;
}

export interface FilePointer {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A Git LFS pointer (github.com/git-lfs/git-lfs/blob/main/docs/spec.md), or null. */
function parsePointer(text: string): FilePointer | null {
  if (!text.startsWith('version https://git-lfs.github.com/spec/')) return null;
  const sha256 = /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1];
  const size = /^size (\d+)$/m.exec(text)?.[1];
  return sha256 === undefined || size === undefined ? null : { sha256, sizeBytes: Number(size) };
}

/**
 * Asks a hub for a file's pointer: `/raw/` beside `/resolve/` gives the pointer instead of the file, readable by web
 * pages where the redirect's headers are not. Null when the hub has none; never throws but for an abort.
 */
export async function fetchPointer(
  url: string,
  options: { signal: AbortSignal; fetch: typeof fetch },
): Promise<FilePointer | null> {
  const pointerUrl = url.replace(/\/resolve\//, '/raw/');
  if (pointerUrl === url) return null;
  const request = new AbortController();
  const signal = AbortSignal.any([options.signal, request.signal]);
  try {
    const response = await options.fetch(pointerUrl, { signal, credentials: 'omit' });
    if (!response.ok || response.body === null) return null;
    // A mirror without pointers answers with the whole file: look at its first bytes only.
    const { value } = await response.body.getReader().read();
    return value === undefined
      ? null
      : parsePointer(new TextDecoder().decode(value.subarray(0, POINTER_MAX_BYTES)));
  } catch {
    options.signal.throwIfAborted();
    return null;
  } finally {
    request.abort();
  }
}

/** Total length of the file, or null: `Content-Range` of a part, `Content-Length` of a whole. */
export function readTotalBytes(response: Response, offset: number): number | null {
  const range = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
  if (range !== undefined) return Number(range);
  // A compressed answer's length is not the file's.
  if (response.headers.has('content-encoding')) return null;
  const length = response.headers.get('content-length');
  if (length === null) return null;
  return Number(length) + (response.status === 206 ? offset : 0);
}

/** First byte of a partial answer; null when the header is missing or hidden by CORS. */
export function readRangeStart(response: Response): number | null {
  const start = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
  return start === undefined ? null : Number(start);
}

/** When the server wants to be asked again; null: it does not say. */
export function readRetryAfterMs(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : null;
}

/** Throws MODEL_FETCH_FAILED when the first bytes are a web page or a pointer. `details.reason`: html, lfs-pointer. */
export function checkFirstBytes(bytes: Uint8Array, contentType: string | null, url: string): void {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 64));
  const isHtml = (contentType ?? '').startsWith('text/html') || /^\s*<(!doctype|html)/i.test(text);
  if (isHtml) {
    throw new EngineError('MODEL_FETCH_FAILED', `${url} answered with a web page instead of a model`, {
      details: { reason: 'html', url },
    });
  }
  if (text.startsWith('version https://git-lfs')) {
    throw new EngineError('MODEL_FETCH_FAILED', `${url} answered with a Git LFS pointer`, {
      details: { reason: 'lfs-pointer', url },
    });
  }
}
