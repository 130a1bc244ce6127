import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectOnnx } from './onnx-inspect.ts';
import { separateWeights } from './onnx-weights.ts';
import { createArraySource } from './protobuf.ts';

const MODELS = join(import.meta.dirname, '../../../e2e/fixtures/models');
const read = (path: string) => readFileSync(join(MODELS, path));
const separate = (bytes: Uint8Array) => separateWeights(createArraySource(bytes), 'model.onnx', 0);

describe('separateWeights', () => {
  it.each([
    'depth-anything-tiny.onnx',
    'depth-anything-tiny.q4.onnx',
    'schp-lip-tiny.onnx',
    'm2fp-tiny.onnx',
  ])('leaves a graph of %s that declares the same and points at the file', async (path) => {
    const whole = read(path);
    const graph = await separate(whole);
    const before = await inspectOnnx(createArraySource(whole));
    expect(await inspectOnnx(createArraySource(graph!))).toEqual({
      ...before,
      externalDataFiles: ['model.onnx'],
    });
    expect(graph!.length).toBeLessThan(whole.length / 2);
  });

  it('gains nothing of small models, nor of graphs whose weights are outside already', async () => {
    const tiny = createArraySource(read('depth-anything-tiny.onnx'));
    expect(await separateWeights(tiny, 'model.onnx')).toBeNull();
    const external = createArraySource(read('depth-anything-tiny-external/model.onnx'));
    expect(await separateWeights(external, 'model.onnx')).toBeNull();
  });

  it('keeps what was outside already where it was', async () => {
    const external = read('depth-anything-tiny-external/model.onnx');
    const graph = await separate(external);
    const { externalDataFiles } = await inspectOnnx(createArraySource(graph!));
    expect(externalDataFiles).toContain('model.onnx_data');
  });

  it('refuses a file that was cut off, and one that is no model', async () => {
    await expect(separate(read('depth-anything-tiny.onnx').subarray(0, 300_000))).rejects.toThrow(RangeError);
    await expect(separate(new TextEncoder().encode('<!doctype html>'))).rejects.toThrow();
  });
});
