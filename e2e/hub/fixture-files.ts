/** What the test hub serves: the fixture models under the catalogue's addresses, and made-up bytes of any length. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PADDING_HEAD_BYTES, padModel } from './pad-model.ts';

const MODELS = join(import.meta.dirname, '../fixtures/models');

/** The tiny model that stands for a published one, by repository and file name. */
const STAND_INS: readonly (readonly [RegExp, string])[] = [
  [/depth-anything[^/]*\/.*model_fp16\.onnx$/, 'depth-anything-tiny.fp16.onnx'],
  [/depth-anything[^/]*\/.*model_(int8|quantized)\.onnx$/, 'depth-anything-tiny.int8-qdq.onnx'],
  [/depth-anything[^/]*\/.*model_uint8\.onnx$/, 'depth-anything-tiny.uint8-dynamic.onnx'],
  [/depth-anything[^/]*\/.*model_q4\.onnx$/, 'depth-anything-tiny.q4.onnx'],
  [/depth-anything[^/]*\/.*model_q4f16\.onnx$/, 'depth-anything-tiny.fp16.onnx'],
  [/depth-anything[^/]*\/.*model\.onnx$/, 'depth-anything-tiny.onnx'],
  [/dpt-hybrid-midas\/.*\.onnx$/, 'dpt-hybrid-tiny.onnx'],
  [/DepthPro-ONNX\/.*\.onnx$/, 'depth-pro-tiny.onnx'],
  [/segformer_b\d_clothes\/.*\.onnx$/, 'segformer-clothes-tiny.onnx'],
  [/humanparsing\/.*parsing_atr\.onnx$/, 'schp-atr-tiny.onnx'],
  [/humanparsing\/.*parsing_lip\.onnx$/, 'schp-lip-tiny.onnx'],
  [/model-small\.onnx$/, 'midas-small-tiny.onnx'],
];

/** The least that reads as an ONNX model: ir_version 8, a graph of one node and one output. */
const LEAST_MODEL = [0x08, 0x08, 0x3a, 0x06, 0x0a, 0x02, 0x22, 0x00, 0x62, 0x00];

/** `bulk/<bytes>/resolve/main/<name>`: in form a model; else bytes that no compression shrinks and that every run makes alike. */
export function makeBulk(sizeBytes: number): Uint8Array {
  const bytes = padModel(Uint8Array.from(LEAST_MODEL), sizeBytes);
  let state = 0x9e3779b9;
  for (let index = LEAST_MODEL.length + PADDING_HEAD_BYTES; index < sizeBytes; index += 1) {
    // xorshift32 (Marsaglia 2003)
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state & 0xff;
  }
  return bytes;
}

const bulks = new Map<number, Uint8Array>();

export async function findFixtureFile(path: string): Promise<Uint8Array | null> {
  const bulk = /^bulk\/(\d+)\//.exec(path)?.[1];
  if (bulk !== undefined) {
    const sizeBytes = Number(bulk);
    const made = bulks.get(sizeBytes) ?? makeBulk(sizeBytes);
    bulks.set(sizeBytes, made);
    return made;
  }
  const direct = /^fixtures\/models\/resolve\/main\/(.+)$/.exec(path)?.[1];
  const name = direct ?? STAND_INS.find(([pattern]) => pattern.test(path))?.[1];
  if (name === undefined || name.includes('..')) return null;
  return await readFile(join(MODELS, name)).catch(() => null);
}
