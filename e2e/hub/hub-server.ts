/** A model hub for tests: CORS, ranges, redirects to a second origin, hash headers, and every way to misbehave. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { formatBehaviour, splitBehaviour, type Behaviour } from './behaviour.ts';
import { hashOf } from './file-hash.ts';
import { createGate } from './gate.ts';
import { addressOf, createLocalServer, startServer } from './local-server.ts';
import { sendFile, sendPointer } from './send-file.ts';
import { createTurns } from './turns.ts';

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

/** Starts on a free port, or on `port` and `port + 1`. */
export async function startHub(findFile: FindFile, options: { port?: number } = {}): Promise<Hub> {
  const requests: HubRequest[] = [];
  const turns = createTurns();
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
      await sendFile(request, response, bytes, turns.take(behaviour), { serial: answered, origin, gate });
    };

  const hub = createLocalServer(handle('hub'));
  const content = createLocalServer(handle('content'));
  await Promise.all([
    startServer(hub, options.port ?? 0),
    startServer(content, options.port === undefined ? 0 : options.port + 1),
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
