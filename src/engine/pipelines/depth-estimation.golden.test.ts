import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFixturePlatform, describeFixtureModel } from '../../testing/fixture-models.ts';
import {
  alignWithGolden,
  measureDifference,
  readFixtureManifest,
  readGoldenPixels,
  type Bounds,
  type GoldenArray,
  type GoldenCase,
} from '../../testing/fixtures.ts';
import type { PipelineRequest } from '../api.ts';
import { resolveOptions } from '../image/input-size.ts';
import { resizeToRgb } from '../image/resize.ts';
import { upsampleToSource } from '../image/upsample.ts';
import { DEPTH_ANYTHING_V2_SMALL } from '../models/depth-anything-v2-small.ts';
import { DEPTH_PRO } from '../models/depth-pro.ts';
import { DPT_HYBRID_MIDAS } from '../models/dpt-hybrid-midas.ts';
import type { ModelManifest } from '../models/manifest.ts';
import { MIDAS_SMALL_V2_1 } from '../models/midas-small-v2-1.ts';
import type { Session, TensorData } from '../platform.ts';
import { DEPTH_ESTIMATION } from './depth-estimation.ts';
import type { PreparedInput } from './pipeline.ts';

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

const PUBLISHED: Readonly<Record<string, ModelManifest>> = {
  'depth-anything-tiny': DEPTH_ANYTHING_V2_SMALL,
  'midas-small-tiny': MIDAS_SMALL_V2_1,
  'midas-small-hub-tiny': MIDAS_SMALL_HUB,
  'dpt-hybrid-tiny': DPT_HYBRID_MIDAS,
};

const fixtures = readFixtureManifest();

function expectWithin(actual: ArrayLike<number>, golden: GoldenArray, bounds: Bounds): void {
  const aligned = alignWithGolden(actual, golden);
  const difference = measureDifference(aligned.actual, aligned.expected);
  expect(difference.maxAbs).toBeLessThanOrEqual(bounds.maxAbs);
  if (bounds.meanAbs !== undefined) expect(difference.meanAbs).toBeLessThanOrEqual(bounds.meanAbs);
}

async function decodeGolden(image: GoldenCase['image']) {
  const pixels = readGoldenPixels(fixtures, image);
  return createFixturePlatform().decodeImage(pixels, { signal: new AbortController().signal });
}

async function openFixture(file: string): Promise<Session> {
  const platform = createFixturePlatform();
  await platform.configure(
    { executionProvider: 'cpu', threads: 1, allowFallbackAdapter: false },
    () => undefined,
  );
  const model = describeFixtureModel(DEPTH_ANYTHING_V2_SMALL, file);
  const signal = new AbortController().signal;
  return platform.createSession(
    await platform.loadModel(model, model.variants[0]!, { signal, onProgress: () => undefined }),
  );
}

function requestFor(published: ModelManifest, file: string): PipelineRequest {
  const model = describeFixtureModel(published, file);
  return { pipeline: 'depth-estimation', model, variant: 'fp32', options: resolveOptions(model.input) };
}

describe.each(Object.keys(PUBLISHED))('%s', (name) => {
  const fixture = fixtures.models[name]!;
  const published = PUBLISHED[name]!;
  const request = requestFor(published, fixture.file);
  let session: Session;
  beforeAll(async () => {
    session = await openFixture(fixture.file);
  });
  afterAll(() => session.release());

  it('keeps the contract of its manifest', () => {
    expect(() => DEPTH_ESTIMATION.checkSession(session, request.model)).not.toThrow();
  });

  describe.each(fixture.cases)('$image', (golden) => {
    let input: PreparedInput;
    let output: TensorData;
    beforeAll(async () => {
      input = DEPTH_ESTIMATION.prepare(await decodeGolden(golden.image), request);
      const outputs = await session.run(input.feeds);
      output = outputs[Object.keys(golden.output)[0]!]!;
    });

    it.runIf(golden.input.resized)('resizes bit by bit as the reference', async () => {
      const image = await decodeGolden(golden.image);
      const source = { ...image, channels: 4, pixels: image.pixelsRgba } as const;
      const resized = resizeToRgb(source, input.geometry.content, published.input.resize);
      const aligned = alignWithGolden(resized, golden.input.resized!);
      expect(measureDifference(aligned.actual, aligned.expected).maxAbs).toBe(0);
    });

    it('prepares the input of the reference', () => {
      const tensor = input.feeds[published.input.name]!;
      expect(tensor.dims).toEqual(golden.input.shape);
      expectWithin(tensor.data as Float32Array, golden.input, fixture.tolerances.input);
    });

    it('gets the output of the reference from the session', () => {
      const expected = Object.values(golden.output)[0]!;
      expect(output.dims).toEqual(expected.shape);
      expectWithin(output.data as Float32Array, expected, fixture.tolerances.output);
    });

    it('brings the output to the source size as the reference', () => {
      if (published.output.kind !== 'disparity') throw new Error('a disparity model');
      const [, heightPx, widthPx] = output.dims as [number, number, number];
      const source = { widthPx: input.sourceWidthPx, heightPx: input.sourceHeightPx };
      const final = upsampleToSource(
        output.data as Float32Array,
        { widthPx, heightPx },
        source,
        published.output,
      );
      expectWithin(final, golden.final, fixture.tolerances.final);
    });
  });
});

describe('depth-pro-tiny', () => {
  const fixture = fixtures.models['depth-pro-tiny']!;
  const request = requestFor(DEPTH_PRO, fixture.file);

  it.each(fixture.cases)('gives metres and the focal length of $image', async (golden) => {
    const session = await openFixture(fixture.file);
    const input = DEPTH_ESTIMATION.prepare(await decodeGolden(golden.image), request);
    DEPTH_ESTIMATION.checkSession(session, request.model);
    expectWithin(input.feeds.pixel_values!.data as Float32Array, golden.input, fixture.tolerances.input);
    const outputs = await session.run(input.feeds);
    await session.release();
    const result = DEPTH_ESTIMATION.postprocess(outputs, input, request);
    if (result.kind !== 'metric-depth' || DEPTH_PRO.output.kind !== 'metric-depth')
      throw new Error(result.kind);
    const { referencePx } = (golden as unknown as { focalLength: { referencePx: number } }).focalLength;
    expect(result.focalLengthPx! / referencePx).toBeCloseTo(1, 3);
    const source = { widthPx: result.sourceWidthPx, heightPx: result.sourceHeightPx };
    const final = upsampleToSource(result.depthM, result, source, DEPTH_PRO.output);
    // Metres run to infinity, so that the reference compares their inverse.
    const aligned = alignWithGolden(final, golden.final);
    const inverse = (values: ArrayLike<number>): number[] => Array.from(values, (value) => 1 / value);
    expect(measureDifference(inverse(aligned.actual), inverse(aligned.expected)).maxAbs).toBeLessThanOrEqual(
      1e-3,
    );
  });
});
