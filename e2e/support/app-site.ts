/** A build of the app of its own, with the test hub allowed, below a path, and a server that may do without headers. */
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ASSET_CACHING, buildHeaders } from '../../src/pwa/headers.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
};

export interface Build {
  readonly folder: string;
  /** `VITE_HUBS` it was built with. */
  readonly hubs: string;
  /** Begins and ends with a slash. */
  readonly base: string;
  remove(): Promise<void>;
}

/** A production build in a folder of its own; the caller removes it. */
export async function buildApp(hubs: string, base = '/'): Promise<Build> {
  const folder = await mkdtemp(join(tmpdir(), 'isobath-build-'));
  await promisify(execFile)(
    join(ROOT, 'node_modules/.bin/vite'),
    ['build', '--logLevel', 'warn', '--outDir', folder, '--emptyOutDir'],
    { cwd: ROOT, env: { ...process.env, VITE_HUBS: hubs, ISOBATH_BASE: base } },
  );
  return { folder, hubs, base, remove: () => rm(folder, { recursive: true, force: true }) };
}

export interface AppSite {
  /** With the base. */
  readonly url: string;
  /** Bodies sent so far, by path below the base; answers of 304 have none. */
  readonly sent: ReadonlyMap<string, number>;
  /** Text put at the end of the service worker: another version of the app. */
  setVersion(comment: string): void;
  /** Does nothing when it is closed already. */
  close(): Promise<void>;
}

/** A build that lists no hubs of its own has none to name. */
type ServedBuild = Pick<Build, 'folder' | 'base'> & Partial<Pick<Build, 'hubs'>>;

/** `hasHeaders` false: as a host that cannot set any (GitHub Pages). */
export async function serveApp(build: ServedBuild, { hasHeaders = true } = {}): Promise<AppSite> {
  const headers = hasHeaders ? buildHeaders(build.hubs) : {};
  let version = '';
  const sent = new Map<string, number>();
  const server = createServer((request, response) => {
    const answer = async () => {
      const { pathname } = new URL(request.url ?? '/', 'http://site');
      if (!pathname.startsWith(build.base)) return void response.writeHead(404).end();
      const name = decodeURIComponent(pathname.slice(build.base.length)) || 'index.html';
      const path = join(build.folder, name);
      const found = await stat(path).catch(() => null);
      if (name.includes('..') || !found?.isFile()) return void response.writeHead(404).end();
      if (request.method !== 'GET') return void response.writeHead(405).end();
      const etag = `"${found.size}-${found.mtimeMs}${version.length}"`;
      const caching = hasHeaders && name.startsWith('assets/') ? ASSET_CACHING : 'no-cache';
      const isKnown = request.headers['if-none-match'] === etag;
      response.writeHead(isKnown ? 304 : 200, {
        ...headers,
        etag,
        'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
        'cache-control': caching,
      });
      if (isKnown) return void response.end();
      sent.set(name, (sent.get(name) ?? 0) + 1);
      if (name === 'service-worker.js') return void response.end(`${await readFile(path, 'utf8')}${version}`);
      createReadStream(path).pipe(response);
    };
    void answer();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the site has no port');
  return {
    url: `http://127.0.0.1:${address.port}${build.base}`,
    sent,
    setVersion: (comment) => (version = `\n// ${comment}\n`),
    async close() {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
