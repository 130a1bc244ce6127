import { describe, expect, it, vi } from 'vitest';
import { createParsingRequest, openFixtureSession, toDecodedImage } from '../../testing/parsing-fixtures.ts';
import { ISOBATH_DEPTH_TINY } from '../models/isobath-depth-tiny.ts';
import { M2FP_MULTI, M2FP_SINGLE } from '../models/m2fp.ts';
import type { ModelManifest } from '../models/manifest.ts';
import { SCHP_ATR, SCHP_LIP } from '../models/schp.ts';
import { SEGFORMER_B0_CLOTHES } from '../models/segformer-clothes.ts';
import { createRandom } from '../../testing/random.ts';
import type { TensorData } from '../platform.ts';
import { HUMAN_PARSING } from './human-parsing.ts';

// Networks run and masks are painted pixel by pixel here: seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

function createPicture(widthPx: number, heightPx: number) {
  const random = createRandom(widthPx);
  const pixels = Uint8Array.from({ length: widthPx * heightPx * 3 }, () => random() * 256);
  return toDecodedImage(pixels, widthPx, heightPx);
}

function tensor(dims: readonly number[], value = 0): TensorData & { readonly data: Float32Array } {
  return { type: 'float32', dims, data: new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(value) };
}

const ODD_SIZES = [
  [1, 1],
  [4000, 60],
  [60, 4000],
  [3, 2],
] as const;

const MODELS: readonly (readonly [string, ModelManifest])[] = [
  ['models/segformer-clothes-tiny.onnx', SEGFORMER_B0_CLOTHES],
  ['models/schp-lip-tiny.onnx', SCHP_LIP],
  ['models/m2fp-tiny.onnx', M2FP_MULTI],
];

describe.each(MODELS)('%s', (file, model) => {
  it.each(ODD_SIZES)('labels a picture of %i x %i, pixel for pixel', async (widthPx, heightPx) => {
    const session = await openFixtureSession(file);
    const detailPx = Math.min(model.input.detail.defaultPx, model === M2FP_MULTI ? 128 : Infinity);
    const request = createParsingRequest(model, { detailPx });
    const prepared = HUMAN_PARSING.prepare(createPicture(widthPx, heightPx), request);
    const outputs = await session.run(prepared.feeds);
    const result = HUMAN_PARSING.postprocess(outputs, prepared, request);
    await session.release();
    if (result.kind !== 'labels') throw new Error(result.kind);
    expect(result).toMatchObject({ widthPx, heightPx, sourceWidthPx: widthPx, sourceHeightPx: heightPx });
    expect(result.labelsU8).toHaveLength(widthPx * heightPx);
    expect(Math.max(...new Set(result.labelsU8))).toBeLessThan(result.labels.length);
  });
});

describe('a large picture', () => {
  it('gets a map of bounded size with its aspect kept', () => {
    const request = createParsingRequest(SEGFORMER_B0_CLOTHES);
    const prepared = {
      ...HUMAN_PARSING.prepare(createPicture(4, 3), request),
      sourceWidthPx: 8000,
      sourceHeightPx: 6000,
    };
    const result = HUMAN_PARSING.postprocess({ logits: tensor([1, 18, 4, 4]) }, prepared, request);
    expect([result.widthPx, result.heightPx]).toEqual([2364, 1773]);
  });
});

describe('the centred frame of single-person M2FP', () => {
  it('shrinks to fit, centres on grey, and leaves small pictures at their size', () => {
    const request = createParsingRequest(M2FP_SINGLE);
    const white = (widthPx: number, heightPx: number) =>
      toDecodedImage(new Uint8Array(widthPx * heightPx * 3).fill(255), widthPx, heightPx);
    const large = HUMAN_PARSING.prepare(white(768, 512), request);
    expect(large.geometry).toEqual({
      content: { widthPx: 384, heightPx: 256 },
      network: { widthPx: 384, heightPx: 512 },
    });
    const red = large.feeds.pixel_values!.data;
    const grey = (128 - 123.675) / 58.395;
    const full = (255 - 123.675) / 58.395;
    expect(red[127 * 384]).toBeCloseTo(grey, 5);
    expect(red[128 * 384]).toBeCloseTo(full, 5);
    expect(red[383 * 384]).toBeCloseTo(full, 5);
    expect(red[384 * 384]).toBeCloseTo(grey, 5);
    expect(HUMAN_PARSING.prepare(white(100, 50), request).geometry.content).toEqual({
      widthPx: 100,
      heightPx: 50,
    });
  });

  it('sums all queries, estimates people, and comes back without the frame', () => {
    const request = createParsingRequest(M2FP_SINGLE);
    const image = createPicture(768, 512);
    const prepared = HUMAN_PARSING.prepare(image, request);
    // Query 0 is sure of a face; its mask is the right half of the frame, above and below the picture too.
    const logits = tensor([1, 2, 21]);
    logits.data[13] = 20;
    logits.data[21] = 20;
    const masks = tensor([1, 2, 128, 96], -9);
    for (let i = 0; i < 128 * 96; i++) {
      masks.data[i] = i % 96 >= 48 ? 9 : -9;
      masks.data[128 * 96 + i] = i % 96 >= 48 ? -9 : 9;
    }
    for (const isExact of [false, true]) {
      const wanted = createParsingRequest(M2FP_SINGLE, { isExact });
      const result = HUMAN_PARSING.postprocess({ pred_logits: logits, pred_masks: masks }, prepared, wanted);
      if (result.kind !== 'labels') throw new Error(result.kind);
      expect(result.labelsU8.subarray(0, 768).indexOf(13)).toBe(384);
      expect(result.labelsU8.filter((label) => label === 13)).toHaveLength(384 * 512);
      expect(result.arePeopleEstimated).toBe(true);
      expect(result.people).toEqual([{ score: null, box: { x: 384, y: 0, width: 384, height: 512 } }]);
    }
  });
});

describe('a model that is not what its manifest says', () => {
  const image = createPicture(8, 8);

  it('is refused before the first run when its classes are too few for the label set', async () => {
    const session = await openFixtureSession('broken/seven-classes.onnx');
    const input = session.inputs[0]!.name;
    const model = { ...SEGFORMER_B0_CLOTHES, input: { ...SEGFORMER_B0_CLOTHES.input, name: input } };
    const output = session.outputs[0]!.name;
    const named = { ...model, output: { ...model.output, name: output } as ModelManifest['output'] };
    expect(() => HUMAN_PARSING.checkSession(session, named)).toThrow(
      expect.objectContaining({
        code: 'MODEL_CONTRACT_MISMATCH',
        message: expect.stringMatching(/atr.*found.*\b7\b.*expected.*\b18\b/s) as string,
      }),
    );
    await session.release();
  });

  it('is refused when its outputs have other names, with both named', async () => {
    const session = await openFixtureSession('models/segformer-clothes-tiny.onnx');
    expect(() => HUMAN_PARSING.checkSession(session, M2FP_MULTI)).toThrow(
      expect.objectContaining({
        code: 'MODEL_CONTRACT_MISMATCH',
        details: {
          found: expect.stringContaining('logits: ') as string,
          expected: 'pred_logits: [1, queries, 22]',
        },
      }),
    );
    await session.release();
  });

  it('is refused when it is a depth model', async () => {
    const session = await openFixtureSession('models/segformer-clothes-tiny.onnx');
    expect(() => HUMAN_PARSING.checkSession(session, ISOBATH_DEPTH_TINY)).toThrow(
      expect.objectContaining({ code: 'MODEL_CONTRACT_MISMATCH' }),
    );
    await session.release();
  });

  it.each([NaN, Infinity])('is caught when a logit is %f', (value) => {
    const request = createParsingRequest(SEGFORMER_B0_CLOTHES);
    const logits = tensor([1, 18, 4, 4]);
    logits.data[100] = value;
    expect(() =>
      HUMAN_PARSING.postprocess({ logits }, HUMAN_PARSING.prepare(image, request), request),
    ).toThrow(expect.objectContaining({ code: 'MODEL_OUTPUT_INVALID' }));
  });

  it('is caught when queries and masks do not match', () => {
    const request = createParsingRequest(M2FP_MULTI, { detailPx: 128 });
    const outputs = { pred_logits: tensor([1, 100, 22]), pred_masks: tensor([1, 99, 8, 8]) };
    expect(() => HUMAN_PARSING.postprocess(outputs, HUMAN_PARSING.prepare(image, request), request)).toThrow(
      expect.objectContaining({
        code: 'MODEL_CONTRACT_MISMATCH',
        details: { found: 'pred_masks: [1, 99, 8, 8]', expected: 'pred_masks: [1, 100, height, width]' },
      }),
    );
  });

  it('takes the output at the fallback place, in the order of the graph', () => {
    const request = createParsingRequest(SCHP_ATR);
    const prepared = HUMAN_PARSING.prepare(image, request);
    const fusion = tensor([1, 18, 4, 4]);
    fusion.data.fill(1, 5 * 16, 6 * 16);
    // As a record these sort 12, 700, 701; the graph says 701 (parsing), 700 (fusion), 12 (edge).
    const outputs = { 701: tensor([1, 18, 4, 4]), 700: fusion, 12: tensor([1, 2, 4, 4]) };
    const result = HUMAN_PARSING.postprocess(outputs, prepared, request, ['701', '700', '12']);
    expect(result.kind === 'labels' && result.labelsU8[27]).toBe(5);
  });
});

describe('nobody in the picture', () => {
  it('is an empty result', () => {
    const request = createParsingRequest(SEGFORMER_B0_CLOTHES);
    const logits = tensor([1, 18, 8, 8]);
    logits.data.fill(5, 0, 64);
    const result = HUMAN_PARSING.postprocess(
      { logits },
      HUMAN_PARSING.prepare(createPicture(40, 30), request),
      request,
    );
    expect(result).toMatchObject({ kind: 'labels', people: [], instancesU16: null, labelSet: 'atr' });
  });
});
