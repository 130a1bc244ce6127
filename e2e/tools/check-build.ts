/** Looks at the production build in `dist/`: what the first paint loads, what is in it, and how it is served. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ISOLATION_HEADERS } from '../../src/pwa/headers.ts';
import { readAppShell } from './app-shell.ts';
import { serveBuild } from './serve.ts';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

const SHELL_LIMIT_BYTES = 250 * 1024;
/** Each is a request; see `src/pwa/first-paint-chunk.ts`. */
const SHELL_LIMIT_FILES = 8;
const MODEL = 'models/isobath-depth-tiny';

let failedCount = 0;
function check(isOk: boolean, sentence: string): void {
  if (!isOk) failedCount += 1;
  console.log(`${isOk ? 'ok    ' : 'FAILED'} ${sentence}`);
}

function checkShell(): void {
  const { files, gzipBytes } = readAppShell();
  check(files.length > 0, `the manifest names the app shell: ${files.join(', ')}`);
  check(files.length <= SHELL_LIMIT_FILES, `it is ${files.length} scripts (limit ${SHELL_LIMIT_FILES})`);
  check(
    gzipBytes <= SHELL_LIMIT_BYTES,
    `app shell is ${(gzipBytes / 1024).toFixed(1)} KiB of gzipped JS (limit ${SHELL_LIMIT_BYTES / 1024})`,
  );
  const withRuntime = files.filter((file) =>
    /onnxruntime|ort-wasm/.test(readFileSync(`dist/${file}`, 'utf8')),
  );
  check(withRuntime.length === 0, `no onnxruntime in the app shell ${withRuntime.join(', ')}`);
}

function checkModel(): void {
  const path = `dist/${MODEL}/model.onnx`;
  check(existsSync(path), 'the embedded model is part of the build');
  if (!existsSync(path)) return;
  const card = z
    .object({ sha256: z.string() })
    .parse(JSON.parse(readFileSync(`dist/${MODEL}/card.json`, 'utf8')));
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  check(sha256 === card.sha256, `its sha256 is the card's: ${sha256}`);
}

function checkNoLeaks(): void {
  const files = readdirSync('dist', { recursive: true, encoding: 'utf8' });
  const text = files.filter((file) => /\.(js|html|css|webmanifest)$/.test(file));
  const remote = text.filter((file) =>
    /cdn\.jsdelivr\.net|unpkg\.com|googleapis\.com|gstatic\.com/.test(readFileSync(`dist/${file}`, 'utf8')),
  );
  check(remote.length === 0, `nothing is loaded from a CDN ${remote.join(', ')}`);
}

/** What works without a network is what the service worker's list names. */
function checkOffline(): void {
  const worker = existsSync('dist/service-worker.js') ? readFileSync('dist/service-worker.js', 'utf8') : '';
  check(worker !== '', 'the build has a service worker');
  const files = readdirSync('dist', { recursive: true, encoding: 'utf8' }).map((file) =>
    file.replaceAll('\\', '/'),
  );
  const needed = files.filter(
    (file) =>
      /\.(js|mjs|css|wasm|onnx|f32|html|webp)$/.test(file) &&
      !/asyncify.*\.(wasm|mjs)$|^service-worker\.js$/.test(file),
  );
  const missing = needed.filter((file) => !worker.includes(`"${file}"`));
  check(needed.length > 40 && missing.length === 0, `it keeps all that a visit needs ${missing.join(', ')}`);
  check(!/asyncify[^"]*\.wasm"/.test(worker), 'it does not fetch the WebGPU runtime for everybody');
  for (const file of ['_headers', 'manifest.webmanifest'])
    check(files.includes(file), `the build has ${file}`);
  check(
    readFileSync('dist/index.html', 'utf8').includes('http-equiv="Content-Security-Policy"'),
    'the page carries the content security policy for hosts without headers',
  );
}

function listWrongHeaders(response: Response): string[] {
  return Object.entries(ISOLATION_HEADERS)
    .filter(([name, value]) => response.headers.get(name) !== value)
    .map(([name]) => name);
}

async function checkHeaders(): Promise<void> {
  const site = await serveBuild(0);
  try {
    const assets = readdirSync('dist/assets');
    const pick = (pattern: RegExp) => assets.filter((file) => pattern.test(file)).slice(0, 1);
    const paths = [
      '',
      ...[...pick(/worker.*\.js$/), ...pick(/\.wasm$/)].map((file) => `assets/${file}`),
      `${MODEL}/model.onnx`,
    ];
    check(paths.length === 4, 'the build has a worker and a wasm file');
    for (const path of paths) {
      const response = await fetch(site.url + path, { method: 'HEAD' });
      const wrong = listWrongHeaders(response);
      check(
        response.ok && wrong.length === 0,
        `/${path} is served with COOP, COEP and CORP ${wrong.join(', ')}`,
      );
      // Safari starts a worker by what this answer says.
      const same = await fetch(site.url + path, {
        method: 'HEAD',
        headers: { 'If-None-Match': response.headers.get('ETag') ?? '' },
      });
      check(
        same.status === 304 && listWrongHeaders(same).length === 0,
        `and so is the answer that /${path} has not changed ${listWrongHeaders(same).join(', ')}`,
      );
    }
  } finally {
    await site.close();
  }
}

checkShell();
checkModel();
checkNoLeaks();
checkOffline();
await checkHeaders();
process.exitCode = failedCount === 0 ? 0 : 1;
