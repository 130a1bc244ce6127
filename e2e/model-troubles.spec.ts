/** Downloads on a device that has little room, no private storage or a bad line; and who hears of it. */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { serveApp, type AppSite } from './support/app-site.ts';
import { expect, test } from './support/hub-site.ts';
import { startRecordingProxy } from './support/recording-proxy.ts';
import { untilDone, untilKept } from './support/offline-app.ts';
import { CHROMIUM_LAUNCH } from './tools/chromium.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
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

async function openModels(page: Page, hub: string | null, url = site.url): Promise<void> {
  const query = hub === null ? '' : `&hub=${encodeURIComponent(hub)}`;
  await page.goto(`${url}?view=models&ep=wasm${query}`);
  await expect(modelCard(page, 'isobath-depth-tiny')).toHaveAttribute('data-state', 'ready');
}

test('storage that fills up in the middle pauses the download, says what to delete, and goes on with room', async ({
  page,
  context,
  hubSite,
  closedGate,
}) => {
  const devtools = await context.newCDPSession(page);
  const { origin } = new URL(site.url);
  await openModels(page, hubSite.hubUrl('large'));
  await press(page, 'Download');
  const bar = modelCard(page).getByRole('progressbar');
  await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(20);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  closedGate.open();
  await untilState(page, 'paused');
  await expect(modelCard(page)).toContainText('Not enough room. Delete a model');
  await expect(page.getByTestId('storage-usage').getByRole('alert')).toContainText('Storage is full');
  const kept = Number(await bar.getAttribute('aria-valuenow'));
  expect(kept).toBeGreaterThan(20);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  const asked = hubSite.hub.requests.length;
  await press(page, 'Resume');
  // The rest takes seconds, on a busy machine more.
  await expect(modelCard(page)).toHaveAttribute('data-state', 'ready', { timeout: 60_000 });
  const ranges = hubSite.hub.requests
    .slice(asked)
    .filter(({ method, path }) => method === 'GET' && path.includes('/resolve/'))
    .map(({ range }) => range ?? '');
  expect(ranges).toEqual([expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  // From what was kept, not from a byte or two.
  expect(Number(ranges[0]?.slice('bytes='.length, -1))).toBeGreaterThan(1_000_000);
});

test('a model that does not fit is refused before its download, with numbers and with what to delete', async ({
  browser,
  hubSite,
}) => {
  // What Chromium tells a page of its quota is made up, also with the developer tools' override: the worker is told here.
  const context = await browser.newContext({ serviceWorkers: 'block' });
  try {
    const page = await context.newPage();
    const base = 'depth-anything-v2-base';
    await openModels(page, hubSite.hubUrl('good'));
    await press(page, 'Download');
    await untilState(page, 'ready');
    const script = /storage\.worker-[^/]*\.js$/;
    await page.route(script, async (route) => {
      const response = await route.fetch();
      const told = 'navigator.storage.estimate = async () => ({ usage: 2 ** 20, quota: 6 * 2 ** 20 });';
      await route.fulfill({ response, body: `${told}${await response.text()}` });
    });
    await openModels(page, hubSite.hubUrl('good'));
    await untilState(page, 'ready');
    const asked = hubSite.hub.requests.length;
    await press(page, 'Read the licence', base);
    await page.getByRole('button', { name: 'Accept and download' }).click();
    await untilState(page, 'failed', base);
    await expect(modelCard(page, base).getByRole('alert')).toHaveText(
      /^Not enough room: \d+ MB are needed, 5 MB are free\. Delete a model/,
    );
    const alert = page.getByTestId('storage-usage').getByRole('alert');
    await expect(alert).toContainText(/Frees the most: .*Depth Anything V2 Small \([\d.]+ [kM]?B\)/);
    expect(hubSite.hub.requests.slice(asked)).toEqual([]);

    await page.unroute(script);
    await openModels(page, hubSite.hubUrl('good'));
    await untilState(page, 'available', base);
    await expect(alert).toHaveCount(0);
  } finally {
    await context.close();
  }
});

test('a line that is lost in the middle is tried again, and the download goes on from there', async ({
  browser,
  hubSite,
  closedGate,
}) => {
  const proxy = await startRecordingProxy();
  const context = await browser.newContext({ proxy: proxy.settings });
  try {
    const page = await context.newPage();
    await openModels(page, hubSite.hubUrl('slow'));
    await press(page, 'Download');
    const bar = modelCard(page).getByRole('progressbar');
    await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(20);
    const asked = hubSite.hub.requests.length;
    proxy.cut();
    await expect(modelCard(page)).toContainText('Trying again in');
    await press(page, 'Pause');
    await untilState(page, 'paused');
    proxy.mend();
    closedGate.open();
    await press(page, 'Resume');
    await untilState(page, 'ready');
    const ranges = hubSite.hub.requests.slice(asked).map(({ range }) => range ?? '');
    expect(ranges.some((range) => /^bytes=[1-9]/.test(range))).toBe(true);
  } finally {
    await context.close();
    await proxy.close();
  }
});

test('a file that no page can fetch is chosen by hand; another one is refused with a sentence', async ({
  page,
}) => {
  const midas = 'midas-small-v2-1';
  await openModels(page, null);
  await expect(modelCard(page, midas)).toContainText('Expected sha256: 2d8c6cb8');
  const input = modelCard(page, midas).getByTestId('model-bring-file');
  await input.setInputFiles(join(FIXTURES, 'models/depth-anything-tiny.onnx'));
  await expect(page.getByTestId('notice')).toContainText('This is another model');
  // Right inputs and outputs, but not the published weights.
  await input.setInputFiles(join(FIXTURES, 'models/midas-small-tiny.onnx'));
  await expect(page.getByTestId('notice')).toContainText(/not the published file.*2d8c6cb8/);
  await untilState(page, 'available', midas);
});

test('without private storage a model lives in memory for this visit, and the page says so', async ({
  playwright,
  hubSite,
}) => {
  // Plain http to a name that is not this machine's: no private file system, no service worker, no locks.
  const browser = await playwright.chromium.launch({
    ...CHROMIUM_LAUNCH,
    args: [...CHROMIUM_LAUNCH.args, '--host-resolver-rules=MAP isobath.test 127.0.0.1'],
  });
  try {
    const page = await browser.newPage();
    const url = site.url.replace('127.0.0.1', 'isobath.test');
    await openModels(page, hubSite.hubUrl('good'), url);
    expect(await page.evaluate(() => isSecureContext)).toBe(false);
    await expect(page.getByText(/gives no private storage here/)).toBeVisible();
    await press(page, 'Download');
    await untilState(page, 'ready');
    await press(page, 'Use this model');
    await page.getByRole('button', { name: 'Photos', exact: true }).click();
    await page.getByTestId('file-input').setInputFiles(join(FIXTURES, 'images/photo-640x480.jpg'));
    await untilDone(page, 1);
    await expect(page.locator('.facts').getByText('Depth Anything V2 Small')).toBeVisible();
    await openModels(page, hubSite.hubUrl('good'), url);
    await untilState(page, 'available');
  } finally {
    await browser.close();
  }
});

test('a whole session asks nobody but its own host, until a model is asked for', async ({
  browser,
  hubSite,
}) => {
  const proxy = await startRecordingProxy();
  const context = await browser.newContext({ proxy: proxy.settings, acceptDownloads: true });
  try {
    const page = await context.newPage();
    await page.goto(`${site.url}?ep=wasm&hub=${encodeURIComponent(hubSite.hubUrl('redirecting'))}`);
    await untilDone(page, 1);
    await page.getByTestId('file-input').setInputFiles(join(FIXTURES, 'images/photo-640x480.jpg'));
    await untilDone(page, 1);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save raw NPY' }).click();
    await saved;
    await untilKept(page);
    for (const name of ['Live', 'Models', 'Photos']) {
      await page.getByRole('button', { name, exact: true }).first().click();
      await page.waitForLoadState('networkidle');
    }
    await page.goto(`${site.url}?ep=wasm&view=device`);
    await page.reload();
    const own = new URL(site.url).origin;
    expect([...proxy.origins]).toEqual([own]);
    await openModels(page, hubSite.hubUrl('redirecting'));
    await press(page, 'Download');
    await untilState(page, 'ready');
    const hub = new URL(hubSite.hubUrl('redirecting'));
    expect([...proxy.origins].sort()).toEqual([own, hub.origin, hubSite.hub.contentUrl].sort());
  } finally {
    await context.close();
    await proxy.close();
  }
});

test('another file for one’s own model that finds no room leaves the old one in use, and says what to free', async ({
  page,
  context,
}) => {
  const devtools = await context.newCDPSession(page);
  const { origin } = new URL(site.url);
  const own = page.locator('[data-testid="model-card"][data-model^="user-"]');
  const dialog = page.getByTestId('user-model-dialog');
  const bring = async (name: string) => {
    await page.getByTestId('model-file-input').setInputFiles(join(FIXTURES, 'models/dpt-hybrid-tiny.onnx'));
    await dialog.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Save and use' }).click();
  };
  const verify = async () => {
    await own.getByRole('button', { name: 'Verify', exact: true }).click();
    await expect(
      page.getByTestId('notice').filter({ hasText: 'is exactly the file it should be' }),
    ).toBeVisible();
  };
  /** Bytes of each file beside the notes, as the browser keeps them. */
  const listFiles = () =>
    page.evaluate(async () => {
      const sizes: number[] = [];
      const visit = async (directory: FileSystemDirectoryHandle): Promise<void> => {
        for await (const entry of directory.values()) {
          if (entry.kind === 'directory') await visit(entry);
          else if (!entry.name.includes('.json')) sizes.push((await entry.getFile()).size);
        }
      };
      await visit(await navigator.storage.getDirectory());
      return sizes;
    });

  await openModels(page, null);
  await bring('First');
  await expect(own).toHaveAttribute('data-state', 'ready');
  const before = await listFiles();
  expect(before).toHaveLength(1);

  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  await bring('Second');
  const refusal =
    /Not enough room for the new file: \d+ kB are needed beside the old one, which stays in use\. Delete another model/;
  await expect(page.getByTestId('notice').filter({ hasText: refusal })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(own).toHaveAttribute('data-state', 'ready');
  await expect(own).toContainText('First');
  await verify();
  expect(await listFiles()).toEqual(before);

  await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  await page.reload();
  await expect(own).toContainText('First');
  await bring('Second');
  await expect(dialog).toHaveCount(0);
  await expect(own).toContainText('Second');
  await verify();
  expect(await listFiles()).toEqual(before);
});
