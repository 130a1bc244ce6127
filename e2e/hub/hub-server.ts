/** A model hub for tests: CORS, ranges, redirects to a second origin, hash headers, and every way to misbehave. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { padModel } from './pad-model.ts';
import { formatBehaviour, splitBehaviour, type Behaviour } from './behaviour.ts';

/** Bytes by path without the hub's base: `owner/repo/resolve/main/onnx/model.onnx`. */
export type FindFile = (path: string) => Uint8Array | null | Promise<Uint8Array | null>;

export interface HubRequest {
  readonly method: string;
  readonly path: string;
  readonly range: string | null;
  readonly origin: 'hub' | 'content';
}

export interface Hub {
  /** Base URL of a hub that behaves like this; without an argument a good one. */
  url(behaviour?: Partial<Behaviour>): string;
  /** The second origin, to which it redirects. */
  readonly contentUrl: string;
  /** Whoever asks for a file of a hub with `gateAt` waits there until `openGate`; it is open at first. */
  closeGate(): void;
  openGate(): void;
  /** Everything asked for so far. */
  readonly requests: readonly HubRequest[];
  close(): Promise<void>;
}

const CHUNK_BYTES = 16 * 1024;

/** Starts on a free port, or on `port` and `port + 1`. */
export async function startHub(findFile: FindFile, options: { port?: number } = {}): Promise<Hub> {
  const requests: HubRequest[] = [];
  const misbehaved = new Map<string, number>();
  const gate = createGate();
  let answered = 0;

  const handle =
    (origin: HubRequest['origin']) =>
    async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { pathname } = new URL(request.url ?? '/', 'http://hub');
      const { behaviour, rest } = splitBehaviour(pathname);
      const path = decodeURIComponent(rest.slice(1));
      if (path === 'requests.json') {
        // For tests that run in a page and cannot reach `requests`.
        response.writeHead(200, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
        return void response.end(JSON.stringify(requests));
      }
      if (path === 'gate.open' || path === 'gate.close') {
        // As above.
        if (path === 'gate.open') gate.open();
        else gate.close();
        return void response.writeHead(204, { 'access-control-allow-origin': '*' }).end();
      }
      requests.push({ method: request.method ?? '', path, range: request.headers.range ?? null, origin });
      if (!behaviour.noCors) {
        response.setHeader('access-control-allow-origin', '*');
        response.setHeader(
          'access-control-expose-headers',
          'etag, content-range, accept-ranges, x-linked-etag',
        );
      }
      if (request.method === 'OPTIONS') {
        response.setHeader('access-control-allow-headers', 'range, if-range');
        return void response.writeHead(204).end();
      }
      const isPointer = path.includes('/raw/');
      const bytes = await findFile(path.replace('/raw/', '/resolve/'));
      if (bytes === null)
        return void response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
      if (isPointer) return sendPointer(response, bytes, behaviour);
      if (behaviour.redirect && origin === 'hub') {
        if (behaviour.hash === 'linked') response.setHeader('x-linked-etag', `"${hashOf(bytes)}"`);
        const location = new URL(pathname, addressOf(content)).href;
        return void response.writeHead(302, { location }).end();
      }
      answered += 1;
      await sendFile(request, response, bytes, takeTurn(behaviour), { serial: answered, origin, gate });
    };

  /** The behaviour, or a good one once it has misbehaved often enough. */
  function takeTurn(behaviour: Behaviour): Behaviour {
    if (behaviour.times === null) return behaviour;
    const count = (misbehaved.get(behaviour.id) ?? 0) + 1;
    misbehaved.set(behaviour.id, count);
    if (count <= behaviour.times) return behaviour;
    return { ...behaviour, cut: null, status: null, wrong: false, html: false, length: null, stall: false };
  }

  const hub = listen(handle('hub'));
  const content = listen(handle('content'));
  await Promise.all([
    start(hub, options.port ?? 0),
    start(content, options.port === undefined ? 0 : options.port + 1),
  ]);
  return {
    url: (behaviour) =>
      behaviour === undefined ? addressOf(hub) : `${addressOf(hub)}/${formatBehaviour(behaviour)}`,
    contentUrl: addressOf(content),
    closeGate: gate.close,
    openGate: gate.open,
    requests,
    async close() {
      gate.open();
      for (const server of [hub, content]) server.closeAllConnections();
      await Promise.all([hub, content].map((server) => new Promise((done) => server.close(done))));
    },
  };
}

interface Gate {
  close(): void;
  open(): void;
  whenOpen(): Promise<void>;
}

function createGate(): Gate {
  let isClosed = false;
  const waiting: (() => void)[] = [];
  return {
    close: () => void (isClosed = true),
    open() {
      isClosed = false;
      for (const resolve of waiting.splice(0)) resolve();
    },
    whenOpen: () => (isClosed ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
  };
}

interface Answer {
  /** Counts the answers. */
  readonly serial: number;
  readonly origin: HubRequest['origin'];
  readonly gate: Gate;
}

function listen(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Server {
  return createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A client that goes away is part of the tests; anything else must be seen.
      if (!response.destroyed) response.writeHead(500).end(String(error));
    });
  });
}

function start(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const hashes = new WeakMap<Uint8Array, string>();

/** Remembered per file: hashing a large one again for each request would be measured as a slow hub. */
function hashOf(bytes: Uint8Array): string {
  const known = hashes.get(bytes);
  if (known !== undefined) return known;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  hashes.set(bytes, sha256);
  return sha256;
}

function sendPointer(response: ServerResponse, bytes: Uint8Array, behaviour: Behaviour): void {
  if (behaviour.hash !== 'pointer') {
    response.writeHead(404).end();
    return;
  }
  response
    .writeHead(200, { 'content-type': 'text/plain' })
    .end(`version https://git-lfs.github.com/spec/v1\noid sha256:${hashOf(bytes)}\nsize ${bytes.length}\n`);
}

async function sendFile(
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
