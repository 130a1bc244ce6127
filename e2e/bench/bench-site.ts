/** Builds and serves a page of the benchmark's own, which takes parts of the app without its UI. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, preview, type InlineConfig } from 'vite';
import { serveAsItIs } from '../../src/pwa/as-it-is.ts';
import { ISOLATION_HEADERS } from '../../src/pwa/headers.ts';
import type { Site } from '../tools/serve.ts';

/** `files` lie beside the page, by their path. The caller closes the site. Throws when the port is taken. */
export async function serveBenchSite(
  name: 'call-site' | 'session-site',
  port: number,
  files: Readonly<Record<string, Buffer>>,
): Promise<Site> {
  const root = fileURLToPath(new URL(`${name}/`, import.meta.url));
  const outDir = fileURLToPath(new URL(`../../test-results/${name}/`, import.meta.url));
  const shared: InlineConfig = { root, configFile: false, logLevel: 'warn', plugins: [serveAsItIs()] };
  await build({
    ...shared,
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 5000 },
  });
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(`${outDir}${path}`), { recursive: true });
    writeFileSync(`${outDir}${path}`, bytes);
  }
  const server = await preview({
    ...shared,
    build: { outDir },
    preview: { port, strictPort: true, host: '127.0.0.1', headers: ISOLATION_HEADERS, open: false },
  });
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}
