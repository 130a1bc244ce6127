/** The whole GPU path on software WebGPU, at a size that it can bear, against the processor's. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine } from '../../engine/engine.ts';
import { ISOBATH_DEPTH_TINY } from '../../engine/models/isobath-depth-tiny.ts';
import type { DecodedImage } from '../../engine/platform.ts';
import { DEPTH_ESTIMATION } from '../../engine/pipelines/depth-estimation.ts';
import { createBrowserPlatform } from '../../platform/browser/browser-platform.ts';
import { toScalarMap } from '../../render/scalar-map.ts';
import type { LiveConfig, LiveView } from '../../worker/live-api.ts';
import { openTestedModel } from '../../worker/live-gpu-model.ts';
import { createFrameLedger } from '../frame-ledger.ts';
import type { FramePath } from '../frame-path.ts';
import { computeLuma } from '../luma.ts';
import { createSteadiness } from '../steadiness.ts';
import { createGpuPath } from './gpu-path.ts';
import type { Surface } from './surface.ts';

const baseUrl = new URL('/', location.origin).href;
/** That of the self-test, so that its shaders serve again. */
const SIZE = { widthPx: 64, heightPx: 64 };
const OPTIONS = { detailPx: 64, maxLongSidePx: null };
const CONFIG: LiveConfig = {
  request: {
    pipeline: 'depth-estimation',
    model: ISOBATH_DEPTH_TINY,
    variant: 'fp32',
    options: OPTIONS,
  },
  targetFps: null,
  steadiness: 0,
  isMirrored: false,
  lanes: { slot: { executionProvider: 'webgpu', threads: 1, allowFallbackAdapter: true }, count: 1 },
};
const VIEW: LiveView = {
  mode: 'map',
  comparePosition: 0.5,
  overlayOpacity: 1,
  color: { colormap: 'grey', invert: false, range: { lo: 0, hi: 1 }, gamma: 1, followEdges: false },
  labels: null,
  ...SIZE,
};

let device: GPUDevice;
let target: GPUTexture;
let path: FramePath;
let cutCount = 0;
const losses: string[] = [];

/** A texture: a canvas would lose the device here. */
function openTextureSurface(): Surface {
  return {
    canvas: new OffscreenCanvas(1, 1),
    next({ widthPx, heightPx }) {
      target = device.createTexture({
        size: [widthPx, heightPx],
        format: 'rgba8unorm',
        usage: GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.COPY_SRC,
      });
      return target.createView();
    },
  };
}

beforeAll(async () => {
  const platform = createBrowserPlatform({ baseUrl });
  const capabilities = await platform.configure(CONFIG.lanes.slot, (reason) => losses.push(reason));
  device = platform.getDevice()!;
  path = createGpuPath({
    device,
    capabilities,
    format: 'rgba8unorm',
    surface: openTextureSurface(),
    openSurface: openTextureSurface,
    openModel: (model, variant, options) =>
      openTestedModel(model, variant, { ...options, platform, baseUrl, check: DEPTH_ESTIMATION }),
    now: () => performance.now(),
    schedule: (redraw) => setTimeout(redraw),
    serves: () => true,
    onLoading: () => undefined,
    onCut: () => (cutCount += 1),
    onStage: () => undefined,
    onLost: (reason) => losses.push(reason),
  });
});
afterAll(() => path.dispose());

function makePicture(): DecodedImage {
  const pixelsRgba = new Uint8ClampedArray(SIZE.widthPx * SIZE.heightPx * 4);
  for (let i = 0; i < SIZE.widthPx * SIZE.heightPx; i++) {
    const [x, y] = [i % SIZE.widthPx, Math.floor(i / SIZE.widthPx)];
    const isBox = x > 20 && x < 44 && y > 20;
    pixelsRgba.set(isBox ? [210, 180, 150, 255] : [60 + y, 90 + y, 140 - y, 255], i * 4);
  }
  return { ...SIZE, pixelsRgba };
}

/** What the lanes and the processor make of the picture: the steady map, 0..1. */
async function computeExpected(picture: DecodedImage): Promise<Float32Array> {
  const engine = createEngine(createBrowserPlatform({ baseUrl }));
  await engine.connect(
    { executionProvider: 'wasm', threads: 1, allowFallbackAdapter: false },
    () => undefined,
  );
  const reply = await engine.run({ taskId: 'a', source: picture, pipelines: [CONFIG.request] });
  const [one] = reply.ok ? reply.value : [];
  if (!one?.ok || one.value.kind !== 'disparity') throw new Error(JSON.stringify(reply));
  const map = toScalarMap(one.value);
  return createSteadiness(0).apply(map, computeLuma(picture, map.widthPx, map.heightPx)).map.values;
}

async function readTarget(): Promise<Uint8Array> {
  const bytesPerRow = 256;
  const copy = device.createBuffer({
    size: bytesPerRow * SIZE.heightPx,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  const encoder = device.createCommandEncoder();
  encoder.copyTextureToBuffer({ texture: target }, { buffer: copy, bytesPerRow }, [
    SIZE.widthPx,
    SIZE.heightPx,
  ]);
  device.queue.submit([encoder.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  return new Uint8Array(copy.getMappedRange().slice(0));
}

it('shows the map that the processor makes, without a map ever leaving the GPU', async () => {
  const picture = makePicture();
  const expected = await computeExpected(picture);
  path.open(CONFIG);
  path.setSteadiness(0);
  path.setView(VIEW);
  const ledger = createFrameLedger();
  const bitmap = await createImageBitmap(
    new ImageData(new Uint8ClampedArray(picture.pixelsRgba), SIZE.widthPx, SIZE.heightPx),
  );
  const made = await path.make(ledger.receive(bitmap, 0), { request: CONFIG.request, isMirrored: false });
  expect(made.show()).toEqual(SIZE);
  expect(ledger.read()).toMatchObject({ opened: 1, closed: 1 });
  const pixels = await readTarget();
  let sum = 0;
  let max = 0;
  for (let y = 0; y < SIZE.heightPx; y++) {
    for (let x = 0; x < SIZE.widthPx; x++) {
      const tone = Math.min(1, Math.max(0, expected[y * SIZE.widthPx + x]!));
      const difference = Math.abs(pixels[y * 256 + x * 4]! / 255 - tone);
      sum += difference;
      max = Math.max(max, difference);
    }
  }
  // Tolerance: the model's own for GPUs (kernels sum in another order), in shares of the shown range.
  expect(sum / (SIZE.widthPx * SIZE.heightPx)).toBeLessThan(ISOBATH_DEPTH_TINY.tolerance.gpu);
  expect(max).toBeLessThan(5 * ISOBATH_DEPTH_TINY.tolerance.gpu);
  await expect.poll(() => cutCount).toBe(1);
  expect(losses).toEqual([]);
}, 300_000);

it('takes one frame at a time, and says that it is free again', async () => {
  const ledger = createFrameLedger();
  const bitmap = await createImageBitmap(
    new ImageData(new Uint8ClampedArray(makePicture().pixelsRgba), SIZE.widthPx, SIZE.heightPx),
  );
  const making = path.make(ledger.receive(bitmap, 0), { request: CONFIG.request, isMirrored: true });
  expect(path.isFree()).toBe(false);
  (await making).discard();
  expect(path.isFree()).toBe(true);
  expect(path.getCapabilities()).toMatchObject({ executionProvider: 'webgpu' });
}, 300_000);
