/** The passes on software WebGPU against what the processor computes. Slow there, so everything is small. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveInputGeometry } from '../../engine/image/input-size.ts';
import { DEPTH_ANYTHING_V2_SMALL } from '../../engine/models/depth-anything-v2-small.ts';
import { ISOBATH_DEPTH_TINY } from '../../engine/models/isobath-depth-tiny.ts';
import type { ModelManifest } from '../../engine/models/manifest.ts';
import type { DecodedImage } from '../../engine/platform.ts';
import { preparePicture } from '../../engine/pipelines/prepare-picture.ts';
import { createCanvas2dRenderer } from '../../render/canvas2d.ts';
import type { ScalarMap, ViewMode } from '../../render/renderer.ts';
import { createRandom } from '../../testing/random.ts';
import type { LiveView } from '../../worker/live-api.ts';
import { computeLuma } from '../luma.ts';
import { createSteadiness } from '../steadiness.ts';
import { composeView } from '../view-geometry.ts';
import type { GpuPhoto } from './gpu-photo.ts';
import { createGpuSteps, type GpuSteps } from './gpu-steps.ts';

let device: GPUDevice;
let steps: GpuSteps;
const problems: string[] = [];

beforeAll(async () => {
  const adapter = await navigator.gpu.requestAdapter();
  device = await adapter!.requestDevice();
  device.addEventListener('uncapturederror', ({ error }) => problems.push(error.message));
  steps = createGpuSteps(device, 'rgba8unorm');
});
afterAll(() => {
  steps.dispose();
  expect(problems).toEqual([]);
});

function makeImage(widthPx: number, heightPx: number, seed: number): DecodedImage {
  const random = createRandom(seed);
  const pixelsRgba = new Uint8ClampedArray(widthPx * heightPx * 4);
  for (let i = 0; i < widthPx * heightPx; i++) {
    const [x, y] = [i % widthPx, Math.floor(i / widthPx)];
    pixelsRgba.set([(x * 9) % 256, (y * 13) % 256, ((x + y) * 5) % 256, 255], i * 4);
    if (random() < 0.2) pixelsRgba[i * 4] = 255 * random();
  }
  return { widthPx, heightPx, pixelsRgba };
}

async function upload({ widthPx, heightPx, pixelsRgba }: DecodedImage): Promise<GpuPhoto> {
  const photo = steps.createPhoto({ widthPx, heightPx });
  const bitmap = await createImageBitmap(new ImageData(new Uint8ClampedArray(pixelsRgba), widthPx, heightPx));
  steps.copyFrame(bitmap, photo);
  return photo;
}

async function readBuffer(buffer: GPUBuffer, count: number): Promise<Float32Array> {
  const copy = device.createBuffer({
    size: count * 4,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, copy, 0, count * 4);
  device.queue.submit([encoder.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  const values = new Float32Array(copy.getMappedRange().slice(0));
  copy.destroy();
  return values;
}

async function readTexture(texture: GPUTexture): Promise<Uint8Array> {
  const bytesPerRow = Math.ceil((texture.width * 4) / 256) * 256;
  const copy = device.createBuffer({
    size: bytesPerRow * texture.height,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  const encoder = device.createCommandEncoder();
  encoder.copyTextureToBuffer({ texture }, { buffer: copy, bytesPerRow }, [texture.width, texture.height]);
  device.queue.submit([encoder.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  const padded = new Uint8Array(copy.getMappedRange().slice(0));
  copy.destroy();
  const pixels = new Uint8Array(texture.width * texture.height * 4);
  for (let y = 0; y < texture.height; y++) {
    pixels.set(padded.subarray(y * bytesPerRow, y * bytesPerRow + texture.width * 4), y * texture.width * 4);
  }
  return pixels;
}

function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let max = 0;
  for (let i = 0; i < a.length; i++) max = Math.max(max, Math.abs(a[i]! - b[i]!));
  return max;
}

function uploadValues(map: ScalarMap): GPUBuffer {
  const buffer = device.createBuffer({
    size: map.values.byteLength,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
  });
  device.queue.writeBuffer(buffer, 0, new Float32Array(map.values));
  return buffer;
}

describe('preparing on the GPU', () => {
  it.each<[string, ModelManifest, number, number]>([
    ['shrunk, antialiased, rounded', ISOBATH_DEPTH_TINY, 310, 230],
    ['enlarged', ISOBATH_DEPTH_TINY, 90, 70],
    ['bicubic with mean and deviation', DEPTH_ANYTHING_V2_SMALL, 200, 150],
  ])('gives the network what the engine gives it: %s', async (_, model, widthPx, heightPx) => {
    const image = makeImage(widthPx, heightPx, 1);
    const options = { detailPx: model.input.detail.minPx, maxLongSidePx: null };
    const expected = preparePicture(image, { pipeline: 'depth-estimation', model, variant: '', options });
    const photo = await upload(image);
    const geometry = resolveInputGeometry(image, model.input.size, options);
    const { network } = geometry;
    const buffer = steps.prepare(photo, geometry, model.input, false);
    const actual = await readBuffer(buffer, network.widthPx * network.heightPx * 3);
    const { data } = expected.feeds[model.input.name]!;
    // Two levels of 255: sums of float32 and of integers may round differently after each of two passes.
    const level = (model.input.scale * 2.05) / Math.min(...(model.input.std ?? [1]));
    expect(maxDifference(actual, data as Float32Array)).toBeLessThanOrEqual(level);
    photo.texture.destroy();
  });
});

const SIZE = { widthPx: 48, heightPx: 32 };

/** A scene with noise, and another one from frame 6 on. */
function makeScene(
  frame: number,
  random: () => number,
): { readonly image: DecodedImage; readonly map: ScalarMap } {
  const isOther = frame >= 6;
  const pixelsRgba = new Uint8ClampedArray(SIZE.widthPx * SIZE.heightPx * 4);
  const values = new Float32Array(SIZE.widthPx * SIZE.heightPx);
  for (let i = 0; i < values.length; i++) {
    const [x, y] = [i % SIZE.widthPx, Math.floor(i / SIZE.widthPx)];
    const isNear = isOther ? x < 20 : x >= 16 + frame && x < 34 && y > 6;
    const grey = (isNear ? 190 : 60) + (isOther ? 40 : 0) + Math.round(4 * (random() - 0.5));
    pixelsRgba.set([grey, grey, grey, 255], i * 4);
    values[i] = (isNear ? 7 : 2) + y * 0.02 + 0.05 * (random() - 0.5);
  }
  return { image: { ...SIZE, pixelsRgba }, map: { ...SIZE, values } };
}

describe('steadiness on the GPU', () => {
  it.each([0, 0.6, 1])(
    'is that of the processor, frame by frame, at strength %d',
    async (strength) => {
      const random = createRandom(5);
      const steadiness = createSteadiness(strength);
      const cuts: number[] = [];
      for (let frame = 0; frame < 9; frame++) {
        const { image, map } = makeScene(frame, random);
        const expected = steadiness.apply(map, computeLuma(image, SIZE.widthPx, SIZE.heightPx));
        const photo = await upload(image);
        const values = uploadValues(map);
        steps.steady(values, SIZE, photo, {
          strength,
          isMirrored: false,
          isDepth: false,
          isReset: frame === 0,
        });
        const header = await steps.readHeader();
        if (header?.[0] === 1) cuts.push(frame);
        const actual = await readBuffer(steps.buffers.state!, map.values.length);
        // The processor refines its histogram around the bulk; one bin of 2048 is half a thousandth of the range.
        expect(maxDifference(actual, expected.map.values), `frame ${frame}`).toBeLessThan(4e-3);
        photo.texture.destroy();
        values.destroy();
      }
      expect(cuts).toEqual([0, 6]);
    },
    300_000,
  );
});

describe('painting on the GPU', () => {
  const canvas = { widthPx: 96, heightPx: 64 };
  const modes: readonly ViewMode[] = ['photo', 'map', 'overlay', 'compare', 'side-by-side'];

  it.each(modes.flatMap((mode) => [false, true].map((followEdges) => [mode, followEdges] as const)))(
    'shows %s as the reference renderer does (edges: %s)',
    async (mode, followEdges) => {
      const { image, map } = makeScene(2, createRandom(9));
      const photo = await upload(image);
      const values = uploadValues(map);
      steps.steady(values, SIZE, photo, { strength: 0, isMirrored: false, isDepth: false, isReset: true });
      const state = await readBuffer(steps.buffers.state!, map.values.length);
      const view: LiveView = {
        mode,
        comparePosition: 0.4,
        overlayOpacity: 0.7,
        color: { colormap: 'viridis', invert: true, range: { lo: 0.1, hi: 0.9 }, gamma: 1.5, followEdges },
        labels: null,
        ...canvas,
      };
      const target = device.createTexture({
        size: [canvas.widthPx, canvas.heightPx],
        format: 'rgba8unorm',
        usage: GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.COPY_SRC,
      });
      steps.paint(target.createView(), canvas, photo, view, { isMirrored: false, hasMap: true });
      const actual = await readTexture(target);

      const reference = new OffscreenCanvas(canvas.widthPx, canvas.heightPx);
      const renderer = createCanvas2dRenderer(reference)!;
      const bitmap = await createImageBitmap(
        new ImageData(new Uint8ClampedArray(image.pixelsRgba), SIZE.widthPx, SIZE.heightPx),
      );
      renderer.setSource({
        photo: bitmap,
        map: { ...SIZE, values: state },
        sourceWidthPx: SIZE.widthPx,
        sourceHeightPx: SIZE.heightPx,
      });
      renderer.draw(composeView(view, SIZE, canvas, true));
      const expected = reference.getContext('2d')!.getImageData(0, 0, canvas.widthPx, canvas.heightPx).data;
      // Photos are enlarged by other filters (bilinear here, the browser's there): means, not single pixels.
      let sum = 0;
      for (let i = 0; i < actual.length; i++) sum += Math.abs(actual[i]! - expected[i]!);
      const bound = mode === 'map' && !followEdges ? 0.6 : 4;
      expect(sum / actual.length).toBeLessThan(bound);
      photo.texture.destroy();
      values.destroy();
      target.destroy();
    },
    300_000,
  );

  it('mirrors photo and map together', async () => {
    const { image, map } = makeScene(0, createRandom(3));
    const photo = await upload(image);
    const values = uploadValues(map);
    steps.steady(values, SIZE, photo, { strength: 0, isMirrored: true, isDepth: false, isReset: true });
    const geometry = { network: SIZE, content: SIZE };
    const plain = await readBuffer(steps.prepare(photo, geometry, ISOBATH_DEPTH_TINY.input, false), 48);
    const mirrored = await readBuffer(steps.prepare(photo, geometry, ISOBATH_DEPTH_TINY.input, true), 48);
    expect([...mirrored]).toEqual([...plain].reverse());
    photo.texture.destroy();
    values.destroy();
  });
});
