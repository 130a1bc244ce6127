/** A platform without a runtime: sessions compute a plain function, time is a counter, and everything asked of it is written down. */
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import type { ModelManifest } from '../engine/models/manifest.ts';
import type { DecodedImage, Platform, Session, TensorData } from '../engine/platform.ts';

/** Milliseconds that each step takes on the fake clock. */
const FAKE_STEP_MS = { load: 100, create: 50, decode: 20, run: 30 };

export interface FakePlatform extends Platform<DecodedImage> {
  /** Steps in the order they began: `load tiny`, `create`, `decode`, `run`, `release`. */
  readonly steps: readonly string[];
  /** Sessions that are created and not released. */
  readonly openSessions: () => number;
  loseDevice(reason: string): void;
}

export interface FakePlatformOptions {
  /** Called when a step begins, with its name as in `steps`; may throw, or cancel a task. */
  readonly onStep?: (step: string) => void;
  /** What a session answers; default: the mean of the three channels. */
  readonly run?: (input: TensorData) => Readonly<Record<string, TensorData>>;
  readonly session?: Partial<Pick<Session, 'inputs' | 'outputs'>>;
}

/** The mean of the channels, as `predicted_depth`: a map whose values a test can know. */
export function averageChannels(input: TensorData): Readonly<Record<string, TensorData>> {
  const [, , height, width] = input.dims as [number, number, number, number];
  const area = height * width;
  const values = new Float32Array(area);
  for (let i = 0; i < area; i++) {
    for (let channel = 0; channel < 3; channel++) values[i]! += Number(input.data[channel * area + i]) / 3;
  }
  return { predicted_depth: { type: 'float32', dims: [1, height, width], data: values } };
}

export function createFakePlatform(options: FakePlatformOptions = {}): FakePlatform {
  const steps: string[] = [];
  let nowMs = 0;
  let openSessions = 0;
  let reportLoss: (reason: string) => void = () => undefined;

  function begin(step: string, durationMs: number): void {
    steps.push(step);
    options.onStep?.(step);
    nowMs += durationMs;
  }

  return {
    steps,
    openSessions: () => openSessions,
    loseDevice: (reason) => reportLoss(reason),
    async configure(config, onDeviceLost) {
      reportLoss = onDeviceLost;
      const { executionProvider, threads } = config;
      return { executionProvider, threads, crossOriginIsolated: false, adapter: null };
    },
    async loadModel(model, _variant, { onProgress }) {
      begin(`load ${model.id}`, FAKE_STEP_MS.load);
      onProgress(0.5);
      return { graph: new Uint8Array(1), externalData: [] };
    },
    async createSession() {
      begin('create', FAKE_STEP_MS.create);
      openSessions += 1;
      return {
        inputs: options.session?.inputs ?? [
          { name: 'pixel_values', type: 'float32', shape: [1, 3, 'height', 'width'] },
        ],
        outputs: options.session?.outputs ?? [
          { name: 'predicted_depth', type: 'float32', shape: [1, 'height', 'width'] },
        ],
        async run(feeds) {
          begin('run', FAKE_STEP_MS.run);
          return (options.run ?? averageChannels)(Object.values(feeds)[0]!);
        },
        async release() {
          steps.push('release');
          openSessions -= 1;
        },
      };
    },
    async decodeImage(source) {
      begin('decode', FAKE_STEP_MS.decode);
      return source;
    },
    now: () => nowMs,
    yieldMacrotask: () => new Promise((resolve) => setTimeout(resolve, 0)),
  };
}

/** A model of the embedded one's contract under another id; `memoryBytes` counts against the session budget. */
export function createFakeModel(id: string, memoryBytes = 10): ModelManifest {
  const [variant] = ISOBATH_DEPTH_TINY.variants;
  return { ...ISOBATH_DEPTH_TINY, id, variants: [{ ...variant!, memoryBytes }] };
}

/** A picture whose left half is black and whose right half is white. */
export function createHalvesPicture(widthPx = 64, heightPx = 32): DecodedImage {
  const pixelsRgba = new Uint8ClampedArray(widthPx * heightPx * 4).fill(255);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx / 2; x++)
      pixelsRgba.fill(0, (y * widthPx + x) * 4, (y * widthPx + x) * 4 + 3);
  }
  return { widthPx, heightPx, pixelsRgba };
}
