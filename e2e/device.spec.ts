/** What the app finds out about the device: the measured choice in the settings, and the page "This device". */
import { expect, test } from './app.ts';

test('auto is measured on request, says what it chose and why, and a hand goes before it', async ({
  app,
}) => {
  const { page } = app;
  await app.open();
  await app.waitForCounts({ done: 1 });
  await app.statusBackend.click();
  const auto = page.getByTestId('auto-choice');
  await expect(auto).toContainText('Not measured yet');
  // Seen as they come: how long it measures differs from machine to machine.
  await auto.evaluate((element) => {
    const states: (string | undefined)[] = [];
    Object.assign(window, { states });
    new MutationObserver(() => states.push(element.dataset.state)).observe(element, { attributes: true });
  });
  await auto.getByRole('button', { name: 'Measure now' }).click();
  const candidates = page.getByTestId('auto-candidate');
  await expect(auto.getByRole('button', { name: 'Measure again' })).toBeVisible({ timeout: 150_000 });
  expect(await page.evaluate(() => (window as Window & { states?: unknown[] }).states)).toContain(
    'measuring',
  );
  const rates = await candidates.evaluateAll((items) => items.map((item) => Number(item.dataset.rate)));
  expect(rates.length).toBeGreaterThan(0);
  for (const rate of rates) expect(rate).toBeGreaterThan(0);
  // The fastest one, or the plan, which comes first, in a close race.
  const chosen = auto.locator('[data-chosen]');
  await expect(chosen).toHaveCount(1);
  const chosenRate = Number(await chosen.getAttribute('data-rate'));
  expect(chosenRate * 1.16).toBeGreaterThan(Math.max(...rates));
  await expect(page.getByRole('dialog')).toContainText('The fastest of what was measured here.');

  await page.getByLabel('Workers', { exact: true }).selectOption('1');
  await expect(app.statusBackend).toHaveAttribute('data-workers', '1');

  // Kept for the next visit.
  await page.reload();
  await app.waitForCounts({ done: 1 });
  await app.statusBackend.click();
  await expect(candidates).toHaveCount(rates.length);
});

test('what another browser version measured is forgotten, and measured anew once nothing waits', async ({
  app,
}) => {
  const { page } = app;
  const KEY = 'isobath.device-profile';
  const writeProfile = (version: string | null) =>
    page.evaluate(
      ([key, fingerprint]) => {
        const processor = { executionProvider: 'wasm', variant: 'fp32', workers: 7, threads: 1 };
        const graphics = { executionProvider: 'webgpu', variant: 'fp32', workers: 1, threads: 1 };
        const candidates = [
          { ...processor, perSecond: 2, latencyMs: 400, problem: null },
          { ...graphics, perSecond: 8, latencyMs: 120, problem: null },
          {
            ...graphics,
            variant: 'fp16',
            perSecond: null,
            latencyMs: null,
            problem: {
              code: 'EXECUTION_PROVIDER_FAILED',
              details: {
                selfTest: true,
                reason: 'wrong',
                meanRelativeError: 0.4,
                tolerance: 0.1,
                correlation: 0.5,
              },
            },
          },
        ];
        // Of another device, so that nothing is computed that way here.
        const measurement = { device: 'another', measuredAtMs: 0, candidates };
        const measurements = { 'isobath-depth-tiny@v0': measurement };
        localStorage.setItem(
          key,
          JSON.stringify({ fingerprint: fingerprint ?? navigator.userAgent, verdicts: {}, measurements }),
        );
      },
      [KEY, version] as const,
    );
  const auto = page.getByTestId('auto-choice');
  const candidates = page.getByTestId('auto-candidate');
  const reopen = async () => {
    await page.reload();
    await app.waitForCounts({ done: 1 });
    await app.statusBackend.click();
  };
  await page.clock.install();
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  await writeProfile(null);
  await reopen();
  await expect(candidates).toHaveText([
    /WASM · 7 workers.*2 photos\/s · 400 ms each/,
    /WebGPU · fp32.*8 photos\/s · 120 ms each.*Fastest/,
    /WebGPU · fp16.*wrong here: error 0\.4 \(allowed 0\.1\), correlation 0\.5/,
  ]);
  await app.open({ lang: 'zh-CN' });
  await app.waitForCounts({ done: 1 });
  await app.statusBackend.click();
  await expect(candidates.last()).toContainText(
    'WebGPU · fp16在此设备上对该模型的计算结果有误：误差 0.4（允许 0.1），相关 0.5。',
  );

  await writeProfile('an older browser');
  await page.goto('?ep=auto');
  await reopen();
  await expect(auto).toContainText('Not measured yet');
  await expect(auto.getByRole('button', { name: 'Measure now' })).toBeEnabled();
  await page.clock.fastForward(31_000);
  await expect(auto.getByRole('button', { name: 'Measure again' })).toBeVisible({ timeout: 60_000 });
  expect(await candidates.count()).toBeGreaterThan(0);
  const kept = await page.evaluate((key) => localStorage.getItem(key), KEY);
  const profile = JSON.parse(kept ?? '') as { fingerprint: string };
  expect(profile.fingerprint).toBe(await page.evaluate(() => navigator.userAgent));
});

test('the device page measures the installed models and copies what it found', async ({ app, context }) => {
  test.slow();
  const { page } = app;
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('?view=device&ep=wasm');
  await page.getByRole('button', { name: 'Measure', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Measure again' })).toBeVisible({ timeout: 300_000 });
  const rows = page.getByTestId('device-table').locator('tbody tr');
  await expect(rows).toHaveCount(2);
  const models = await rows.evaluateAll((items) => items.map((item) => item.dataset.model));
  expect(models).toEqual(['isobath-depth-tiny', 'isobath-parsing-tiny']);
  await expect(rows.first()).toContainText(/WASM × 1.* ms.*MB/s);
  // Never blank: the whole page where the browser tells it, else the workers' WebAssembly.
  await expect(rows.first().locator('td').last()).toHaveText(/^[\d.,]+ [MG]B (page|WASM)$/);
  await expect(page.getByTestId('device-plot')).toBeVisible();

  const copied = async (name: string, beginning: RegExp) => {
    await page.getByRole('button', { name }).click();
    await expect(page.getByTestId('notice')).toContainText('Copied.');
    const read = () => page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(read).toMatch(beginning);
    return read();
  };
  const markdown = await copied('Copy as Markdown', /^[^{]/);
  const table = markdown.split('\n').filter((line) => line.startsWith('|'));
  expect(table).toHaveLength(4);
  expect(new Set(table.map((line) => line.split('|').length)).size).toBe(1);

  const json = JSON.parse(await copied('Copy as JSON', /^\{/)) as {
    device: { cores: number };
    rows: {
      stages: Record<string, number>;
      rateOne: number;
      rateMany: number;
      workers: number;
      heapBytes: number;
      peakBytes: number | null;
      wasmPeakBytes: number;
    }[];
  };
  expect(json.device.cores).toBeGreaterThan(0);
  for (const row of json.rows) {
    expect(row.stages.inference).toBeGreaterThan(0);
    expect(row.rateOne).toBeGreaterThan(0);
    expect(row.rateMany).toBeGreaterThan(0);
    // More than the 16 MiB that an empty runtime takes.
    expect(row.heapBytes).toBeGreaterThan(20e6);
    // All workers' heaps; with two workers about twice.
    expect(row.wasmPeakBytes).toBeGreaterThan(row.heapBytes * Math.min(1.5, row.workers * 0.99));
    if (row.peakBytes !== null) expect(row.peakBytes).toBeGreaterThan(row.heapBytes);
  }
});
