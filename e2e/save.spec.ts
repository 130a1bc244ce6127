import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Download, Page } from '@playwright/test';
import { decode } from 'fast-png';
import { expect, test, type App } from './app.ts';
import { COLOUR_TOLERANCE, colourAt } from './support/colours.ts';
import { prepareHold } from './support/held-work.ts';
import { parseNpy } from './support/npy.ts';
import { makePng, makePngs } from './support/pictures.ts';
import { measureOrderAgreement } from '../src/testing/order-agreement.ts';
import { readTruth } from './support/truth.ts';
import { readZip } from './support/zip.ts';

const SAMPLES = ['tabletop', 'street', 'park', 'office', 'vase', 'desk'] as const;

async function save(
  app: App,
  action: 'Save coloured PNG' | 'Save 16-bit grey PNG' | 'Save raw NPY' | 'Save all as ZIP',
): Promise<{ name: string; bytes: Buffer }> {
  const started = app.page.waitForEvent('download');
  await app.page.getByRole('button', { name: action, exact: true }).click();
  const download: Download = await started;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

async function openPicture(app: App, seed: number, widthPx: number, heightPx: number): Promise<void> {
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  const file = makePng(seed, widthPx, heightPx);
  await app.add([file]);
  await expect(app.card(file.name)).toHaveAttribute('data-state', 'done');
  await app.select(file.name);
  await app.setMode('Map');
  await app.settle();
}

/** Bilinear sample with half-pixel centres: pixel x of `width` lies at (x + 0.5) / width of the picture. */
function sampleBilinear(
  map: { shape: readonly number[]; values: Float32Array },
  u: number,
  v: number,
): number {
  const [height = 0, width = 0] = map.shape;
  const clamp = (value: number, max: number) => Math.min(max, Math.max(0, value));
  const x = clamp(u * width - 0.5, width - 1);
  const y = clamp(v * height - 0.5, height - 1);
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const read = (column: number, row: number) =>
    map.values[clamp(row, height - 1) * width + clamp(column, width - 1)] ?? Number.NaN;
  const top = read(x0, y0) * (1 - (x % 1)) + read(x0 + 1, y0) * (x % 1);
  const bottom = read(x0, y0 + 1) * (1 - (x % 1)) + read(x0 + 1, y0 + 1) * (x % 1);
  return top * (1 - (y % 1)) + bottom * (y % 1);
}

test('saved files hold what the viewer shows, at source size, and the raw map as it came', async ({
  app,
}) => {
  await openPicture(app, 800, 320, 240);
  await app.page.getByRole('switch', { name: /follow/i }).click();
  await app.settle();
  const npy = await save(app, 'Save raw NPY');
  const grey = await save(app, 'Save 16-bit grey PNG');
  const colour = await save(app, 'Save coloured PNG');

  expect(npy.name).toMatch(/^picture-800.*\.npy$/);
  expect(grey.name).toMatch(/^picture-800.*16.*\.png$/);
  expect(colour.name).toMatch(/^picture-800.*\.png$/);

  const map = parseNpy(npy.bytes);
  expect(map.shape).toEqual([192, 256]);
  const greyImage = decode(grey.bytes);
  expect([greyImage.width, greyImage.height, greyImage.depth, greyImage.channels]).toEqual([320, 240, 16, 1]);
  const colourImage = decode(colour.bytes);
  expect([colourImage.width, colourImage.height, colourImage.depth]).toEqual([320, 240, 8]);

  // Auto range: 2nd to 98th percentile of the raw map.
  const sorted = Float32Array.from(map.values).sort();
  const lo = sorted[Math.floor(sorted.length * 0.02)] ?? 0;
  const hi = sorted[Math.floor(sorted.length * 0.98)] ?? 1;
  let worstGrey = 0;
  let worstColour = 0;
  for (let y = 2; y < 238; y += 9) {
    for (let x = 2; x < 318; x += 9) {
      const value = sampleBilinear(map, (x + 0.5) / 320, (y + 0.5) / 240);
      const t = Math.min(1, Math.max(0, (value - lo) / (hi - lo)));
      const saved = (greyImage.data[y * 320 + x] ?? 0) / 65535;
      worstGrey = Math.max(worstGrey, Math.abs(saved - t));
      const at = (y * 320 + x) * colourImage.channels;
      colourAt('inferno', saved).forEach((channel, index) => {
        worstColour = Math.max(worstColour, Math.abs((colourImage.data[at + index] ?? 0) - channel));
      });
    }
  }
  // 1 % of the range: percentiles come from a histogram of 2048 bins.
  expect(worstGrey).toBeLessThan(0.01);
  expect(worstColour).toBeLessThanOrEqual(COLOUR_TOLERANCE);
});

test('a ZIP of all holds every kind of file for every finished picture', async ({ app }) => {
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  await app.add([
    ...makePngs(2, 810, 64, 48),
    { name: 'broken.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') },
  ]);
  await app.waitForCounts({ total: 3, done: 2, failed: 1 });
  const zip = await save(app, 'Save all as ZIP');
  expect(zip.name).toMatch(/\.zip$/);
  const entries = readZip(zip.bytes);
  for (const name of ['picture-810', 'picture-811']) {
    const files = [...entries.keys()].filter((key) => key.includes(name));
    expect(files.filter((file) => file.endsWith('.npy'))).toHaveLength(1);
    expect(files.filter((file) => file.endsWith('.png'))).toHaveLength(2);
    for (const file of files.filter((key) => key.endsWith('.png'))) {
      const image = decode(entries.get(file) ?? new Uint8Array());
      expect([image.width, image.height]).toEqual([64, 48]);
    }
  }
  expect([...entries.keys()].filter((key) => key.includes('broken'))).toEqual([]);
});

test('single files are saved while a ZIP is made, one after another, and leaving the page stops neither', async ({
  app,
}) => {
  const work = await prepareHold(app.page, 'export');
  await openPicture(app, 830, 64, 48);
  await work.hold();
  const names: string[] = [];
  app.page.on('download', (download) => names.push(download.suggestedFilename()));
  const zip = app.page.getByRole('button', { name: 'Save all as ZIP' });
  await zip.click();
  await expect(app.page.getByText('Packing 0 of 1', { exact: true })).toBeVisible();
  await expect(zip).toBeDisabled();
  await app.page.keyboard.press('s');
  await expect(app.page.getByText('Writing picture-830.png', { exact: true })).toBeVisible();
  await app.page.keyboard.press('s');
  await expect(app.page.getByText('Writing picture-830.png, then 1 more')).toBeVisible();
  for (const name of ['Cancel saving', 'Cancel the ZIP'])
    await expect(app.page.getByRole('button', { name })).toBeVisible();
  await app.page.getByRole('button', { name: 'Models', exact: true }).click();
  await expect(zip).toHaveCount(0);
  // On another page, too, it is seen and can be given up.
  const region = app.page.getByRole('group', { name: 'Save' });
  await expect(region.getByRole('progressbar')).toHaveCount(2);
  await expect(region.getByText('Writing picture-830.png, then 1 more')).toBeVisible();
  await work.release();
  await expect.poll(() => names.filter((name) => name.endsWith('.disparity.png')).length).toBe(2);
  await expect.poll(() => names.filter((name) => name.endsWith('.zip')).length).toBe(1);
});

/** As while the browser asks the user. No prompt can be had here: headless Chromium answers by itself. */
async function leaveCopyingOpen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    navigator.clipboard.write = () => new Promise<void>(() => undefined);
  });
}

for (const [size, viewport] of [
  ['on a desktop', { width: 1280, height: 800 }],
  ['on a phone', { width: 390, height: 844 }],
] as const) {
  test(`what is saved or copied by key with the panel closed, ${size}, shows how far it is and can be given up`, async ({
    app,
  }) => {
    const { page } = app;
    await page.setViewportSize(viewport);
    await leaveCopyingOpen(page);
    const work = await prepareHold(page, 'export');
    await openPicture(app, 832, 64, 48);
    const hide = page.getByRole('button', { name: 'Hide the inspector' });
    if (await hide.isVisible()) await hide.click();
    await work.hold();
    await page.keyboard.press('s');
    const region = page.getByRole('group', { name: 'Save' });
    await expect(region.getByRole('progressbar', { name: 'Writing picture-832.png' })).toBeVisible();
    await expect(page.getByTestId('live-region')).toContainText('Writing picture-832.png');
    await page.keyboard.press('c');
    await expect(region.getByRole('progressbar', { name: 'Preparing the image' })).toBeVisible();
    await expect(page.getByTestId('live-region')).toContainText('Preparing the image');
    await region.getByRole('button', { name: 'Cancel saving' }).click();
    await region.getByRole('button', { name: 'Cancel copying' }).click();
    await expect(region).toHaveCount(0);
  });
}

test('what the panel shows further down is shown once: beside the panel until one scrolls there', async ({
  app,
}) => {
  const { page } = app;
  await page.setViewportSize({ width: 1280, height: 500 });
  const work = await prepareHold(page, 'export');
  await openPicture(app, 833, 64, 48);
  await work.hold();
  await page.keyboard.press('s');
  const region = page.getByRole('group', { name: 'Save' });
  const cancel = page.getByRole('button', { name: 'Cancel saving' });
  await expect(region.getByRole('button', { name: 'Cancel saving' })).toBeVisible();
  await expect(cancel).toHaveCount(1);
  await page.getByRole('button', { name: 'Copy image' }).evaluate((button) => button.scrollIntoView());
  await expect(region.getByRole('button')).toHaveCount(0);
  await expect(cancel).toHaveCount(1);
  await cancel.click();
  await expect(cancel).toHaveCount(0);
});

test('a ZIP goes without a photo that can no longer be read, and names it', async ({ app }, info) => {
  const paths = makePngs(3, 815, 64, 48).map(({ name, buffer }) => {
    const path = info.outputPath(name);
    writeFileSync(path, buffer);
    return path;
  });
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  await app.add(paths);
  await app.waitForCounts({ total: 3, done: 3 });
  // Changed on disk: the browser no longer gives its bytes out.
  rmSync(paths[1] ?? '');
  const entries = readZip((await save(app, 'Save all as ZIP')).bytes);
  for (const name of ['picture-815', 'picture-817']) {
    expect([...entries.keys()].filter((key) => key.startsWith(name))).toHaveLength(3);
  }
  expect([...entries.keys()].filter((key) => key.startsWith('picture-816'))).toEqual([]);
  expect(entries.get('not-saved.txt')?.toString('utf8')).toMatch(/^picture-816\.png: \w+/m);
  await expect(app.page.getByTestId('notice')).toContainText('picture-816.png is missing');
});

test('maps of the bundled samples order near and far as the truth does', async ({ app }, info) => {
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  await app.add(
    SAMPLES.map((name) => fileURLToPath(new URL(`../public/samples/${name}.jpg`, import.meta.url))).map(
      (path, index) => ({
        name: `truth-${SAMPLES[index] ?? ''}.jpg`,
        mimeType: 'image/jpeg',
        buffer: readFileSync(path),
      }),
    ),
  );
  await app.waitForCounts({ done: SAMPLES.length });
  for (const name of SAMPLES) {
    await app.select(`truth-${name}.jpg`);
    const map = parseNpy((await save(app, 'Save raw NPY')).bytes);
    const [heightPx = 0, widthPx = 0] = map.shape;
    const truth = readTruth(new URL(`./fixtures/samples-truth/${name}.inverse-depth.png`, import.meta.url));
    const agreement = measureOrderAgreement({ widthPx, heightPx, values: map.values }, truth);
    info.annotations.push({ type: 'agreement', description: `${name} ${agreement.toFixed(3)}` });
    expect.soft(agreement, name).toBeGreaterThan(0.8);
  }
});

test('the picture can be copied to the clipboard', async ({ app, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openPicture(app, 820, 64, 48);
  await app.page.getByRole('button', { name: 'Copy image' }).click();
  await expect
    .poll(() =>
      app.page.evaluate(async () => {
        const [item] = await navigator.clipboard.read().catch(() => []);
        if (!item?.types.includes('image/png')) return null;
        // Null: copying goes on, and the clipboard changed under the reader.
        const blob = await item.getType('image/png').catch(() => null);
        if (blob === null) return null;
        const bitmap = await createImageBitmap(blob);
        return [bitmap.width, bitmap.height];
      }),
    )
    .toEqual([64, 48]);
});

test('a question of the browser about copying holds up nothing else, and can be given up', async ({
  app,
}) => {
  await leaveCopyingOpen(app.page);
  await app.page.addInitScript(() => {
    // That an unanswered question ends by itself is a test of its own; here it must not, however slow the machine.
    const { setTimeout } = window;
    const patient = (run: () => void, ms?: number) => setTimeout(run, ms === 30_000 ? 600_000 : ms);
    window.setTimeout = patient as typeof setTimeout;
  });
  await openPicture(app, 821, 64, 48);
  await app.page.keyboard.press('c');
  const question = app.page.getByText('Waiting for the browser to allow copying').filter({ visible: true });
  await expect(question).toBeVisible();
  await expect(app.page.getByRole('button', { name: 'Copy image' })).toBeDisabled();
  expect((await save(app, 'Save raw NPY')).name).toMatch(/\.npy$/);
  expect((await save(app, 'Save all as ZIP')).name).toMatch(/\.zip$/);
  await app.page.getByRole('button', { name: 'Cancel copying' }).click();
  await expect(question).toHaveCount(0);
  await expect(app.page.getByRole('button', { name: 'Copy image' })).toBeEnabled();
});

test('where copying is not allowed, one sentence says so and saving is offered', async ({ app, context }) => {
  // Granting another one denies all that are not named.
  await context.grantPermissions(['geolocation']);
  await openPicture(app, 822, 64, 48);
  await app.page.getByRole('button', { name: 'Copy image' }).click();
  const notice = app.page.getByTestId('notice').filter({ hasText: 'The browser does not allow copying.' });
  await expect(notice).toHaveCount(1);
  const started = app.page.waitForEvent('download');
  await notice.getByRole('button', { name: 'Save PNG' }).click();
  expect((await started).suggestedFilename()).toMatch(/\.disparity\.png$/);
  await expect(notice).toHaveCount(0);
});
