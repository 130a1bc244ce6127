/** The Models page against a hub that misbehaves on demand, with the tiny stand-ins of the published models. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { serveApp, type AppSite } from './support/app-site.ts';
import { expect, test, type HubName } from './support/hub-site.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures/models');
const SMALL = 'depth-anything-v2-small';

const modelCard = (page: Page, id: string = SMALL) =>
  page.locator(`[data-testid="model-card"][data-model="${id}"]`);
const press = (page: Page, name: string, id: string = SMALL) =>
  modelCard(page, id).getByRole('button', { name, exact: true }).click();
const untilState = (page: Page, state: string, id: string = SMALL) =>
  expect(modelCard(page, id)).toHaveAttribute('data-state', state);

let site: AppSite;
test.beforeAll(async ({ hubSite }) => {
  site = await serveApp(hubSite.build);
});
test.afterAll(() => site.close());

async function openModels(page: Page, hub: string): Promise<void> {
  await page.goto(`${site.url}?view=models&ep=wasm&hub=${encodeURIComponent(hub)}`);
  await expect(modelCard(page, 'isobath-depth-tiny')).toHaveAttribute('data-state', 'ready');
}

test('a model is downloaded through redirects, verified, used for photos and deleted', async ({
  page,
  hubSite,
}) => {
  await openModels(page, hubSite.hubUrl('redirecting'));
  await expect(modelCard(page)).toContainText('Apache-2.0');
  // The page scrolls within itself: nothing behind it does.
  expect(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBe(0);
  await untilState(page, 'available');
  await press(page, 'Download');
  await untilState(page, 'ready');
  await press(page, 'Verify');
  await expect(page.getByText(/exactly the file it should be/).first()).toBeVisible();
  await press(page, 'Use this model');
  await page.getByRole('button', { name: 'Photos', exact: true }).click();
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue(SMALL);
  await page.getByTestId('file-input').setInputFiles(join(FIXTURES, '../images/photo-640x480.jpg'));
  await expect(page.getByTestId('library')).toHaveAttribute('data-count-done', '1');
  await expect(page.locator('.facts').getByText('Depth Anything V2 Small')).toBeVisible();
  // The settings remember the model, and the next visit finds it.
  await page.goto(`${site.url}?view=models`);
  await untilState(page, 'ready');
  await expect(page.getByTestId('storage-usage')).toHaveText(/Library\s*[1-9]\d* kB/);
  await press(page, 'Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await untilState(page, 'available');
  await expect(modelCard(page, 'isobath-depth-tiny')).toHaveAttribute('data-in-use', '');
});

test('a download pauses and resumes', async ({ page, hubSite, closedGate }) => {
  await openModels(page, hubSite.hubUrl('slow'));
  await press(page, 'Download');
  await expect(modelCard(page).getByTestId('model-progress')).toContainText('/s');
  await press(page, 'Pause');
  await untilState(page, 'paused');
  closedGate.open();
  await press(page, 'Resume');
  await untilState(page, 'ready');
});

test('a page killed in the middle of a download goes on from there with a range', async ({
  page,
  context,
  hubSite,
  closedGate,
}) => {
  await openModels(page, hubSite.hubUrl('slow'));
  await press(page, 'Download');
  const bar = modelCard(page).getByRole('progressbar');
  await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(40);
  await page.close();
  const next = await context.newPage();
  const asked = hubSite.hub.requests.length;
  await openModels(next, hubSite.hubUrl('slow'));
  await untilState(next, 'paused');
  closedGate.open();
  await press(next, 'Resume');
  await untilState(next, 'ready');
  const ranges = hubSite.hub.requests.slice(asked).map(({ range }) => range);
  expect(ranges.some((range) => /^bytes=[1-9]\d*-/.test(range ?? ''))).toBe(true);
});

test('two tabs share one download', async ({ page, context, hubSite, closedGate }) => {
  const other = await context.newPage();
  await openModels(page, hubSite.hubUrl('slow'));
  await openModels(other, hubSite.hubUrl('slow'));
  const asked = hubSite.hub.requests.length;
  await press(page, 'Download');
  await untilState(other, 'downloading');
  closedGate.open();
  await untilState(page, 'ready');
  await untilState(other, 'ready');
  const bodies = hubSite.hub.requests
    .slice(asked)
    .filter(({ method, path }) => method === 'GET' && path.endsWith('.onnx') && path.includes('/resolve/'));
  expect(bodies).toHaveLength(1);
});

const FAILURES: readonly (readonly [HubName, RegExp])[] = [
  ['missing', /The hub answered 404/],
  ['html', /web page instead of a model/],
  ['wrong', /not the one that was published/],
  ['half', /no whole model/],
];
for (const [name, sentence] of FAILURES) {
  test(`a hub that answers ${name} fails with a sentence, and another hub mends it`, async ({
    page,
    hubSite,
  }) => {
    await openModels(page, hubSite.hubUrl(name));
    await press(page, 'Download');
    await untilState(page, 'failed');
    await expect(modelCard(page).getByRole('alert')).toHaveText(sentence);
    await page.getByLabel('Download from').selectOption(hubSite.hubUrl('good'));
    await press(page, 'Retry');
    await untilState(page, 'ready');
  });
}

test('a licence that forbids commercial use is accepted first', async ({ page, hubSite }) => {
  const base = 'depth-anything-v2-base';
  await openModels(page, hubSite.hubUrl('good'));
  await untilState(page, 'blocked', base);
  await press(page, 'Read the licence', base);
  await expect(page.getByRole('dialog')).toContainText('CC-BY-NC-4.0');
  await page.getByRole('button', { name: 'Accept and download' }).click();
  await untilState(page, 'ready', base);
});

test('one’s own model is guessed, previewed, kept, exported and brought back by its manifest', async ({
  page,
  hubSite,
}) => {
  const file = join(FIXTURES, 'dpt-hybrid-tiny.onnx');
  await openModels(page, hubSite.hubUrl('good'));
  await page.getByTestId('model-file-input').setInputFiles(file);
  const dialog = page.getByTestId('user-model-dialog');
  await expect(dialog.getByTestId('model-preview')).toBeVisible();
  await dialog.getByLabel('Name').fill('My depth');
  await page.getByRole('button', { name: 'Save and use' }).click();
  const own = page.locator('[data-testid="model-card"][data-model^="user-"]');
  await expect(own).toHaveAttribute('data-state', 'ready');
  await expect(own).toContainText('My depth');
  const download = page.waitForEvent('download');
  await own.getByRole('button', { name: 'Save the manifest' }).click();
  const manifest = await (await download).path();
  await own.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(own).toHaveCount(0);
  await page.getByTestId('model-file-input').setInputFiles([
    { name: 'dpt-hybrid-tiny.onnx', mimeType: '', buffer: readFileSync(file) },
    { name: 'manifest.json', mimeType: 'application/json', buffer: readFileSync(manifest) },
  ]);
  await expect(dialog).toContainText('As the manifest says.');
  await expect(dialog.getByLabel('Name')).toHaveValue('My depth');
});

test('a file that is no model is refused with a sentence', async ({ page, hubSite }) => {
  await openModels(page, hubSite.hubUrl('good'));
  const buffer = Buffer.from('<!doctype html><title>404</title>');
  await page.getByTestId('model-file-input').setInputFiles([{ name: 'model.onnx', mimeType: '', buffer }]);
  await expect(page.getByTestId('notice')).toContainText('web page instead of a model');
});
