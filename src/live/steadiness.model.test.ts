/** Steadiness on what the embedded model really makes of a noisy camera: flicker, cuts, moving edges. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../engine/engine.ts';
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import type { DecodedImage } from '../engine/platform.ts';
import { createNodePlatform } from '../platform/node/node-platform.ts';
import type { ScalarMap } from '../render/renderer.ts';
import { toScalarMap } from '../render/scalar-map.ts';
import { createRandom } from '../testing/random.ts';
import { computeLuma } from './luma.ts';
import { createSteadiness } from './steadiness.ts';

/** As the page begins. */
const DEFAULT_STEADINESS = 0.6;
const WIDTH = 256;
const HEIGHT = 192;

let engine: Engine<DecodedImage>;
let photo: Uint8Array;

beforeAll(async () => {
  engine = createEngine(
    createNodePlatform<DecodedImage>({
      modelsDir: 'public/models',
      decodeImage: (image) => Promise.resolve(image),
    }),
  );
  await engine.connect(
    { executionProvider: 'cpu', threads: 2, allowFallbackAdapter: false },
    () => undefined,
  );
  photo = readFileSync('e2e/fixtures/images/photo-640x480.rgb8');
});

interface FrameOptions {
  readonly random: () => number;
  /** Standard deviation of a sensor's noise is about 3 of 255 in a lit room. */
  readonly noise: number;
  readonly isFlipped?: boolean;
  /** A grey box in front, its left edge here. */
  readonly boxX?: number;
}

function makeFrame({ random, noise, isFlipped = false, boxX }: FrameOptions): DecodedImage {
  const pixelsRgba = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const to = (y * WIDTH + x) * 4;
      const sourceX = Math.floor((isFlipped ? WIDTH - 1 - x : x) * 2.5);
      const sourceY = Math.floor((isFlipped ? HEIGHT - 1 - y : y) * 2.5);
      const isBox = boxX !== undefined && x >= boxX && x < boxX + 60 && y >= 60;
      for (let channel = 0; channel < 3; channel++) {
        const value = isBox ? 205 : photo[(sourceY * 640 + sourceX) * 3 + channel]!;
        // Three uniforms make a bell of standard deviation 0.5.
        pixelsRgba[to + channel] = value + noise * 2 * (random() + random() + random() - 1.5);
      }
      pixelsRgba[to + 3] = 255;
    }
  }
  return { widthPx: WIDTH, heightPx: HEIGHT, pixelsRgba };
}

let taskCount = 0;
async function infer(image: DecodedImage): Promise<ScalarMap> {
  const reply = await engine.run({
    taskId: `frame-${++taskCount}`,
    source: image,
    pipelines: [
      {
        pipeline: 'depth-estimation',
        model: ISOBATH_DEPTH_TINY,
        variant: 'fp32',
        options: { detailPx: 256, maxLongSidePx: null },
      },
    ],
  });
  const [one] = reply.ok ? reply.value : [];
  if (!one?.ok || one.value.kind !== 'disparity') throw new Error(JSON.stringify(reply));
  return toScalarMap(one.value);
}

/** Maps as they are shown, 0..1: raw (every frame for itself) and steady. */
async function runFrames(frames: readonly DecodedImage[]) {
  const raw = createSteadiness(0);
  const steady = createSteadiness(DEFAULT_STEADINESS);
  const shown: { readonly raw: Float32Array; readonly steady: Float32Array; readonly isCut: boolean }[] = [];
  const toTones = (values: Float32Array) => values.map((value) => Math.min(1, Math.max(0, value)));
  for (const frame of frames) {
    const map = await infer(frame);
    const lumaU8 = computeLuma(frame, map.widthPx, map.heightPx);
    const steadied = steady.apply(map, lumaU8);
    shown.push({
      raw: toTones(raw.apply(map, lumaU8).map.values),
      steady: toTones(steadied.map.values),
      isCut: steadied.isCut,
    });
  }
  return shown;
}

function meanChange(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}

describe('steadiness of the embedded model', () => {
  it('shows at most a quarter of the flicker of a still, noisy scene', async () => {
    const random = createRandom(11);
    const shown = await runFrames(Array.from({ length: 24 }, () => makeFrame({ random, noise: 3 })));
    let raw = 0;
    let steady = 0;
    for (let i = 9; i < shown.length; i++) {
      raw += meanChange(shown[i]!.raw, shown[i - 1]!.raw);
      steady += meanChange(shown[i]!.steady, shown[i - 1]!.steady);
    }
    expect(shown.filter(({ isCut }) => isCut)).toHaveLength(1);
    expect(steady / raw).toBeLessThanOrEqual(0.25);
  }, 60_000);

  it('keeps nothing of the scene before a cut', async () => {
    const random = createRandom(12);
    const frames = Array.from({ length: 12 }, (_, i) => makeFrame({ random, noise: 3, isFlipped: i >= 8 }));
    const shown = await runFrames(frames);
    expect(shown.map(({ isCut }) => isCut).lastIndexOf(true)).toBe(8);
    // The cut is the new scene itself, and from then on it is as if there had been nothing before.
    expect(meanChange(shown[8]!.steady, shown[8]!.raw)).toBe(0);
    const alone = await runFrames(frames.slice(8));
    for (const [i, { steady }] of alone.entries()) expect(meanChange(shown[8 + i]!.steady, steady)).toBe(0);
  }, 60_000);

  it('follows a moving edge with less than a frame of lag', async () => {
    const random = createRandom(13);
    const frames = Array.from({ length: 16 }, (_, i) => makeFrame({ random, noise: 3, boxX: 40 + 6 * i }));
    const shown = await runFrames(frames);
    // Least squares: which share of the frame before is still in the picture where the frames differ.
    let shared = 0;
    let total = 0;
    for (let i = 4; i < shown.length; i++) {
      const [now, before] = [shown[i]!, shown[i - 1]!];
      for (let p = 0; p < now.raw.length; p++) {
        const step = before.raw[p]! - now.raw[p]!;
        if (Math.abs(step) < 0.1) continue;
        shared += (now.steady[p]! - now.raw[p]!) * step;
        total += step * step;
      }
    }
    expect(total).toBeGreaterThan(0);
    expect(shared / total).toBeLessThan(1);
  }, 60_000);
});
