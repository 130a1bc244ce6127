/** Builds and serves the benchmark's peer: transformers.js with the embedded model and the same photos, from its own origin. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, preview, type InlineConfig } from 'vite';
import { serveAsItIs } from '../../src/pwa/as-it-is.ts';
import { ISOLATION_HEADERS } from '../../src/pwa/headers.ts';
import type { Site } from '../tools/serve.ts';

const PEER = fileURLToPath(new URL('../peer/', import.meta.url));
const MODEL = fileURLToPath(new URL('../../public/models/isobath-depth-tiny/model.onnx', import.meta.url));
const OUT = fileURLToPath(new URL('../../test-results/peer/', import.meta.url));

/** The peer's rule keeps the aspect by the scale closer to 1: 256 x 192 is what the photo of 640 x 480 becomes in both. */
const PREPROCESSOR = {
  image_processor_type: 'DPTImageProcessor',
  do_resize: true,
  size: { width: 256, height: 192 },
  keep_aspect_ratio: true,
  ensure_multiple_of: 32,
  resample: 2,
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: false,
  do_pad: false,
};

/** Installs the peer's package when it is not there. Throws when npm fails. */
function install(): void {
  if (existsSync(`${PEER}node_modules/@huggingface/transformers`)) return;
  console.log('Installing the peer (e2e/peer) ...');
  const { status } = spawnSync('npm', ['ci', '--no-progress'], { cwd: PEER, stdio: 'inherit' });
  if (status !== 0) throw new Error('npm ci failed in e2e/peer');
}

function writeModel(name: string, model: Uint8Array, preprocessor: object): void {
  const folder = `${OUT}models/${name}/`;
  mkdirSync(`${folder}onnx`, { recursive: true });
  writeFileSync(`${folder}onnx/model.onnx`, model);
  writeFileSync(`${folder}config.json`, JSON.stringify({ model_type: 'depth_anything' }));
  writeFileSync(`${folder}preprocessor_config.json`, JSON.stringify(preprocessor));
}

/** One more model for `?model=NAME`, with Depth Anything's normalisation and rule of sides. While the site is served. */
export function addPeerModel(name: string, model: Uint8Array, size: { width: number; height: number }): void {
  writeModel(name, model, {
    ...PREPROCESSOR,
    size,
    ensure_multiple_of: 14,
    resample: 3,
    do_normalize: true,
    image_mean: [0.485, 0.456, 0.406],
    image_std: [0.229, 0.224, 0.225],
  });
}

/** `photos` are JPEG files, served as `/photos/0.jpg` and so on. The caller closes the site. */
export async function servePeer(port: number, photos: readonly Buffer[]): Promise<Site> {
  install();
  rmSync(OUT, { recursive: true, force: true });
  const shared: InlineConfig = { root: PEER, configFile: false, logLevel: 'warn', plugins: [serveAsItIs()] };
  await build({
    ...shared,
    build: {
      outDir: OUT,
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 5000,
    },
  });
  writeModel('isobath-depth-tiny', readFileSync(MODEL), PREPROCESSOR);
  mkdirSync(`${OUT}photos`);
  photos.forEach((photo, index) => writeFileSync(`${OUT}photos/${index}.jpg`, photo));
  const server = await preview({
    ...shared,
    build: { outDir: OUT },
    preview: { port, strictPort: true, host: '127.0.0.1', headers: ISOLATION_HEADERS, open: false },
  });
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}
