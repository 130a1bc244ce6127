/** Builds and serves the benchmark's peer: transformers.js with the embedded model and the same photos, from its own origin. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';
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

/** `photos` are JPEG files, served as `/photos/0.jpg` and so on. The caller closes the site. */
export async function servePeer(port: number, photos: readonly Buffer[]): Promise<Site> {
  install();
  rmSync(OUT, { recursive: true, force: true });
  const shared = { root: PEER, configFile: false, logLevel: 'warn' } as const;
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
  const model = `${OUT}models/isobath-depth-tiny/`;
  mkdirSync(`${model}onnx`, { recursive: true });
  cpSync(MODEL, `${model}onnx/model.onnx`);
  writeFileSync(`${model}config.json`, JSON.stringify({ model_type: 'depth_anything' }));
  writeFileSync(`${model}preprocessor_config.json`, JSON.stringify(PREPROCESSOR));
  mkdirSync(`${OUT}photos`);
  photos.forEach((photo, index) => writeFileSync(`${OUT}photos/${index}.jpg`, photo));
  const server = await preview({
    ...shared,
    build: { outDir: OUT },
    preview: { port, strictPort: true, host: '127.0.0.1', headers: ISOLATION_HEADERS, open: false },
  });
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}
