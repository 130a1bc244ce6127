/** Odd pictures and wrong models on the way to labels. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { decode } from 'fast-png';
import { M2FP_MULTI } from '../src/engine/models/m2fp.ts';
import type { ModelManifest } from '../src/engine/models/manifest.ts';
import { SEGFORMER_B0_CLOTHES } from '../src/engine/models/segformer-clothes.ts';
import { expect, test } from './app.ts';
import { encodeOnnx } from './bench/onnx-writer.ts';
import { makePng, type PictureFile } from './support/pictures.ts';
import { save } from './support/parsing-page.ts';
import { readZip } from './support/zip.ts';

const FIXTURES = new URL('./fixtures/', import.meta.url);
const pathOf = (path: string) => fileURLToPath(new URL(path, FIXTURES));

/** Upright sizes; transparency counts as white. */
const ODD: Readonly<Record<string, readonly [number, number]>> = {
  'panorama-4000x60.jpg': [4000, 60],
  '1x1.png': [1, 1],
  'gray.png': [160, 120],
  'alpha.png': [160, 120],
};

test('a panorama, one pixel, grey and transparent pictures are parsed pixel for pixel', async ({ app }) => {
  await app.open({ ep: 'wasm', task: 'parsing' });
  await app.add(Object.keys(ODD).map((name) => pathOf(`images/${name}`)));
  await app.waitForCounts({ total: 4, done: 4, failed: 0 });
  const { bytes } = await save(app.page, 'Save all as ZIP');
  const files = readZip(bytes);
  for (const [name, size] of Object.entries(ODD)) {
    const stem = name.replace(/\.\w+$/, '');
    const sizeOf = (kind: string) => {
      const { width, height, channels } = decode(files.get(`${stem}.${kind}.png`) ?? Buffer.of());
      return [width, height, channels];
    };
    expect(sizeOf('labels'), name).toEqual([...size, 1]);
    expect(sizeOf('parsing'), name).toEqual([...size, 3]);
    expect(sizeOf('cutout'), name).toEqual([...size, 4]);
  }
});

const asFile = (name: string, buffer: Buffer): PictureFile => ({ name, mimeType: '', buffer });
const fixture = (path: string) => asFile(path.replace(/^.*\//, ''), readFileSync(pathOf(path)));

/** The description of one's own model, as the app exports it. */
function describe(manifest: ModelManifest): PictureFile {
  return asFile('manifest.json', Buffer.from(JSON.stringify({ ...manifest, id: 'user-described' })));
}

async function bring(page: Page, files: readonly PictureFile[]): Promise<void> {
  await page.getByRole('button', { name: 'Models', exact: true }).click();
  await page.getByTestId('model-file-input').setInputFiles([...files]);
}

test('a model that is not what its description says is refused, naming what was found and what is needed', async ({
  app,
}) => {
  const { page } = app;
  await app.open({ ep: 'wasm' });
  const notice = page.getByTestId('notice');
  const seven = { ...SEGFORMER_B0_CLOTHES, input: { ...SEGFORMER_B0_CLOTHES.input, name: 'pixel_values' } };
  await bring(page, [fixture('broken/seven-classes.onnx'), describe(seven)]);
  await expect(notice).toContainText('found 7, expected 18');
  await bring(page, [fixture('models/segformer-clothes-tiny.onnx'), describe(M2FP_MULTI)]);
  await expect(notice).toContainText('found logits, expected pred_logits');
});

/** The contract of SegFormer, and no number in any of its maps. */
const NAN_MODEL = asFile(
  'nan-clothes.onnx',
  encodeOnnx({
    nodes: [{ op: 'Conv', inputs: ['pixel_values', 'weight'], output: 'logits' }],
    weights: [{ name: 'weight', dims: [18, 3, 1, 1], data: new Float32Array(54).fill(NaN) }],
    inputs: [{ name: 'pixel_values', dims: [1, 3, 'height', 'width'] }],
    outputs: [{ name: 'logits', dims: [1, 18, 'height', 'width'] }],
  }),
);

test('logits that are no numbers fail with the output’s name, in the preview and on a photo', async ({
  app,
}) => {
  const { page } = app;
  await app.open({ ep: 'wasm', task: 'parsing' });
  await bring(page, [NAN_MODEL]);
  const dialog = page.getByTestId('user-model-dialog');
  await expect(dialog.getByRole('alert')).toContainText('output logits holds values that are no numbers');
  await page.getByRole('button', { name: 'Save and use' }).click();
  await page.getByRole('button', { name: 'Photos', exact: true }).click();
  const photo = makePng(7100);
  await app.add([photo]);
  await expect(app.card(photo.name)).toHaveAttribute('data-state', 'failed');
  await app.select(photo.name);
  await expect(page.getByText(/output logits holds values that are no numbers/).first()).toBeVisible();
});
