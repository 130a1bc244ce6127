import { expect, test } from './app.ts';
import { makePng } from './support/pictures.ts';
import { CHROMIUM_LAUNCH, WEBGPU_FLAGS } from './tools/chromium.ts';

// A machine without a GPU: the browser knows WebGPU, but has no adapter.
test.use({
  launchOptions: {
    ...CHROMIUM_LAUNCH,
    args: CHROMIUM_LAUNCH.args.filter((flag) => !WEBGPU_FLAGS.includes(flag)),
  },
});

test('without an adapter the request for WebGPU falls back to WASM, says so once, and pictures are done', async ({
  app,
}) => {
  await app.open({ ep: 'webgpu' });
  // It goes by itself after a while.
  await expect(app.page.getByText(/WebGPU did not work here/)).toHaveCount(1);
  await app.waitForCounts({ done: 1 });
  await app.add([makePng(960), makePng(961)]);
  await app.waitForCounts({ total: 2, done: 2, failed: 0 });
  await expect(app.statusBackend).toHaveAttribute('data-execution-provider', 'wasm');
  expect(await app.page.getByText(/WebGPU did not work here/).count()).toBeLessThan(2);
});

test('left to itself, the app computes on WASM and says why', async ({ app }) => {
  await app.open();
  await app.waitForCounts({ done: 1 });
  await expect(app.statusBackend).toHaveAttribute('data-execution-provider', 'wasm');
  await app.statusBackend.hover();
  await expect(
    app.page.getByText('This browser offers no WebGPU, so the processor computes.').first(),
  ).toBeVisible();
});

test('a host that names a wrong type for WebAssembly costs time, not the map', async ({ app }) => {
  let askedCount = 0;
  await app.page.route('**/*.wasm', async (route) => {
    askedCount += 1;
    const response = await route.fetch();
    await route.fulfill({
      response,
      headers: { ...response.headers(), 'content-type': 'application/octet-stream' },
    });
  });
  await app.open({ ep: 'wasm', threads: '2' });
  await app.waitForCounts({ done: 1, failed: 0 });
  // What could not be compiled while it came is fetched once more, as bytes.
  expect(askedCount).toBeGreaterThan(1);
  await expect(app.statusBackend).toHaveAttribute('data-execution-provider', 'wasm');
});
