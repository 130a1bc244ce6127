/** The answer to a request for a file, with everything that can go wrong with one. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour } from './behaviour.ts';
import { hashOf } from './file-hash.ts';
import type { Gate } from './gate.ts';
import { padModel } from './pad-model.ts';

const CHUNK_BYTES = 16 * 1024;

interface Answer {
  /** Counts the answers. */
  readonly serial: number;
  readonly origin: 'hub' | 'content';
  readonly gate: Gate;
}

/** The Git LFS pointer of a file. */
export function sendPointer(response: ServerResponse, bytes: Uint8Array, behaviour: Behaviour): void {
  if (behaviour.hash !== 'pointer') {
    response.writeHead(404).end();
    return;
  }
  response
    .writeHead(200, { 'content-type': 'text/plain' })
    .end(`version https://git-lfs.github.com/spec/v1\noid sha256:${hashOf(bytes)}\nsize ${bytes.length}\n`);
}

export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: Uint8Array,
  behaviour: Behaviour,
  { serial, origin, gate }: Answer,
): Promise<void> {
  if (behaviour.status !== null) {
    if (behaviour.retryAfter !== null) response.setHeader('retry-after', behaviour.retryAfter);
    response.writeHead(behaviour.status, { 'content-type': 'text/plain' }).end('no');
    return;
  }
  if (behaviour.html) {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>');
    return;
  }
  const sha256 = hashOf(file);
  const body = distort(file, behaviour);
  const etag = behaviour.hash === 'etag' ? sha256 : `v1-${sha256.slice(0, 8)}`;
  response.setHeader('etag', behaviour.newEtag ? `"v${serial}"` : `"${etag}"`);
  if (behaviour.hash === 'linked' && origin === 'hub') response.setHeader('x-linked-etag', `"${sha256}"`);
  if (behaviour.hash === 'lie') response.setHeader('x-linked-etag', `"${'0'.repeat(64)}"`);
  response.setHeader('content-type', 'application/octet-stream');

  const offset = behaviour.noRange ? 0 : parseRangeStart(request.headers.range);
  if (!behaviour.noRange) response.setHeader('accept-ranges', 'bytes');
  if (offset > 0 && offset >= body.length) {
    response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
    return;
  }
  if (offset > 0) response.setHeader('content-range', `bytes ${offset}-${body.length - 1}/${body.length}`);
  response.setHeader('content-length', body.length - offset);
  response.writeHead(offset > 0 ? 206 : 200);
  if (behaviour.stall) {
    response.flushHeaders();
    return;
  }
  const gateAt = behaviour.gateAt === null ? Infinity : Math.max(0, behaviour.gateAt - offset);
  await sendBody(response, body.subarray(offset), behaviour, { gate, gateAt });
}

function distort(file: Uint8Array, behaviour: Behaviour): Uint8Array {
  if (behaviour.length !== null) {
    return padModel(file, behaviour.length);
  }
  if (!behaviour.wrong) return file;
  const copy = Uint8Array.from(file);
  const middle = Math.floor(copy.length / 2);
  copy[middle] = (copy[middle] ?? 0) ^ 0xff;
  return copy;
}

function parseRangeStart(header: string | undefined): number {
  return Number(/^bytes=(\d+)-/.exec(header ?? '')?.[1] ?? 0);
}

async function sendBody(
  response: ServerResponse,
  body: Uint8Array,
  behaviour: Behaviour,
  { gate, gateAt }: { readonly gate: Gate; readonly gateAt: number },
): Promise<void> {
  const end = behaviour.cut === null ? body.length : Math.min(behaviour.cut, body.length);
  const closed = once(response, 'close');
  for (let start = 0; start < end && !response.destroyed; start += CHUNK_BYTES) {
    const chunk = body.subarray(start, Math.min(end, start + CHUNK_BYTES));
    if (start + chunk.length > gateAt) await Promise.race([gate.whenOpen(), closed]);
    if (response.destroyed) break;
    const isTaken = response.write(chunk);
    if (!isTaken) await Promise.race([once(response, 'drain'), closed]);
    if (behaviour.slow !== null) await sleep((chunk.length * 1000) / behaviour.slow);
  }
  if (end < body.length) {
    // Lets the last chunk out before the line is cut.
    await sleep(20);
    response.destroy();
  } else response.end();
}
