import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTruth } from '../../../e2e/support/truth.ts';
import { createNodePlatform } from '../../platform/node/node-platform.ts';
import { decodeRawPixels } from '../../platform/node/raw-pixels.ts';
import { measureDifference, readFixtureBytes, readFixtureFloats } from '../../testing/fixtures.ts';
import { measureOrderAgreement } from '../../testing/order-agreement.ts';
import { createEngine } from '../engine.ts';
import { resolveOptions } from '../image/input-size.ts';
import { ISOBATH_DEPTH_TINY } from './isobath-depth-tiny.ts';

const MODELS_DIR = fileURLToPath(new URL('../../../public/models/', import.meta.url));
/** Standard deviations of the golden outputs, from the model's card: the unit of its tolerances. */
const GOLDENS = [
  { name: 'street', std: 3.6978 },
  { name: 'vase', std: 4.55 },
];

const engine = createEngine(createNodePlatform({ modelsDir: MODELS_DIR, decodeImage: decodeRawPixels }));
beforeAll(async () => {
  await engine.connect(
    { executionProvider: 'cpu', threads: 1, allowFallbackAdapter: false },
    () => undefined,
  );
});
afterAll(() => engine.dispose());

async function inferGolden(name: string) {
  const reply = await engine.run({
    taskId: name,
    // The reference's resized picture has the network's size already, so that resizing leaves it alone.
    source: {
      widthPx: 256,
      heightPx: 192,
      pixels: readFixtureBytes(`isobath-depth-tiny/${name}.resized.rgb8`),
    },
    pipelines: [
      {
        pipeline: 'depth-estimation',
        model: ISOBATH_DEPTH_TINY,
        variant: 'fp32',
        options: resolveOptions(ISOBATH_DEPTH_TINY.input),
      },
    ],
  });
  const result = reply.ok ? reply.value[0] : undefined;
  if (!result?.ok || result.value.kind !== 'disparity') throw new Error(JSON.stringify(reply));
  return result.value;
}

describe('the embedded depth model on onnxruntime-node', () => {
  it.each(GOLDENS)('gives the golden map of $name within 1e-3 of its deviation', async ({ name, std }) => {
    const result = await inferGolden(name);
    expect([result.widthPx, result.heightPx]).toEqual([256, 192]);
    const golden = readFixtureFloats(`isobath-depth-tiny/${name}.predicted_depth.f32`);
    expect(measureDifference(result.disparity, golden).maxAbs / std).toBeLessThan(
      ISOBATH_DEPTH_TINY.tolerance.wasm,
    );
  });

  it.each(GOLDENS)('orders the pixels of $name as their true depth does', async ({ name }) => {
    const result = await inferGolden(name);
    const truth = readTruth(
      new URL(`../../../e2e/fixtures/samples-truth/${name}.inverse-depth.png`, import.meta.url),
    );
    const share = measureOrderAgreement({ ...result, values: result.disparity }, truth);
    // Measured: street 0.94, vase 0.90; chance is 0.5.
    expect(share).toBeGreaterThan(0.87);
  });

  it('passes its self-test against the stored reference', async () => {
    const stored = readFileSync(path.join(MODELS_DIR, 'isobath-depth-tiny/self-test.f32'));
    const reference = new Float32Array(new Uint8Array(stored).buffer);
    const reply = await engine.selfTest({ model: ISOBATH_DEPTH_TINY, variant: 'fp32', reference });
    if (!reply.ok) throw new Error(reply.error.message);
    expect(reply.value.values).toHaveLength(64 * 64);
    expect(reply.value.verdict).toMatchObject({ passed: true, meanRelativeError: 0 });
    expect(reply.value.verdict!.correlation).toBeCloseTo(1, 9);
  });
});
