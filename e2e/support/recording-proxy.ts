/** A proxy for one browser context: nothing passes unseen, service workers included; and the line can be lost. */
import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';

export interface RecordingProxy {
  /** For `browser.newContext`. */
  readonly settings: { readonly server: string; readonly bypass: string };
  /** Origins asked for so far. */
  readonly origins: ReadonlySet<string>;
  /** Cuts every line and lets no new one through until `mend`. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Passes plain HTTP on and notes its origin; notes tunnels (HTTPS) and refuses them. The caller closes it. */
export async function startRecordingProxy(): Promise<RecordingProxy> {
  const origins = new Set<string>();
  let isCut = false;
  const server = createServer((request, response) => {
    if (isCut) return void request.socket.destroy();
    const url = new URL(request.url ?? '/');
    origins.add(url.origin);
    const passed = forward(url, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  server.on('connect', (request, socket) => {
    origins.add(`https://${request.url ?? ''}`);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    // Chromium leaves loopback addresses out of any proxy unless told otherwise.
    settings: { server: `http://127.0.0.1:${address.port}`, bypass: '<-loopback>' },
    origins,
    cut() {
      isCut = true;
      server.closeAllConnections();
    },
    mend: () => (isCut = false),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
