/** Parsing on WebGPU, here in software, against WASM: the same labels, at a size that software can bear. */
import { encode } from 'fast-png';
import { afterAll, expect, it } from 'vitest';
import { createBrowserPlatform } from '../../platform/browser/browser-platform.ts';
import type { SlotConfig } from '../api.ts';
import { createEngine } from '../engine.ts';
import { resolveOptions } from '../image/input-size.ts';
import type { ModelManifest } from '../models/manifest.ts';
import { SEGFORMER_B0_CLOTHES } from '../models/segformer-clothes.ts';

const FILE = 'segformer-clothes-tiny.onnx';
const PATH = `e2e/fixtures/models/${FILE}`;
const SIDE = 64;

const engines: ReturnType<typeof createEngine>[] = [];
afterAll(async () => {
  for (const engine of engines) await engine.dispose();
});

/** The published contract over the fixture's file, small. */
async function createModel(): Promise<ModelManifest> {
  const bytes = await (await fetch(`/${PATH}`)).arrayBuffer();
  const [variant] = SEGFORMER_B0_CLOTHES.variants;
  const graph = { role: 'graph', name: FILE, url: PATH, sizeBytes: bytes.byteLength, sha256: null } as const;
  return {
    ...SEGFORMER_B0_CLOTHES,
    id: FILE,
    isEmbedded: true,
    variants: [{ ...variant!, files: [graph] }],
    input: {
      ...SEGFORMER_B0_CLOTHES.input,
      size: { rule: 'fixed', widthPx: SIDE, heightPx: SIDE },
      detail: { defaultPx: SIDE, minPx: SIDE, maxPx: SIDE, stepPx: 1 },
    },
  };
}

async function parse(executionProvider: SlotConfig['executionProvider'], model: ModelManifest, png: Blob) {
  const engine = createEngine(createBrowserPlatform({ baseUrl: `${location.origin}/` }));
  engines.push(engine);
  const connected = await engine.connect(
    { executionProvider, threads: 1, allowFallbackAdapter: true },
    () => undefined,
  );
  expect(connected).toMatchObject({ ok: true, value: { executionProvider } });
  const reply = await engine.run({
    taskId: executionProvider,
    source: png,
    pipelines: [
      {
        pipeline: 'human-parsing',
        model,
        variant: model.variants[0]!.id,
        options: resolveOptions(model.input),
      },
    ],
  });
  const result = reply.ok ? reply.value[0] : undefined;
  if (!result?.ok || result.value.kind !== 'labels') throw new Error(JSON.stringify(reply));
  expect(result.value.provenance.executionProvider).toBe(executionProvider);
  return result.value;
}

it('gives the labels that WASM gives', async () => {
  const data = new Uint8Array(await (await fetch('/e2e/fixtures/images/photo-640x480.rgb8')).arrayBuffer());
  const bytes = new Uint8Array(encode({ width: 640, height: 480, data, channels: 3, depth: 8 }));
  const png = new Blob([bytes], { type: 'image/png' });
  const model = await createModel();
  const wasm = await parse('wasm', model, png);
  const gpu = await parse('webgpu', model, png);
  expect(new Set(wasm.labelsU8).size).toBeGreaterThan(2);
  const different = gpu.labelsU8.reduce((sum, label, i) => sum + (label === wasm.labelsU8[i] ? 0 : 1), 0);
  // Only where two classes are as good as equal.
  expect(different / gpu.labelsU8.length).toBeLessThan(0.005);
}, 300_000);
