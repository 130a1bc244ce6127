/** The parsing goldens through the whole engine on WASM: from a lossless picture to labels. */
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBrowserPlatform } from '../../platform/browser/browser-platform.ts';
import { createEngine } from '../engine.ts';
import { resolveOptions } from '../image/input-size.ts';
import { ISOBATH_PARSING_TINY } from '../models/isobath-parsing-tiny.ts';
import { M2FP_MULTI } from '../models/m2fp.ts';
import type { ModelManifest } from '../models/manifest.ts';
import { SCHP_ATR, SCHP_LIP } from '../models/schp.ts';
import { SEGFORMER_B0_CLOTHES } from '../models/segformer-clothes.ts';

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

/** The published contract over the fixture's file, served as an embedded model is. */
async function withFixture(model: ModelManifest, file: string): Promise<ModelManifest> {
  const bytes = await fetchBytes(`${FIXTURES}/models/${file}`);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const url = `e2e/fixtures/models/${file}`;
  const [variant] = model.variants;
  const graph = { role: 'graph', name: file, url, sizeBytes: bytes.length, sha256 } as const;
  return { ...model, id: file, isEmbedded: true, variants: [{ ...variant!, files: [graph] }] };
}

async function parse(model: ModelManifest, detailPx: number | null = null) {
  const data = await fetchBytes(`${FIXTURES}/images/photo-640x480.rgb8`);
  const png = encode({ width: 640, height: 480, data, channels: 3, depth: 8 });
  const reply = await engine.run({
    taskId: model.id,
    source: new Blob([new Uint8Array(png)], { type: 'image/png' }),
    pipelines: [
      {
        pipeline: 'human-parsing',
        model,
        variant: model.variants[0]!.id,
        options: resolveOptions(model.input, { detailPx, maxLongSidePx: null }),
      },
    ],
  });
  const result = reply.ok ? reply.value[0] : undefined;
  if (!result?.ok || result.value.kind !== 'labels') throw new Error(JSON.stringify(reply));
  return result.value;
}

async function measureMismatch(labels: Uint8Array, golden: string): Promise<number> {
  const expected = await fetchBytes(`${FIXTURES}/goldens/${golden}`);
  expect(labels).toHaveLength(expected.length);
  return labels.reduce((sum, label, i) => sum + (label === expected[i] ? 0 : 1), 0) / labels.length;
}

describe('human parsing in the browser', () => {
  it.each([
    ['segformer-clothes-tiny', SEGFORMER_B0_CLOTHES, 0.006],
    ['schp-atr-tiny', SCHP_ATR, 0.004],
    // Some exports keep the fusion output only.
    ['schp-atr-tiny.single', SCHP_ATR, 0.004],
    ['schp-lip-tiny', SCHP_LIP, 0.004],
  ] as const)('gives the published labels of %s', async (name, model, bound) => {
    const { labelsU8 } = await parse(await withFixture(model, `${name}.onnx`));
    const golden = name.replace('.single', '');
    expect(await measureMismatch(labelsU8, `${golden}.photo.final.u8`)).toBeLessThanOrEqual(bound);
  });

  it('gives the published labels and three people of the M2FP-like model', async () => {
    const result = await parse(await withFixture(M2FP_MULTI, 'm2fp-tiny.onnx'), 128);
    expect(await measureMismatch(result.labelsU8, 'm2fp-tiny.photo.128.semantic.u8')).toBeLessThanOrEqual(
      0.006,
    );
    const expected = [0.75226, 0.627603, 0.608917];
    expect(result.people).toHaveLength(3);
    for (const [i, { score }] of result.people.entries()) {
      expect(Math.abs(score! - expected[i]!)).toBeLessThanOrEqual(0.006);
    }
  });

  it('labels a picture with the embedded parser, whose set it names', async () => {
    const result = await parse(ISOBATH_PARSING_TINY);
    expect(result).toMatchObject({
      widthPx: 640,
      heightPx: 480,
      labelSet: 'isobath',
      arePeopleEstimated: true,
    });
    expect(result.labels).toHaveLength(16);
    // What ONNX Runtime for Node gives for the same pixels: the golden logits, upsampled.
    const golden = new Float32Array(
      (await fetchBytes(`${FIXTURES}/goldens/isobath-parsing-tiny.photo.output.f32`)).buffer,
    );
    const center = 36 * 96 + 48;
    let leader = 0;
    for (let c = 1; c < 16; c++) if (golden[c * 6912 + center]! > golden[leader * 6912 + center]!) leader = c;
    expect(result.labelsU8[243 * 640 + 323]).toBe(leader);
  });
});
