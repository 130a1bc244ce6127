import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { expect, test } from './app.ts';
import { SENTENCES } from './support/bad-pictures.ts';
import { makePng, type PictureFile } from './support/pictures.ts';

const IMAGES = new URL('./fixtures/images/', import.meta.url);

const listType = z.object({
  images: z.array(
    z.object({
      file: z.string(),
      kind: z.enum(['good', 'bad', 'svg']),
      width: z.number().optional(),
      height: z.number().optional(),
    }),
  ),
});
const { images } = listType.parse(JSON.parse(readFileSync(new URL('images.json', IMAGES), 'utf8')));

function nameOf(file: string): string {
  return file.replace('images/', '');
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(nameOf(file), IMAGES));
}

test('every odd picture is computed and every broken file fails with its own sentence, side by side', async ({
  app,
}) => {
  await app.open();
  await app.waitForCounts({ done: 1 });
  await app.add(images.map(({ file }) => pathOf(file)));
  await app.waitForCounts({ total: images.length });
  await app.waitUntilIdle();
  for (const { file, kind } of images) {
    const card = app.card(nameOf(file));
    await card.scrollIntoViewIfNeeded();
    const state = await card.getAttribute('data-state');
    const allowed = kind === 'bad' ? ['failed'] : kind === 'good' ? ['done'] : ['done', 'failed'];
    // A decoder may show what a truncated file still holds.
    if (nameOf(file) === 'truncated.jpg') allowed.push('done');
    expect.soft(allowed, `${file} is ${String(state)}`).toContain(state);
    if (state === 'failed') {
      await card.click();
      await expect.soft(app.page.getByText(SENTENCES[nameOf(file)] ?? /./).first()).toBeVisible();
    }
  }
});

test('formats that browsers cannot decode are named, with advice', async ({ app }) => {
  const heic = Buffer.concat([
    Buffer.from([0, 0, 0, 24]),
    Buffer.from('ftypheic\0\0\0\0mif1heic'),
    Buffer.alloc(64),
  ]);
  const tiff = Buffer.concat([Buffer.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0]), Buffer.alloc(64)]);
  const files: readonly (PictureFile & { sentence: RegExp })[] = [
    { name: 'phone.heic', mimeType: 'image/heic', buffer: heic, sentence: /HEIC/i },
    { name: 'scan.tiff', mimeType: 'image/tiff', buffer: tiff, sentence: /TIFF/i },
    { name: 'camera.cr2', mimeType: '', buffer: tiff, sentence: /RAW/i },
  ];
  await app.open();
  await app.waitForCounts({ done: 1 });
  await app.add([...files.map(({ name, mimeType, buffer }) => ({ name, mimeType, buffer })), makePng(600)]);
  await app.waitForCounts({ total: 4, done: 1, failed: 3 });
  for (const { name, sentence } of files) {
    await app.select(name);
    await expect(app.page.getByText(sentence).first()).toBeVisible();
    await expect(app.page.getByText(/JPEG|PNG/).first()).toBeVisible();
  }
});

test('a picture with transparency says what became of it', async ({ app }) => {
  await app.open();
  await app.waitForCounts({ done: 1 });
  await app.add([pathOf('alpha.png')]);
  await expect(app.card('alpha.png')).toHaveAttribute('data-state', 'done');
  await app.select('alpha.png');
  await expect(app.page.getByText(/transparen/i).first()).toBeVisible();
  await expect(app.page.getByText(/white/i).first()).toBeVisible();
});

test('a failed picture can be retried and fails again without disturbing others', async ({ app }) => {
  await app.open();
  await app.waitForCounts({ done: 1 });
  await app.add([pathOf('text.jpg')]);
  const card = app.card('text.jpg');
  await expect(card).toHaveAttribute('data-state', 'failed');
  await card.hover();
  await card.getByRole('button', { name: /retry/i }).click();
  await expect(card).toHaveAttribute('data-state', 'failed');
  await app.waitForCounts({ total: 1, done: 0, failed: 1 });
});
