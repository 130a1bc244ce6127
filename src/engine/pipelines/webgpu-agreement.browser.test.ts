/** The dynamic fp32 fixtures on WebGPU (here in software), small, against what WASM computes from the same input. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBrowserPlatform, type BrowserPlatform } from '../../platform/browser/browser-platform.ts';
import type { ModelBytes, TensorData } from '../platform.ts';

const PROVIDERS = ['wasm', 'webgpu'] as const;
const platforms = {} as Record<(typeof PROVIDERS)[number], BrowserPlatform>;

beforeAll(async () => {
  for (const executionProvider of PROVIDERS) {
    const platform = createBrowserPlatform({ baseUrl: `${location.origin}/` });
    const config = { executionProvider, threads: 1, allowFallbackAdapter: true };
    expect(await platform.configure(config, () => undefined)).toMatchObject({ executionProvider });
    platforms[executionProvider] = platform;
  }
});
afterAll(() => platforms.webgpu.getDevice()?.destroy());

async function fetchModel(file: string): Promise<ModelBytes> {
  const response = await fetch(`/e2e/fixtures/models/${file}`);
  return { graph: new Uint8Array(await response.arrayBuffer()), externalData: [] };
}

/** A picture of soft waves, as a normalised input looks: every run the same. */
function makeInput(heightPx: number, widthPx: number): TensorData {
  const data = Float32Array.from({ length: 3 * heightPx * widthPx }, (_, at) => {
    const [x, y] = [at % widthPx, Math.floor(at / widthPx)];
    return Math.sin(x / 5) + Math.cos(y / 7) * 0.8;
  });
  return { type: 'float32', dims: [1, 3, heightPx, widthPx], data };
}

/** Largest difference in units of the reference's standard deviation. */
function measureWorst(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const values = Array.from(expected);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const worst = values.reduce((most, value, at) => Math.max(most, Math.abs(value - actual[at]!)), 0);
  return worst / Math.sqrt(variance);
}

describe('WebGPU agrees with WASM', () => {
  it.each([
    ['depth-anything-tiny.onnx', 56, 70],
    ['segformer-clothes-tiny.onnx', 64, 64],
    ['m2fp-tiny.onnx', 64, 64],
  ] as const)(
    'on %s',
    async (file, heightPx, widthPx) => {
      const outputs = {} as Record<(typeof PROVIDERS)[number], Readonly<Record<string, TensorData>>>;
      for (const provider of PROVIDERS) {
        const session = await platforms[provider].createSession(await fetchModel(file));
        outputs[provider] = await session.run({ [session.inputs[0]!.name]: makeInput(heightPx, widthPx) });
        await session.release();
      }
      expect(Object.keys(outputs.webgpu)).toEqual(Object.keys(outputs.wasm));
      for (const [name, expected] of Object.entries(outputs.wasm)) {
        const actual = outputs.webgpu[name]!;
        expect(actual.dims).toEqual(expected.dims);
        expect(measureWorst(actual.data as Float32Array, expected.data as Float32Array), name).toBeLessThan(
          0.02,
        );
      }
    },
    300_000,
  );
});
