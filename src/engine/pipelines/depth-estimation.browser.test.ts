/** The depth goldens through the whole engine on WASM: from a lossless picture to the raw map. */
import { decode, encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fixtures from '../../../e2e/fixtures/manifest.json';
import { encodeMapPngs } from '../../export/map-png.ts';
import { chooseMetricUnit } from '../../export/metric-grey.ts';
import { createBrowserPlatform } from '../../platform/browser/browser-platform.ts';
import { createRenderer } from '../../render/create-renderer.ts';
import { toScalarMap } from '../../render/scalar-map.ts';
import { createEngine } from '../engine.ts';
import { resolveOptions } from '../image/input-size.ts';
import { DEPTH_ANYTHING_V2_SMALL } from '../models/depth-anything-v2-small.ts';
import { DEPTH_PRO } from '../models/depth-pro.ts';
import { DPT_HYBRID_MIDAS } from '../models/dpt-hybrid-midas.ts';
import type { ModelManifest } from '../models/manifest.ts';
import { MIDAS_SMALL_V2_1 } from '../models/midas-small-v2-1.ts';

const FIXTURES = '/e2e/fixtures';
const engine = createEngine(createBrowserPlatform({ baseUrl: `${location.origin}/` }));
beforeAll(async () => {
  const config = { executionProvider: 'wasm', threads: 1, allowFallbackAdapter: false } as const;
  expect(await engine.connect(config, () => undefined)).toMatchObject({ ok: true });
});
afterAll(() => engine.dispose());

async function fetchBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** The published contract over the fixture's files, served as an embedded model is. */
async function withFixture(model: ModelManifest, file: string, data?: string): Promise<ModelManifest> {
  const describe = async (path: string, role: 'graph' | 'external-data') => {
    const { length } = await fetchBytes(`${FIXTURES}/models/${path}`);
    const url = `e2e/fixtures/models/${path}`;
    return { role, name: path.split('/').pop()!, url, sizeBytes: length, sha256: null };
  };
  const files = [await describe(file, 'graph')];
  if (data !== undefined) files.push(await describe(data, 'external-data'));
  const [variant] = model.variants;
  return { ...model, id: file, isEmbedded: true, variants: [{ ...variant!, files }] };
}

/** Hub exports of MiDaS small leave mean and std to the caller. */
const MIDAS_SMALL_HUB: ModelManifest = {
  ...MIDAS_SMALL_V2_1,
  input: {
    ...MIDAS_SMALL_V2_1.input,
    name: 'input',
    mean: DEPTH_ANYTHING_V2_SMALL.input.mean,
    std: DEPTH_ANYTHING_V2_SMALL.input.std,
  },
  output: { kind: 'disparity', name: 'depth', upsample: { filter: 'bicubic', cubicA: -0.75 } },
};

async function estimate(model: ModelManifest) {
  const data = await fetchBytes(`${FIXTURES}/images/photo-640x480.rgb8`);
  const png = encode({ width: 640, height: 480, data, channels: 3, depth: 8 });
  const reply = await engine.run({
    taskId: model.id,
    source: new Blob([new Uint8Array(png)], { type: 'image/png' }),
    pipelines: [
      {
        pipeline: 'depth-estimation',
        model,
        variant: model.variants[0]!.id,
        options: resolveOptions(model.input),
      },
    ],
  });
  const result = reply.ok ? reply.value[0] : undefined;
  if (!result?.ok || result.value.kind === 'labels') throw new Error(JSON.stringify(reply));
  return result.value;
}

/** Values of `map` where the golden's sample lies: rows floor((i + 0.5) H / h), columns likewise. */
function sampleMap(
  map: Float32Array,
  [heightPx, widthPx]: readonly [number, number],
  [rows, columns]: readonly [number, number],
): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, index) => {
    const y = Math.floor(((Math.floor(index / columns) + 0.5) * heightPx) / rows);
    const x = Math.floor((((index % columns) + 0.5) * widthPx) / columns);
    return map[y * widthPx + x]!;
  });
}

interface Golden {
  readonly shape: readonly number[];
  readonly file?: string;
  readonly sample?: { readonly file: string; readonly shape: readonly number[] };
}

async function readGolden(map: Float32Array, golden: Golden) {
  const [, heightPx, widthPx] = golden.shape as readonly [number, number, number];
  expect(map).toHaveLength(heightPx * widthPx);
  const path = golden.file ?? golden.sample!.file;
  const expected = new Float32Array((await fetchBytes(`${FIXTURES}/${path}`)).buffer);
  if (golden.file !== undefined) return { actual: map, expected };
  const [, rows, columns] = golden.sample!.shape as readonly [number, number, number];
  return { actual: sampleMap(map, [heightPx, widthPx], [rows, columns]), expected };
}

function meanOf(count: number, valueAt: (index: number) => number): number {
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += valueAt(index);
  return sum / count;
}

/** Mean |actual - expected| in units of the reference's standard deviation. */
function relativeError(actual: Float32Array, expected: Float32Array): number {
  const count = expected.length;
  const mean = meanOf(count, (index) => expected[index]!);
  const deviation = Math.sqrt(meanOf(count, (index) => (expected[index]! - mean) ** 2));
  return meanOf(count, (index) => Math.abs(actual[index]! - expected[index]!)) / deviation;
}

function correlate(actual: Float32Array, expected: Float32Array): number {
  const count = expected.length;
  const [meanA, meanE] = [meanOf(count, (at) => actual[at]!), meanOf(count, (at) => expected[at]!)];
  const both = meanOf(count, (at) => (actual[at]! - meanA) * (expected[at]! - meanE));
  const own = meanOf(count, (at) => (actual[at]! - meanA) ** 2);
  return both / Math.sqrt(own * meanOf(count, (at) => (expected[at]! - meanE) ** 2));
}

const photoOf = (name: keyof typeof fixtures.models): Golden => {
  const golden = fixtures.models[name].cases.find(({ image }) => image === 'photo');
  return Object.values(golden!.output as Readonly<Record<string, Golden>>)[0]!;
};

describe('depth estimation in the browser', () => {
  it.each([
    ['depth-anything-tiny', DEPTH_ANYTHING_V2_SMALL],
    ['midas-small-tiny', MIDAS_SMALL_V2_1],
    ['midas-small-hub-tiny', MIDAS_SMALL_HUB],
    ['dpt-hybrid-tiny', DPT_HYBRID_MIDAS],
  ] as const)('gives the published map of %s', async (name, published) => {
    const result = await estimate(await withFixture(published, `${name}.onnx`));
    if (result.kind !== 'disparity') throw new Error(result.kind);
    const { actual, expected } = await readGolden(result.disparity, photoOf(name));
    // The input may differ in a few rounded pixels (fixture manifest, `endToEnd`); the map hardly does.
    expect(relativeError(actual, expected)).toBeLessThan(0.01);
  });

  // `external` has the same weights: the golden is the whole file's. The bounds are the fixture manifest's.
  it.each([
    ['fp16', 'depth-anything-tiny.fp16.onnx', undefined],
    ['int8-qdq', 'depth-anything-tiny.int8-qdq.onnx', undefined],
    ['uint8-dynamic', 'depth-anything-tiny.uint8-dynamic.onnx', undefined],
    ['q4', 'depth-anything-tiny.q4.onnx', undefined],
    ['external', 'depth-anything-tiny-external/model.onnx', 'depth-anything-tiny-external/model.onnx_data'],
  ] as const)('gives the map of the %s weights', async (name, file, data) => {
    const result = await estimate(await withFixture(DEPTH_ANYTHING_V2_SMALL, file, data));
    if (result.kind !== 'disparity') throw new Error(result.kind);
    const { actual, expected } = await readGolden(result.disparity, photoOf('depth-anything-tiny'));
    const { tolerances } = fixtures.variants.find((variant) => variant.name === name)!;
    const bound = 'meanAbs' in tolerances ? tolerances.meanAbs! : 0.01;
    expect(meanOf(actual.length, (at) => Math.abs(actual[at]! - expected[at]!))).toBeLessThan(bound);
    if ('corr' in tolerances) {
      expect(correlate(actual, expected)).toBeGreaterThan(tolerances.corr!);
    }
  });

  it('gives the map of the MiDaS file at the published opset', async () => {
    const result = await estimate(await withFixture(MIDAS_SMALL_V2_1, 'midas-small-tiny.opset9.onnx'));
    if (result.kind !== 'disparity') throw new Error(result.kind);
    const [golden] = fixtures.models['midas-small-tiny'].cases;
    const { actual, expected } = await readGolden(result.disparity, golden!.opset9.output);
    expect(relativeError(actual, expected)).toBeLessThan(0.01);
  });

  it('gives metres of the Depth Pro-like model', async () => {
    const result = await estimate(await withFixture(DEPTH_PRO, 'depth-pro-tiny.onnx'));
    if (result.kind !== 'metric-depth') throw new Error(result.kind);
    const { actual, expected } = await readGolden(result.depthM, photoOf('depth-pro-tiny'));
    const error = Math.max(...expected.map((metres, index) => Math.abs(1 / metres - 1 / actual[index]!)));
    expect(error).toBeLessThanOrEqual(0.001);
    expect(result.focalLengthPx).toBeGreaterThan(0);

    // The 16-bit file says the same metres. At the map's own size nothing is interpolated.
    const { widthPx, heightPx } = result;
    const map = toScalarMap(result);
    const renderer = createRenderer(new OffscreenCanvas(1, 1), { prefer: 'canvas2d' });
    renderer.setSource({ photo: null, sourceWidthPx: widthPx, sourceHeightPx: heightPx, map });
    const [file] = await encodeMapPngs(
      {
        renderer,
        widthPx,
        heightPx,
        color: { colormap: 'grey', invert: true, range: { lo: 0, hi: 1 }, gamma: 2, followEdges: false },
        cropPhoto: null,
        signal: new AbortController().signal,
        onProgress: () => undefined,
      },
      [{ kind: 'metric', result }],
    );
    const png = decode(new Uint8Array(await file!.arrayBuffer()));
    const metresPerStep = Number(png.text['Metres per step']);
    expect(metresPerStep).toBe(chooseMetricUnit(result.depthM).metresPerStep);
    let compared = 0;
    let worst = 0;
    for (const [index, metres] of result.depthM.entries()) {
      if (metres < metresPerStep || metres > 65_535 * metresPerStep) continue;
      const error = Math.abs((png.data[index] ?? 0) * metresPerStep - metres) - metresPerStep / 2;
      worst = Math.max(worst, error / metres);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(result.depthM.length / 4);
    expect(worst).toBeLessThan(0.001);
    renderer.dispose();
  }, 120_000);
});
