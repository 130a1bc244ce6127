import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkContract } from './check-contract.ts';
import { DEPTH_ANYTHING_V2_BASE } from './depth-anything.ts';
import { DEPTH_PRO } from './depth-pro.ts';
import { DPT_HYBRID_MIDAS } from './dpt-hybrid-midas.ts';
import { guessContract, type ContractGuess } from './guess-contract.ts';
import { M2FP_MULTI, M2FP_SINGLE } from './m2fp.ts';
import { checkManifest } from './manifest-schema.ts';
import { MIDAS_SMALL_V2_1 } from './midas-small-v2-1.ts';
import { inspectOnnx } from './onnx-inspect.ts';
import { createArraySource } from './protobuf.ts';
import { SCHP_ATR, SCHP_LIP } from './schp.ts';
import { SEGFORMER_B0_CLOTHES } from './segformer-clothes.ts';

const FIXTURES = join(import.meta.dirname, '../../../e2e/fixtures');

function inspect(path: string) {
  return inspectOnnx(createArraySource(readFileSync(join(FIXTURES, path))));
}

async function guess(path: string): Promise<ContractGuess> {
  const sizeBytes = readFileSync(join(FIXTURES, path)).length;
  return guessContract(await inspect(path), {
    id: 'user-model',
    name: 'A model',
    files: [{ role: 'graph', name: 'model.onnx', url: null, sizeBytes, sha256: null }],
  });
}

function codes(found: ContractGuess): string[] {
  return found.reasons.map((reason) => reason.code);
}

describe('guessContract', () => {
  it.each([
    ['depth-anything-tiny.onnx', DEPTH_ANYTHING_V2_BASE, 'likely'],
    ['dpt-hybrid-tiny.onnx', DPT_HYBRID_MIDAS, 'likely'],
    ['midas-small-tiny.onnx', MIDAS_SMALL_V2_1, 'certain'],
    ['midas-small-tiny.opset9.onnx', MIDAS_SMALL_V2_1, 'certain'],
    ['depth-pro-tiny.onnx', DEPTH_PRO, 'certain'],
    ['segformer-clothes-tiny.onnx', SEGFORMER_B0_CLOTHES, 'likely'],
    ['schp-atr-tiny.onnx', SCHP_ATR, 'certain'],
    ['schp-lip-tiny.onnx', SCHP_LIP, 'certain'],
    ['m2fp-tiny.onnx', M2FP_MULTI, 'certain'],
  ])('gives %s the published contract', async (file, published, confidence) => {
    const found = await guess(`models/${file}`);
    const { detail: guessedDetail, ...guessedInput } = found.manifest.input;
    const { detail: publishedDetail, ...publishedInput } = published.input;
    expect(guessedInput).toEqual(publishedInput);
    expect(guessedDetail.defaultPx).toBe(publishedDetail.defaultPx);
    // The guess knows the file's own names: it needs no stand-in for renamed outputs.
    expect({ ...found.manifest.output, fallbackIndex: 1 }).toEqual({ ...published.output, fallbackIndex: 1 });
    expect(found.manifest.task).toBe(published.task);
    expect(found.confidence).toBe(confidence);
  });

  it('keeps mean and std outside for the hub export of MiDaS small, and stretches it to 256', async () => {
    const found = await guess('models/midas-small-hub-tiny.onnx');
    expect(found.manifest.input).toMatchObject({
      name: 'input',
      mean: [0.485, 0.456, 0.406],
      size: { rule: 'fixed', widthPx: 256, heightPx: 256 },
      resize: { filter: 'bicubic', cubicA: -0.75, antialias: false },
    });
    expect(found.confidence).toBe('unsure');
  });

  it('sees that the embedded model normalises by itself', async () => {
    const found = await guess('../../public/models/isobath-depth-tiny/model.onnx');
    expect(found.manifest.input.mean).toBeNull();
    expect(codes(found)).toContain('normalisation-in-graph');
  });

  it('finds a depth output with an odd name by its rank, and says that it is unsure', async () => {
    const found = await guess('broken/unexpected-output-name.onnx');
    expect(found.manifest.output).toMatchObject({ kind: 'disparity', name: 'banana' });
    expect(found.confidence).toBe('unsure');
    expect(found.reasons).toContainEqual({ code: 'output-by-shape', details: { name: 'banana' } });
  });

  it('names the classes by their count, and numbers the ones it does not know', async () => {
    const found = await guess('broken/seven-classes.onnx');
    expect(found.manifest.output).toMatchObject({ kind: 'semantic-labels', labelSet: 'pascal-person-part' });
  });

  it.each([
    ['broken/wrong-rank.onnx', 'axes'],
    ['broken/wrong-channels.onnx', '4 channels'],
    ['broken/int64-input.onnx', 'int64'],
  ])('refuses %s, because no picture goes in', async (path, words) => {
    await expect(guess(path)).rejects.toMatchObject({
      code: 'MODEL_CONTRACT_MISMATCH',
      message: expect.stringContaining(words) as string,
    });
  });

  it.each(['nan-output', 'partial-nan-output', 'constant-output', 'inf-output'])(
    'passes broken/%s.onnx: only running it shows what is wrong',
    async (name) => {
      expect((await guess(`broken/${name}.onnx`)).manifest.task).toBe('depth');
    },
  );

  it('takes M2FP with the classes of LIP for the single-person model', async () => {
    const found = await inspect('models/m2fp-tiny.onnx');
    const outputs = found.outputs.map((output) =>
      output.name === 'pred_logits' ? { ...output, shape: [1, 100, 21] } : output,
    );
    const { manifest } = guessContract({ ...found, outputs }, { id: 'own', name: 'own', files: [] });
    expect(manifest.output).toEqual(M2FP_SINGLE.output);
    expect(manifest.input).toEqual(M2FP_SINGLE.input);
    expect(manifest.licence).toMatchObject({ name: 'CC-BY-NC-4.0', isNonCommercial: true });
    expect(manifest.tolerance).toEqual(M2FP_SINGLE.tolerance);
  });

  it('gives manifests that the schema accepts', async () => {
    for (const file of ['depth-anything-tiny', 'm2fp-tiny', 'schp-atr-tiny', 'depth-pro-tiny']) {
      const { manifest } = await guess(`models/${file}.onnx`);
      expect(checkManifest(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
    }
  });
});

describe('checkContract', () => {
  it('accepts a file that keeps the promise', async () => {
    checkContract(await inspect('models/segformer-clothes-tiny.onnx'), SEGFORMER_B0_CLOTHES);
    checkContract(await inspect('models/depth-pro-tiny.onnx'), DEPTH_PRO);
    checkContract(await inspect('models/midas-small-tiny.onnx'), MIDAS_SMALL_V2_1);
  });

  it('refuses seven classes where eighteen are promised', async () => {
    const inspection = await inspect('broken/seven-classes.onnx');
    const output = inspection.outputs[0]?.name ?? '';
    const manifest = {
      ...SEGFORMER_B0_CLOTHES,
      input: { ...SEGFORMER_B0_CLOTHES.input, name: inspection.inputs[0]?.name ?? '' },
      output: { ...SEGFORMER_B0_CLOTHES.output, name: output },
    };
    expect(() => checkContract(inspection, manifest as typeof SEGFORMER_B0_CLOTHES)).toThrow(
      expect.objectContaining({
        code: 'MODEL_CONTRACT_MISMATCH',
        details: { found: '7', expected: '18' },
      }) as Error,
    );
  });

  it('refuses the 22 columns of multi-person M2FP where 21 are promised', async () => {
    const inspection = await inspect('models/m2fp-tiny.onnx');
    checkContract(inspection, M2FP_MULTI);
    expect(() => checkContract(inspection, M2FP_SINGLE)).toThrow(
      expect.objectContaining({
        code: 'MODEL_CONTRACT_MISMATCH',
        details: { found: '22 columns in pred_logits', expected: '21 (20 classes and no-object)' },
      }) as Error,
    );
  });

  it('refuses another model, another output and another size', async () => {
    const midas = await inspect('models/midas-small-tiny.onnx');
    expect(() => checkContract(midas, DPT_HYBRID_MIDAS)).toThrow(/found 0, expected pixel_values/);
    const dpt = await inspect('models/dpt-hybrid-tiny.onnx');
    expect(() => checkContract(dpt, SEGFORMER_B0_CLOTHES)).toThrow(/Output/);
    expect(() =>
      checkContract(dpt, {
        ...DPT_HYBRID_MIDAS,
        input: { ...DPT_HYBRID_MIDAS.input, size: { rule: 'fixed', widthPx: 512, heightPx: 512 } },
      }),
    ).toThrow(/384 x 384/);
  });
});
