/** The installed app: no network, no headers from the host, new versions, shared photos. Below a path. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { serveApp, type AppSite } from './support/app-site.ts';
import { pretendCores } from './support/cores.ts';
import { expect, test } from './support/hub-site.ts';
import { goOffline, sharePhoto, untilDone, untilKept, visitOnce } from './support/offline-app.ts';
import { untilStored } from './support/stored.ts';
import { CHROMIUM_LAUNCH } from './tools/chromium.ts';

const PHOTO = join(import.meta.dirname, 'fixtures/images/photo-640x480.jpg');

const photoCard = (page: Page, name = 'photo-640x480.jpg') =>
  page.locator(`[data-testid="card"][data-name="${name}"]`);

let site: AppSite;
test.beforeEach(async ({ hubSite }) => {
  site = await serveApp(hubSite.build);
});
test.afterEach(() => site.close());

test('after one visit the app opens, computes with threads and keeps results without a network', async ({
  page,
  context,
}) => {
  await pretendCores(page, 2);
  await visitOnce(page, site.url, 'workers=1&threads=2');
  await goOffline(context, site);
  await page.reload();
  await untilDone(page, 1);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await page.getByTestId('file-input').setInputFiles(PHOTO);
  await expect(photoCard(page)).toHaveAttribute('data-state', 'done');
  await expect(page.getByTestId('status-backend')).toHaveAttribute('data-threads', '2');
  await untilStored(page, { pictures: 1, maps: 2 });
  await page.reload();
  await expect(photoCard(page)).toHaveAttribute('data-cache', 'hit');
});

test('the first map comes before anything is fetched for later, and hardly anything is fetched twice', async ({
  playwright,
}) => {
  // A profile on disk, as people have: the cache in memory of a test's own takes no file of this size.
  const profile = await mkdtemp(join(tmpdir(), 'isobath-profile-'));
  const context = await playwright.chromium.launchPersistentContext(profile, {
    ...CHROMIUM_LAUNCH,
    // The browser's own choice depends on the room on the disk.
    args: [...CHROMIUM_LAUNCH.args, `--disk-cache-size=${2 ** 29}`],
  });
  try {
    const page = await context.newPage();
    // The first thing that is fetched for later is the service worker: how many maps there are by then.
    await page.addInitScript(() => {
      const { register } = ServiceWorkerContainer.prototype;
      ServiceWorkerContainer.prototype.register = function (...args) {
        const library = document.querySelector<HTMLElement>('[data-testid="library"]');
        Object.assign(window, { doneAtRegistration: library?.dataset.countDone });
        return register.apply(this, args);
      };
    });
    await page.goto(`${site.url}?ep=wasm`);
    await untilDone(page, 1);
    await untilKept(page);
    expect(
      await page.evaluate(() => (window as Window & { doneAtRegistration?: string }).doneAtRegistration),
    ).toBe('1');
    // The page is asked for by its address and by its name.
    const twice = [...site.sent].filter(([name, count]) => count > 1 && name !== 'index.html');
    expect(twice).toEqual([]);
    const sent = [...site.sent.keys()];
    expect(sent.filter((name) => name.includes('asyncify') && !name.endsWith('.js'))).toEqual([]);
    expect(sent).toContain('models/isobath-parsing-tiny/model.onnx');
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
});

test('every installed model works without a network', async ({ page, context, hubSite }) => {
  const models = ['dpt-hybrid-midas', 'depth-anything-v2-small', 'segformer-b0-clothes'];
  const isParser = (id: string) => id.startsWith('segformer');
  await visitOnce(page, site.url, `hub=${encodeURIComponent(hubSite.hubUrl('good'))}`);
  await page.getByRole('button', { name: 'Models', exact: true }).click();
  for (const id of models) {
    const card = page.locator(`[data-testid="model-card"][data-model="${id}"]`);
    await card.getByRole('button', { name: isParser(id) ? 'Read the licence' : 'Download' }).click();
    if (isParser(id)) await page.getByRole('button', { name: 'Accept and download' }).click();
    await expect(card).toHaveAttribute('data-state', 'ready');
  }
  await goOffline(context, site);
  const asked = hubSite.hub.requests.length;
  for (const [index, id] of models.entries()) {
    const task = isParser(id) ? '&task=parsing' : '&task=depth';
    await page.goto(`${site.url}?ep=wasm&model=${id}${task}`);
    if (index === 0) await page.getByTestId('file-input').setInputFiles(PHOTO);
    await expect(photoCard(page)).toHaveAttribute('data-state', 'done');
    await expect(photoCard(page)).toHaveAttribute('data-cache', 'miss');
  }
  expect(hubSite.hub.requests.length).toBe(asked);
});

test('on a host without headers one reload makes the page isolated, and says so', async ({
  page,
  context,
  hubSite,
}) => {
  const bare = await serveApp(hubSite.build, { hasHeaders: false });
  let loads = 0;
  page.on('load', () => (loads += 1));
  await page.goto(bare.url);
  await untilDone(page, 1);
  await page.waitForFunction(() => crossOriginIsolated);
  await expect(page.getByText(/reloaded once/).first()).toBeVisible();
  await untilDone(page, 1);
  await expect.poll(() => loads).toBe(2);
  await goOffline(context, bare);
  await page.reload();
  await untilDone(page, 1);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await expect.poll(() => loads).toBe(3);
  // Said once, not at every visit.
  await expect(page.getByText(/reloaded once/)).toHaveCount(0);
});

test('somebody who works with the page already is asked before that reload', async ({ page, hubSite }) => {
  const bare = await serveApp(hubSite.build, { hasHeaders: false });
  try {
    let loads = 0;
    page.on('load', () => (loads += 1));
    await page.goto(`${bare.url}?ep=wasm`);
    await page.getByTestId('library').click();
    await untilDone(page, 1);
    const notice = page.getByTestId('notice').filter({ hasText: 'After a reload' });
    await expect(notice).toBeVisible();
    expect(loads).toBe(1);
    await notice.getByRole('button', { name: 'Reload' }).click();
    await page.waitForFunction(() => crossOriginIsolated);
    await expect.poll(() => loads).toBe(2);
  } finally {
    await bare.close();
  }
});

test('a new version is offered, waits for running work and then takes over', async ({ page }) => {
  await visitOnce(page, site.url);
  site.setVersion('the next one');
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  await expect(page.getByText('A new version is ready.').first()).toBeVisible();
  let loads = 0;
  page.on('load', () => (loads += 1));
  // Work in another tab of the app holds the lock as well.
  await page.evaluate(() => {
    void navigator.locks.request(
      'isobath:busy',
      { mode: 'shared' },
      () => new Promise((release) => Object.assign(window, { release })),
    );
  });
  await page.getByTestId('notice').getByRole('button', { name: 'Reload' }).click();
  await page.waitForTimeout(500);
  expect(loads).toBe(0);
  await page.evaluate(() => (window as unknown as { release(): void }).release());
  await expect.poll(() => loads).toBe(1);
  await untilDone(page, 1);
  await expect(page.getByText('A new version is ready.')).toHaveCount(0);
});

test('a photo shared into the app is imported and computed, with and without a network', async ({
  page,
  context,
}) => {
  await visitOnce(page, site.url);
  await sharePhoto(page, 'first.png');
  await expect(photoCard(page, 'first.png')).toHaveAttribute('data-state', 'done');
  // A reload must not import it again.
  expect(new URL(page.url()).search).toBe('');
  await goOffline(context, site);
  await sharePhoto(page, 'second one.png');
  await expect(photoCard(page, 'second one.png')).toHaveAttribute('data-state', 'done');
  await untilDone(page, 2);
});

test('the web manifest names icons, screenshots, sharing and opening with', async ({ page }) => {
  await page.goto(site.url);
  const href = await page.locator('link[rel=manifest]').getAttribute('href');
  const manifest = (await (await page.request.get(new URL(href ?? '', page.url()).href)).json()) as Record<
    string,
    { readonly src?: string }[]
  >;
  expect(manifest).toMatchObject({ display: 'standalone', share_target: { method: 'POST' } });
  expect(manifest.file_handlers).toHaveLength(1);
  expect(manifest.shortcuts).toHaveLength(2);
  for (const { src } of [...(manifest.icons ?? []), ...(manifest.screenshots ?? [])]) {
    expect((await page.request.get(new URL(src ?? '', page.url()).href)).ok(), src).toBe(true);
  }
});
