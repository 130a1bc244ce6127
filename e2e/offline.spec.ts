/** The installed app: no network, no headers from the host, new versions. Below a path. */
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { serveApp, type AppSite } from './support/app-site.ts';
import { expect, test } from './support/hub-site.ts';

const PHOTO = join(import.meta.dirname, 'fixtures/images/photo-640x480.jpg');

const untilKept = (page: Page) =>
  page.waitForFunction(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return registration?.active?.state === 'activated' && navigator.serviceWorker.controller !== null;
  });
const untilDone = (page: Page, count: number) =>
  expect(page.getByTestId('library')).toHaveAttribute('data-count-done', String(count));

let site: AppSite;
test.beforeEach(async ({ hubSite }) => {
  site = await serveApp(hubSite.build);
});
test.afterEach(() => site.close());

async function visitOnce(page: Page, query = ''): Promise<void> {
  await page.goto(`${site.url}?ep=wasm&${query}`);
  await untilDone(page, 1);
  await untilKept(page);
}

async function goOffline(context: BrowserContext): Promise<void> {
  // The server goes too: nothing may pass, whoever asks.
  await site.close();
  await context.setOffline(true);
}

test('after one visit the app opens, computes with threads and keeps results without a network', async ({
  page,
  context,
}) => {
  await visitOnce(page, 'workers=1&threads=2');
  await goOffline(context);
  await page.reload();
  await untilDone(page, 1);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await page.getByTestId('file-input').setInputFiles(PHOTO);
  await expect(page.locator('[data-testid="card"][data-name="photo-640x480.jpg"]')).toHaveAttribute(
    'data-state',
    'done',
  );
  await expect(page.getByTestId('status-backend')).toHaveAttribute('data-threads', '2');
  await page.reload();
  await expect(page.locator('[data-testid="card"][data-name="photo-640x480.jpg"]')).toHaveAttribute(
    'data-cache',
    'hit',
  );
});

test('a downloaded model works without a network', async ({ page, context, hubSite }) => {
  const id = 'dpt-hybrid-midas';
  await visitOnce(page, `view=photos&hub=${encodeURIComponent(hubSite.hubUrl('good'))}`);
  await page.getByRole('button', { name: 'Models', exact: true }).click();
  const card = page.locator(`[data-testid="model-card"][data-model="${id}"]`);
  await card.getByRole('button', { name: 'Download' }).click();
  await expect(card).toHaveAttribute('data-state', 'ready');
  await card.getByRole('button', { name: 'Use this model' }).click();
  await goOffline(context);
  await page.goto(`${site.url}?ep=wasm`);
  await page.getByTestId('file-input').setInputFiles(PHOTO);
  await untilDone(page, 1);
  await expect(page.locator('.facts').getByText(/DPT/)).toBeVisible();
});

test('on a host without headers one reload makes the page isolated, and says so', async ({
  page,
  hubSite,
}) => {
  const bare = await serveApp(hubSite.build, { hasHeaders: false });
  try {
    let loads = 0;
    page.on('load', () => (loads += 1));
    await page.goto(bare.url);
    await page.waitForFunction(() => crossOriginIsolated);
    await expect(page.getByText(/reloaded once/).first()).toBeVisible();
    await untilDone(page, 1);
    expect(loads).toBe(2);
    await page.reload();
    await untilDone(page, 1);
    expect(loads).toBe(3);
  } finally {
    await bare.close();
  }
});

test('a new version is offered, waits for running work and then takes over', async ({ page }) => {
  await visitOnce(page);
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
