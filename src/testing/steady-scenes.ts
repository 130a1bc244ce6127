/**
 * Flicker, cuts and moving edges of the live map, on what the embedded model really makes of a noisy camera.
 * Tests hold the figures to their bounds, the benchmark reports them.
 */
import { readFileSync } from 'node:fs';
import { createEngine, type Engine } from '../engine/engine.ts';
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import type { DecodedImage } from '../engine/platform.ts';
import { computeLuma } from '../live/luma.ts';
import { createSteadiness } from '../live/steadiness.ts';
import { createNodePlatform } from '../platform/node/node-platform.ts';
import type { ScalarMap } from '../render/renderer.ts';
import { toScalarMap } from '../render/scalar-map.ts';
import { createRandom } from './random.ts';

/** As the page begins. */
const DEFAULT_STEADINESS = 0.6;
const WIDTH = 256;
const HEIGHT = 192;
/** Standard deviation, of 255, of a sensor's noise in a lit room. */
const NOISE = 3;
/** The first frames count alike and are no steady state. */
const SETTLE_FRAMES = 9;

/** A map as it is shown, 0..1: raw (every frame for itself) and steady. */
interface ShownMap {
  readonly raw: Float32Array;
  readonly steady: Float32Array;
  readonly isCut: boolean;
}

export interface SteadyScenes {
  /** Mean absolute change per frame, of 1, of a still scene with noise. `cutCount`: the first frame is one. */
  measureFlicker(): Promise<{ readonly raw: number; readonly steady: number; readonly cutCount: number }>;
  /** Frames after a cut until the map is what it would be had there been nothing before; `isSeen`: as a cut, at its frame. */
  measureCut(): Promise<{ readonly settleFrames: number; readonly isSeen: boolean }>;
  /** How far the shown map is behind a moving edge, in frames. */
  measureLag(): Promise<number>;
}

function meanChange(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}

interface FrameLook {
  readonly isFlipped?: boolean;
  /** A grey box in front, its left edge here. */
  readonly boxX?: number;
}

function makeFrame(
  photo: Uint8Array,
  random: () => number,
  { isFlipped = false, boxX }: FrameLook = {},
): DecodedImage {
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
        pixelsRgba[to + channel] = value + NOISE * 2 * (random() + random() + random() - 1.5);
      }
      pixelsRgba[to + 3] = 255;
    }
  }
  return { widthPx: WIDTH, heightPx: HEIGHT, pixelsRgba };
}

function createInference(engine: Engine<DecodedImage>): (image: DecodedImage) => Promise<ScalarMap> {
  let taskCount = 0;
  return async (image) => {
    const options = { detailPx: 256, maxLongSidePx: null };
    const reply = await engine.run({
      taskId: `frame-${++taskCount}`,
      source: image,
      pipelines: [{ pipeline: 'depth-estimation', model: ISOBATH_DEPTH_TINY, variant: 'fp32', options }],
    });
    const [one] = reply.ok ? reply.value : [];
    if (!one?.ok || one.value.kind !== 'disparity') throw new Error(JSON.stringify(reply));
    return toScalarMap(one.value);
  };
}

/** Reads the embedded model and a photo from the repository: the working directory is its root. */
export async function createSteadyScenes(): Promise<SteadyScenes> {
  const engine = createEngine(
    createNodePlatform<DecodedImage>({
      modelsDir: 'public/models',
      decodeImage: (image) => Promise.resolve(image),
    }),
  );
  const slot = { executionProvider: 'cpu', threads: 2, allowFallbackAdapter: false } as const;
  await engine.connect(slot, () => undefined);
  const infer = createInference(engine);
  const photo = readFileSync('e2e/fixtures/images/photo-640x480.rgb8');

  async function runFrames(frames: readonly DecodedImage[]): Promise<ShownMap[]> {
    const raw = createSteadiness(0);
    const steady = createSteadiness(DEFAULT_STEADINESS);
    const toTones = (values: Float32Array) => values.map((value) => Math.min(1, Math.max(0, value)));
    const shown: ShownMap[] = [];
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

  return {
    async measureFlicker() {
      const random = createRandom(11);
      const shown = await runFrames(Array.from({ length: 24 }, () => makeFrame(photo, random)));
      const changes = (key: 'raw' | 'steady') => {
        let sum = 0;
        for (let i = SETTLE_FRAMES; i < shown.length; i++)
          sum += meanChange(shown[i]![key], shown[i - 1]![key]);
        return sum / (shown.length - SETTLE_FRAMES);
      };
      return {
        raw: changes('raw'),
        steady: changes('steady'),
        cutCount: shown.filter(({ isCut }) => isCut).length,
      };
    },
    async measureCut() {
      const random = createRandom(12);
      const at = 8;
      const frames = Array.from({ length: at + 4 }, (_, i) =>
        makeFrame(photo, random, { isFlipped: i >= at }),
      );
      const shown = await runFrames(frames);
      const alone = await runFrames(frames.slice(at));
      const isAsAlone = alone.map(({ steady }, i) => meanChange(shown[at + i]!.steady, steady) < 1e-6);
      return {
        settleFrames: isAsAlone.lastIndexOf(false) + 1,
        isSeen: shown.map(({ isCut }) => isCut).lastIndexOf(true) === at,
      };
    },
    async measureLag() {
      const random = createRandom(13);
      const frames = Array.from({ length: 16 }, (_, i) => makeFrame(photo, random, { boxX: 40 + 6 * i }));
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
      return shared / total;
    },
  };
}
