import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../errors.ts';
import { inspectOnnx } from './onnx-inspect.ts';
import { createArraySource, createBlobSource } from './protobuf.ts';

const FIXTURES = join(import.meta.dirname, '../../../e2e/fixtures');

function inspect(path: string) {
  return inspectOnnx(createArraySource(readFileSync(join(FIXTURES, path))));
}

async function refusal(path: string): Promise<EngineError> {
  return await inspect(path).then(
    () => Promise.reject(new Error(`${path} was accepted`)),
    (error: unknown) => error as EngineError,
  );
}

describe('inspectOnnx', () => {
  it('reads names, types and axes of a dynamic graph', async () => {
    const found = await inspect('models/depth-anything-tiny.onnx');
    expect(found.inputs).toEqual([
      { name: 'pixel_values', type: 'float32', shape: ['batch_size', 'num_channels', 'height', 'width'] },
    ]);
    expect(found.outputs).toEqual([
      { name: 'predicted_depth', type: 'float32', shape: ['batch_size', 'height', 'width'] },
    ]);
    expect(found.opset).toBe(17);
    expect(found.externalDataFiles).toEqual([]);
  });

  it('reads fixed axes, several outputs and an old opset', async () => {
    const schp = await inspect('models/schp-lip-tiny.onnx');
    expect(schp.outputs.map((output) => [output.name, output.shape])).toEqual([
      ['347', [1, 20, 119, 119]],
      ['355', [1, 20, 119, 119]],
      ['326', [1, 2, 119, 119]],
    ]);
    const midas = await inspect('models/midas-small-tiny.opset9.onnx');
    expect(midas.opset).toBe(9);
    expect(midas.inputs).toEqual([{ name: '0', type: 'float32', shape: [1, 3, 256, 256] }]);
  });

  it('names the files that hold the weights outside of the graph', async () => {
    const found = await inspect('models/depth-anything-tiny-external/model.onnx');
    expect(found.externalDataFiles).toEqual(['model.onnx_data']);
  });

  it('sees arithmetic right behind the input', async () => {
    const midas = await inspect('models/midas-small-tiny.onnx');
    expect(midas.firstOperators['0']).toEqual(['Sub']);
  });

  it('gives the same answer through a window over a Blob as over bytes', async () => {
    const bytes = readFileSync(join(FIXTURES, 'models/m2fp-tiny.onnx'));
    const fromBlob = await inspectOnnx(createBlobSource(new Blob([bytes])));
    expect(fromBlob).toEqual(await inspect('models/m2fp-tiny.onnx'));
    expect(fromBlob.nodeCount).toBeGreaterThan(100);
  });

  it.each([
    ['broken/empty.onnx', 'empty'],
    ['broken/html-page.onnx', 'html'],
    ['broken/lfs-pointer.onnx', 'lfs-pointer'],
    ['broken/zip-renamed.onnx', 'zip'],
    ['broken/truncated.onnx', 'truncated'],
    ['broken/opset-99.onnx', 'opset-too-new'],
    ['broken/unknown-operator.onnx', 'unknown-operator'],
    ['broken/broken.json', 'json'],
    ['broken/../models/depth-anything-tiny-external/model.onnx_data', 'not-onnx'],
  ])('refuses %s with the reason %s', async (path, reason) => {
    const error = await refusal(path);
    expect(error).toBeInstanceOf(EngineError);
    expect(error.code).toBe('MODEL_INVALID');
    expect(error.details.reason).toBe(reason);
  });

  it('refuses a model that was cut off anywhere, and never accepts half of it', async () => {
    const bytes = readFileSync(join(FIXTURES, 'models/depth-pro-tiny.onnx'));
    for (const share of [0.001, 0.1, 0.5, 0.9, 0.999]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * share));
      await expect(inspectOnnx(createArraySource(cut)), `cut at ${share}`).rejects.toMatchObject({
        code: 'MODEL_INVALID',
      });
    }
  });

  it('names the operator that no runtime has, and the opset that is too new', async () => {
    expect((await refusal('broken/unknown-operator.onnx')).details).toMatchObject({
      operator: 'MultiScaleDeformAttn',
      domain: 'mmdeploy',
    });
    expect((await refusal('broken/opset-99.onnx')).details).toMatchObject({ opset: 99, maxOpset: 26 });
  });
});
