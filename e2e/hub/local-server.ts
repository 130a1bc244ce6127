/** HTTP servers of this machine only. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Not started yet. */
export function createLocalServer(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Server {
  return createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A client that goes away is part of the tests; anything else must be seen.
      if (!response.destroyed) response.writeHead(500).end(String(error));
    });
  });
}

/** 0: a free port. */
export function startServer(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

export function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
