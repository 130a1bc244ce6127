import { readFileSync } from 'node:fs';
import { expect, test, type App } from './app.ts';
import { parseNpy } from './support/npy.ts';
import { makePng } from './support/pictures.ts';

async function saveRawMap(app: App, name: string): Promise<Float32Array> {
  await app.select(name);
  const started = app.page.waitForEvent('download');
  await app.page.getByRole('button', { name: 'Save raw NPY' }).click();
  return parseNpy(readFileSync(await (await started).path())).values;
}

test('WebGPU, here in software, gives the map that WASM gives', async ({ app }) => {
  test.slow();
  // The software's shaders take seconds for each picture: the smallest size, and time enough for a slow machine.
  await app.page.addInitScript(() => {
    const state = { detailPx: { 'isobath-depth-tiny': 128 }, taskTimeoutMs: 300_000 };
    localStorage.setItem('isobath.settings', JSON.stringify({ state, version: 1 }));
  });
  const file = makePng(950, 64, 64);
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  await app.add([file]);
  await expect(app.card(file.name)).toHaveAttribute('data-state', 'done');
  const expected = await saveRawMap(app, file.name);
  await app.open({ ep: 'webgpu' });
  await app.waitForCounts({ done: 1 }, 300_000);
  await expect(app.statusBackend).toContainText(/webgpu/i);
  // A result of another provider is not accepted: the picture was computed again.
  await expect(app.card(file.name)).toHaveAttribute('data-cache', 'miss');
  const actual = await saveRawMap(app, file.name);
  const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length;
  const deviation = Math.sqrt(
    expected.reduce((sum, value) => sum + (value - mean) ** 2, 0) / expected.length,
  );
  const worst = expected.reduce((most, value, at) => Math.max(most, Math.abs(value - (actual[at] ?? 0))), 0);
  // The model card's bound for a GPU.
  expect(worst / deviation).toBeLessThan(0.02);
  // Used once, the runtime for WebGPU belongs to what works offline.
  await expect.poll(() => app.page.evaluate(readKeptRuntime)).toEqual(['mjs', 'wasm']);
});

/** In the page: endings of what is kept besides the app itself, where it is whole. */
async function readKeptRuntime(): Promise<string[]> {
  const cache = await caches.open('isobath-runtime');
  const endings: string[] = [];
  for (const request of await cache.keys()) {
    const answer = await cache.match(request);
    const { size } = (await answer?.blob()) ?? { size: 0 };
    if (size > 10_000) endings.push(request.url.split('.').pop() ?? '');
  }
  return endings.sort();
}

test.describe('a host without headers, before the service worker adds them', () => {
  // What a service worker answers or asks for passes by `page.route`.
  test.use({ serviceWorkers: 'block' });

  test('a page without cross-origin isolation works on one thread and says so', async ({ app }) => {
    await app.page.route('**/*', async (route) => {
      const response = await route.fetch();
      const headers = Object.fromEntries(
        Object.entries(response.headers()).filter(([name]) => !name.startsWith('cross-origin-')),
      );
      await route.fulfill({ response, headers });
    });
    await app.open({ ep: 'wasm' });
    await app.waitForCounts({ done: 1 });
    expect(await app.page.evaluate(() => crossOriginIsolated)).toBe(false);
    await expect(app.statusBackend).toContainText(/wasm/i);
  });
});
