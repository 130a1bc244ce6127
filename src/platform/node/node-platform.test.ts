import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ISOBATH_DEPTH_TINY } from '../../engine/models/isobath-depth-tiny.ts';
import type { ModelFile, ModelManifest } from '../../engine/models/manifest.ts';
import { readFixtureBytes } from '../../testing/fixtures.ts';
import { createNodePlatform } from './node-platform.ts';
import { decodeRawPixels } from './raw-pixels.ts';

let modelsDir: string;
beforeAll(async () => {
  modelsDir = await mkdtemp(path.join(tmpdir(), 'isobath-models-'));
});
afterAll(() => rm(modelsDir, { recursive: true }));

function platform() {
  return createNodePlatform({ modelsDir, decodeImage: decodeRawPixels });
}

function modelOf(id: string, ...files: readonly Partial<ModelFile>[]): ModelManifest {
  const described = files.map((file) => ({
    role: 'graph' as const,
    name: 'model.onnx',
    url: null,
    sizeBytes: 3,
    sha256: null,
    ...file,
  }));
  return { ...ISOBATH_DEPTH_TINY, id, variants: [{ ...ISOBATH_DEPTH_TINY.variants[0]!, files: described }] };
}

async function install(id: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(path.join(modelsDir, id), { recursive: true });
  await writeFile(path.join(modelsDir, id, name), bytes);
}

function load(
  model: ModelManifest,
  signal = new AbortController().signal,
  onProgress: (fraction: number | null) => void = () => undefined,
) {
  return platform().loadModel(model, model.variants[0]!, { signal, onProgress });
}

describe('loadModel', () => {
  it('reads the graph and its external data, and reports how far it is', async () => {
    await install('two-files', 'model.onnx', new Uint8Array([1, 2, 3]));
    await install('two-files', 'model.onnx_data', new Uint8Array([4]));
    const fractions: (number | null)[] = [];
    const bytes = await load(
      modelOf('two-files', {}, { role: 'external-data', name: 'model.onnx_data', sizeBytes: 1 }),
      undefined,
      (fraction) => fractions.push(fraction),
    );
    expect([...bytes.graph]).toEqual([1, 2, 3]);
    expect(bytes.externalData.map(({ name, bytes: data }) => [name, ...data])).toEqual([
      ['model.onnx_data', 4],
    ]);
    expect(fractions).toEqual([0.75, 1]);
  });

  it('accepts the right hash and names a wrong one', async () => {
    const content = new Uint8Array([1, 2, 3]);
    await install('hashed', 'model.onnx', content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect((await load(modelOf('hashed', { sha256 }))).graph).toEqual(content);
    await expect(load(modelOf('hashed', { sha256: 'f00d' }))).rejects.toMatchObject({
      code: 'MODEL_CHECKSUM_MISMATCH',
      details: { expected: 'f00d', actual: sha256 },
    });
  });

  it('says that a model is not installed', async () => {
    await expect(load(modelOf('absent', {}))).rejects.toMatchObject({ code: 'MODEL_NOT_INSTALLED' });
  });

  it.each([
    ['a', '../secret.onnx'],
    ['a', 'sub/model.onnx'],
    ['../a', 'model.onnx'],
    ['.', 'model.onnx'],
  ])('refuses model %s with file %s, which would leave its folder', async (id, name) => {
    await expect(load(modelOf(id, { name }))).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('stops when it is aborted', async () => {
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    await expect(load(modelOf('absent', {}), controller.signal)).rejects.toThrow('enough');
  });
});

describe('configure', () => {
  it('offers the CPU only', async () => {
    const config = { threads: 2, allowFallbackAdapter: false };
    await expect(
      platform().configure({ ...config, executionProvider: 'cpu' }, () => undefined),
    ).resolves.toMatchObject({ executionProvider: 'cpu', threads: 2 });
    await expect(
      platform().configure({ ...config, executionProvider: 'webgpu' }, () => undefined),
    ).rejects.toMatchObject({ code: 'EXECUTION_PROVIDER_UNAVAILABLE' });
  });
});

describe('createSession', () => {
  it('runs a model with external data', async () => {
    const folder = 'models/depth-anything-tiny-external';
    const session = await platform().createSession({
      graph: readFixtureBytes(`${folder}/model.onnx`),
      externalData: [{ name: 'model.onnx_data', bytes: readFixtureBytes(`${folder}/model.onnx_data`) }],
    });
    const data = new Float32Array(3 * 28 * 28).fill(0.5);
    const outputs = await session.run({ pixel_values: { type: 'float32', dims: [1, 3, 28, 28], data } });
    expect(outputs.predicted_depth?.dims).toEqual([1, 28, 28]);
    await expect(
      session.run({ banana: { type: 'float32', dims: [1], data: new Float32Array(1) } }),
    ).rejects.toMatchObject({
      code: 'INFERENCE_FAILED',
    });
    await session.release();
  });
});

describe('decodeRawPixels', () => {
  const signal = new AbortController().signal;

  it('adds an opaque fourth channel', async () => {
    const image = await decodeRawPixels(
      { widthPx: 2, heightPx: 1, pixels: new Uint8Array([1, 2, 3, 4, 5, 6]) },
      { signal },
    );
    expect([...image.pixelsRgba]).toEqual([1, 2, 3, 255, 4, 5, 6, 255]);
  });

  it('refuses nothing, and a length that does not fit the size', async () => {
    const decode = (widthPx: number) =>
      decodeRawPixels({ widthPx, heightPx: 1, pixels: new Uint8Array(5) }, { signal });
    await expect(decode(0)).rejects.toMatchObject({ code: 'IMAGE_ZERO_SIZE' });
    await expect(decode(2)).rejects.toMatchObject({ code: 'IMAGE_DECODE_FAILED' });
  });
});
