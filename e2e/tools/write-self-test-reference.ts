/**
 * Computes the stored self-test outputs of the embedded models with ONNX Runtime for Node (bit-identical to Python's)
 * and writes them beside the models. Run it after an embedded model changed: `npx tsx e2e/tools/write-self-test-reference.ts`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createEngine } from '../../src/engine/engine.ts';
import { CATALOGUE } from '../../src/engine/models/catalogue.ts';
import { createNodePlatform } from '../../src/platform/node/node-platform.ts';
import { decodeRawPixels } from '../../src/platform/node/raw-pixels.ts';

const publicDir = new URL('../../public/', import.meta.url);
const modelsDir = fileURLToPath(new URL('models/', publicDir));
const engine = createEngine(createNodePlatform({ modelsDir, decodeImage: decodeRawPixels }));
await engine.connect({ executionProvider: 'cpu', threads: 1, allowFallbackAdapter: false }, () => undefined);

for (const model of CATALOGUE) {
  if (model.selfTest === undefined) continue;
  const reply = await engine.selfTest({ model, variant: model.variants[0]!.id, reference: null });
  if (!reply.ok) throw new Error(reply.error.message);
  writeFileSync(new URL(model.selfTest.url, publicDir), reply.value.values);
  console.log(`${model.id}: ${reply.value.values.length} values`);
}
await engine.dispose();
