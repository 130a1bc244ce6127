/** Sessions of the real runtime: outputs, external data, and what is said of files that are no models. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineError } from '../../engine/errors.ts';
import { separateWeights } from '../../engine/models/onnx-weights.ts';
import { createArraySource } from '../../engine/models/protobuf.ts';
import type { ModelBytes, Session, TensorData } from '../../engine/platform.ts';
import { loadWasmRuntime, type OnnxRuntime } from './onnx-runtime.ts';
import { createOrtSession } from './session.ts';

let ort: OnnxRuntime;
beforeAll(async () => {
  ort = await loadWasmRuntime(1);
});

async function fetchBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(`/e2e/fixtures/${path}`);
  expect(response.ok).toBe(true);
  return new Uint8Array(await response.arrayBuffer());
}

async function fetchModel(path: string): Promise<ModelBytes> {
  return { graph: await fetchBytes(path), externalData: [] };
}

const WASM = { executionProvider: 'wasm', device: null, skipsGraphOptimization: false } as const;

const GREY = {
  type: 'float32' as const,
  dims: [1, 3, 56, 70],
  data: new Float32Array(3 * 56 * 70).fill(0.25),
};

/** A picture of the size that the graph asks for, 84 x 98 where it leaves that open. */
function makeFeeds({ inputs }: Session): Record<string, TensorData> {
  const [input] = inputs;
  const open = [1, 3, 84, 98];
  const dims = open.map((size, axis) => {
    const declared = input?.shape[axis];
    return typeof declared === 'number' ? declared : size;
  });
  const data = new Float32Array(dims.reduce((product, size) => product * size, 1));
  for (let at = 0; at < data.length; at++) data[at] = (at % 97) / 97;
  return { [input?.name ?? '']: { type: 'float32', dims, data } };
}

describe('a session', () => {
  it('tells its inputs and outputs, and computes', async () => {
    const session = await createOrtSession(ort, await fetchModel('models/depth-anything-tiny.onnx'), WASM);
    expect(session.inputs.map(({ name, type, shape }) => [name, type, shape.length])).toEqual([
      ['pixel_values', 'float32', 4],
    ]);
    expect(session.outputs.map(({ name }) => name)).toEqual(['predicted_depth']);
    const { predicted_depth: depth } = await session.run({ pixel_values: GREY });
    expect(depth?.dims).toEqual([1, 56, 70]);
    expect(depth?.data).toBeInstanceOf(Float32Array);
    expect(depth?.data).toHaveLength(56 * 70);
    await session.release();
  });

  it.each([
    'depth-anything-tiny',
    'depth-anything-tiny.fp16',
    'depth-anything-tiny.int8-qdq',
    'depth-anything-tiny.q4',
    'depth-anything-tiny.uint8-dynamic',
    'dpt-hybrid-tiny',
    'm2fp-tiny',
    'midas-small-tiny',
    'midas-small-tiny.opset9',
    'schp-lip-tiny',
    'segformer-clothes-tiny',
  ])('computes the same of %s, bit for bit, with its weights left in the file', async (name) => {
    const { graph: file } = await fetchModel(`models/${name}.onnx`);
    const graph = await separateWeights(createArraySource(file), 'model.onnx', 0);
    // What the optimiser makes of fp16 takes no picture of this size.
    const options = { ...WASM, skipsGraphOptimization: name.endsWith('fp16') };
    const whole = await createOrtSession(ort, { graph: file, externalData: [] }, options);
    const external = [{ name: 'model.onnx', bytes: file }];
    const split = await createOrtSession(ort, { graph: graph!, externalData: external }, options);
    const feeds = makeFeeds(whole);
    expect(await split.run(feeds)).toEqual(await whole.run(feeds));
    await whole.release();
    await split.release();
  });

  it('computes the same from external data', async () => {
    const folder = 'models/depth-anything-tiny-external';
    const whole = await createOrtSession(ort, await fetchModel('models/depth-anything-tiny.onnx'), WASM);
    const split = await createOrtSession(
      ort,
      {
        graph: await fetchBytes(`${folder}/model.onnx`),
        externalData: [{ name: 'model.onnx_data', bytes: await fetchBytes(`${folder}/model.onnx_data`) }],
      },
      WASM,
    );
    const expected = await whole.run({ pixel_values: GREY });
    expect(await split.run({ pixel_values: GREY })).toEqual(expected);
    await whole.release();
    await split.release();
  });

  it('can be created, released and created again', async () => {
    const bytes = await fetchModel('models/midas-small-tiny.onnx');
    for (let round = 0; round < 3; round += 1) {
      const session = await createOrtSession(ort, bytes, WASM);
      await session.release();
    }
    expect(bytes.graph.byteLength).toBeGreaterThan(0);
  });

  it('says INFERENCE_FAILED for an input that the graph does not take', async () => {
    const session = await createOrtSession(ort, await fetchModel('models/depth-anything-tiny.onnx'), WASM);
    const wrong = { ...GREY, dims: [1, 1, 56, 70], data: new Float32Array(56 * 70) };
    const error = await session.run({ pixel_values: wrong }).catch((reason: EngineError) => reason);
    expect(error).toMatchObject({ code: 'INFERENCE_FAILED' });
    await session.release();
  });
});

describe('a file that is no model', () => {
  it.each([
    'truncated',
    'empty',
    'html-page',
    'lfs-pointer',
    'zip-renamed',
    'opset-99',
    'unknown-operator',
    'external-data-missing',
  ])('%s.onnx is MODEL_INVALID', async (name) => {
    const model = await fetchModel(`broken/${name}.onnx`);
    const error = await createOrtSession(ort, model, WASM).catch((reason: EngineError) => reason);
    expect(error).toMatchObject({ code: 'MODEL_INVALID' });
  });
});
