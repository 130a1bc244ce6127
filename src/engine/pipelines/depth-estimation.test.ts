import { describe, expect, it } from 'vitest';
import { createHalvesPicture } from '../../testing/fake-platform.ts';
import { createFixturePlatform, describeFixtureModel } from '../../testing/fixture-models.ts';
import type { PipelineRequest } from '../api.ts';
import { createEngine } from '../engine.ts';
import { resolveOptions } from '../image/input-size.ts';
import { DEPTH_ANYTHING_V2_SMALL } from '../models/depth-anything-v2-small.ts';
import { DEPTH_PRO } from '../models/depth-pro.ts';
import type { ModelManifest } from '../models/manifest.ts';
import type { Session, TensorData } from '../platform.ts';
import { DEPTH_ESTIMATION } from './depth-estimation.ts';
import type { PreparedInput } from './pipeline.ts';

function requestFor(model: ModelManifest): PipelineRequest {
  return { pipeline: 'depth-estimation', model, variant: 'fp32', options: resolveOptions(model.input) };
}

function floats(dims: readonly number[], values?: readonly number[]): TensorData {
  const length = dims.reduce((product, axis) => product * axis, 1);
  return {
    type: 'float32',
    dims,
    data: Float32Array.from(values ?? Array.from({ length }, (_value, i) => i)),
  };
}

const METRIC: ModelManifest = {
  ...DEPTH_PRO,
  input: { ...DEPTH_PRO.input, size: { rule: 'fixed', widthPx: 4, heightPx: 2 } },
};
const disparityRequest = requestFor(DEPTH_ANYTHING_V2_SMALL);
const metricRequest = requestFor(METRIC);

function inputOf(content = { widthPx: 4, heightPx: 2 }): PreparedInput {
  return {
    feeds: {},
    geometry: { network: { widthPx: 4, heightPx: 2 }, content },
    sourceWidthPx: 8,
    sourceHeightPx: 4,
    isFlat: false,
  };
}

describe('the fixture pack of broken models, through the engine', () => {
  it.each([
    ['nan-output', 'MODEL_OUTPUT_INVALID', { reason: 'not-finite' }],
    ['partial-nan-output', 'MODEL_OUTPUT_INVALID', { reason: 'not-finite' }],
    ['inf-output', 'MODEL_OUTPUT_INVALID', { reason: 'not-finite' }],
    ['constant-output', 'MODEL_OUTPUT_INVALID', { reason: 'constant', value: 2 }],
    ['wrong-rank', 'MODEL_CONTRACT_MISMATCH', { found: 'pixel_values: float32[1, n]' }],
    ['wrong-channels', 'MODEL_CONTRACT_MISMATCH', {}],
    ['int64-input', 'MODEL_CONTRACT_MISMATCH', {}],
    ['unexpected-output-name', 'MODEL_CONTRACT_MISMATCH', { expected: 'predicted_depth' }],
    ['truncated', 'MODEL_INVALID', {}],
    ['empty', 'MODEL_INVALID', {}],
    ['html-page', 'MODEL_INVALID', {}],
    ['lfs-pointer', 'MODEL_INVALID', {}],
    ['zip-renamed', 'MODEL_INVALID', {}],
    ['opset-99', 'MODEL_INVALID', {}],
    ['unknown-operator', 'MODEL_INVALID', {}],
    ['external-data-missing', 'MODEL_INVALID', {}],
  ])('refuses %s with %s', async (name, code, details) => {
    const engine = createEngine(createFixturePlatform());
    await engine.connect(
      { executionProvider: 'cpu', threads: 1, allowFallbackAdapter: false },
      () => undefined,
    );
    const model = describeFixtureModel(DEPTH_ANYTHING_V2_SMALL, `broken/${name}.onnx`);
    const { widthPx, heightPx, pixelsRgba } = createHalvesPicture();
    const source = { widthPx, heightPx, pixels: new Uint8Array(pixelsRgba) };
    const reply = await engine.run({ taskId: name, source, pipelines: [requestFor(model)] });
    await engine.dispose();
    expect(reply).toMatchObject({ ok: true, value: [{ ok: false, error: { code, details } }] });
  });
});

describe('checkSession', () => {
  const image = { name: 'pixel_values', type: 'float32', shape: [1, 3, 'h', 'w'] };
  const map = { name: 'predicted_depth', type: 'float32', shape: [1, 'h', 'w'] };

  function check(
    inputs: Session['inputs'],
    outputs: Session['outputs'],
    model = DEPTH_ANYTHING_V2_SMALL,
  ): void {
    const unused = (): never => {
      throw new Error('not to be called');
    };
    DEPTH_ESTIMATION.checkSession({ inputs, outputs, run: unused, release: unused }, model);
  }

  const mismatch = expect.objectContaining({ code: 'MODEL_CONTRACT_MISMATCH' });

  it('accepts dynamic axes, a batch axis by name and half precision', () => {
    check([image], [map]);
    check([{ ...image, type: 'float16', shape: ['batch', 'channels', 'h', 'w'] }], [map]);
    check([image], [{ ...map, shape: [1, 1, 'h', 'w'] }]);
  });

  it('refuses a second input, another batch, a fixed size where the manifest promises a free one', () => {
    expect(() => check([image, { ...image, name: 'mask' }], [map])).toThrow(mismatch);
    expect(() => check([{ ...image, shape: [4, 3, 'h', 'w'] }], [map])).toThrow(mismatch);
    expect(() => check([{ ...image, shape: [1, 3, 518, 518] }], [map])).toThrow(mismatch);
  });

  it('refuses another fixed size than the manifest names, and a model of another kind', () => {
    const focal = { name: 'focallength_px', type: 'float32', shape: [1] };
    expect(() => check([{ ...image, shape: [1, 3, 2, 4] }], [map, focal], METRIC)).not.toThrow();
    expect(() => check([{ ...image, shape: [1, 3, 4, 4] }], [map, focal], METRIC)).toThrow(mismatch);
    expect(() => check([image], [map], METRIC)).toThrow(mismatch);
    const parser: ModelManifest = {
      ...DEPTH_ANYTHING_V2_SMALL,
      output: { kind: 'semantic-labels', name: 'logits', labels: ['a'], labelSet: 'x' },
    };
    expect(() => check([image], [map], parser)).toThrow(mismatch);
  });
});

describe('postprocess', () => {
  it('gives raw float32 disparity at the network size, whatever leading axes the output has', () => {
    for (const dims of [
      [2, 4],
      [1, 2, 4],
      [1, 1, 2, 4],
    ]) {
      const result = DEPTH_ESTIMATION.postprocess(
        { predicted_depth: floats(dims) },
        inputOf(),
        disparityRequest,
      );
      expect(result).toMatchObject({
        kind: 'disparity',
        widthPx: 4,
        heightPx: 2,
        sourceWidthPx: 8,
        sourceHeightPx: 4,
      });
      if (result.kind === 'disparity') expect([...result.disparity]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    }
  });

  it('reads half precision', () => {
    const tensor: TensorData = { type: 'float16', dims: [1, 1, 2], data: new Uint16Array([0x3c00, 0xc000]) };
    const result = DEPTH_ESTIMATION.postprocess({ predicted_depth: tensor }, inputOf(), disparityRequest);
    if (result.kind === 'disparity') expect([...result.disparity]).toEqual([1, -2]);
    expect(result.kind).toBe('disparity');
  });

  it('crops what the size rule padded', () => {
    const input = inputOf({ widthPx: 2, heightPx: 1 });
    const result = DEPTH_ESTIMATION.postprocess(
      { predicted_depth: floats([1, 2, 4]) },
      input,
      disparityRequest,
    );
    expect(result).toMatchObject({ widthPx: 2, heightPx: 1 });
    if (result.kind === 'disparity') expect([...result.disparity]).toEqual([0, 1]);
  });

  it.each([[[2, 2, 2]], [[8]], [[1, 2, 2, 2]]])('refuses an output of shape %j', (dims) => {
    expect(() =>
      DEPTH_ESTIMATION.postprocess({ predicted_depth: floats(dims) }, inputOf(), disparityRequest),
    ).toThrow(expect.objectContaining({ code: 'MODEL_CONTRACT_MISMATCH' }));
  });

  it('gives metres and the focal length in pixels of the source', () => {
    const outputs = { predicted_depth: floats([1, 2, 4]), focallength_px: floats([1], [6]) };
    const result = DEPTH_ESTIMATION.postprocess(outputs, inputOf(), metricRequest);
    expect(result).toMatchObject({ kind: 'metric-depth', focalLengthPx: 12 });
  });

  it('refuses a focal length that is no length', () => {
    const outputs = { predicted_depth: floats([1, 2, 4]), focallength_px: floats([1], [-6]) };
    expect(() => DEPTH_ESTIMATION.postprocess(outputs, inputOf(), metricRequest)).toThrow(
      expect.objectContaining({ code: 'MODEL_OUTPUT_INVALID' }),
    );
  });
});
