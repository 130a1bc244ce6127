/** What a browser computes wrong is not used: verdicts of the self-test, where they are told, and asking again. */
import { expect, test } from './app.ts';

const KEY = 'isobath.device-profile';

test('what the processor computes is held to the stored reference when nothing waits, once per browser version', async ({
  app,
}) => {
  const { page } = app;
  const readVerdicts = () =>
    page.evaluate((key) => {
      const profile = JSON.parse(localStorage.getItem(key) ?? '{}') as { verdicts?: Record<string, boolean> };
      return Object.entries(profile.verdicts ?? {})
        .map(([name, isRight]) => `${name.split('@')[0]} ${isRight}`)
        .sort();
    }, KEY);
  await page.clock.install();
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  expect(await readVerdicts()).toEqual([]);
  await expect
    .poll(
      async () => {
        await page.clock.fastForward(31_000);
        return readVerdicts();
      },
      { timeout: 60_000, intervals: [1000] },
    )
    .toEqual(['wasm:isobath-depth-tiny true', 'wasm:isobath-parsing-tiny true']);
  await page.goto('?view=device');
  const tiny = page.locator('[data-model="isobath-depth-tiny"]').getByTestId('verdict');
  await expect(tiny.and(page.locator('[data-provider="wasm"]'))).toHaveText(
    /^WASMrighterror [\d.]+ \(bound 0\.001\), correlation 1/,
  );
  await expect(tiny.and(page.locator('[data-provider="webgpu"]'))).toHaveText('WebGPUnot tested yet');
});

test('a model that the processor computes wrong shows no map but why, until it is tested again', async ({
  app,
}) => {
  const { page } = app;
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  await app.untilStored({ maps: 1 });
  await page.evaluate((key) => {
    const name =
      'wasm:isobath-depth-tiny@v0/fp32:b45625096096708039cbb2fd1dad259c9cbc47de850b304e2a4b0a55b7037116';
    const numbers = { [name]: { meanRelativeError: 0.4, tolerance: 0.001, correlation: 0.5 } };
    const verdicts = { [name]: false };
    localStorage.setItem(key, JSON.stringify({ fingerprint: navigator.userAgent, verdicts, numbers }));
  }, KEY);

  // Neither computed nor taken from the cache.
  await page.reload();
  await app.waitForCounts({ failed: 1 });
  await expect(page.getByText('The processor computes Isobath tiny wrong in this browser')).toBeVisible();
  await app.statusBackend.click();
  const candidate = page.getByTestId('auto-candidate');
  await expect(candidate).toContainText('error 0.4 (allowed 0.001), correlation 0.5');
  await expect(
    page.getByTestId('auto-choice').getByRole('button', { name: /^Test again: WASM/ }),
  ).toBeVisible();

  await page.goto('?view=device&lang=zh-CN&ep=wasm');
  const verdict = page.locator('[data-model="isobath-depth-tiny"] [data-provider="wasm"]');
  await expect(verdict).toContainText('有误，因此不显示结果');
  await expect(verdict.getByRole('button', { name: '重新检验' })).toBeVisible();

  await page.goto('?view=models&lang=en&ep=wasm');
  const note = page.getByTestId('model-refused');
  await expect(note).toContainText('wrong in this browser (error 0.4, allowed 0.001)');
  const button = note.getByRole('button', { name: 'Test again: WASM with Isobath tiny' });
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(note.getByRole('status')).toHaveText('Tested again: it is right now, and is used.', {
    timeout: 30_000,
  });
  await expect(note).not.toContainText('wrong in this browser');
  await expect(button).toBeFocused();

  // What failed for that is computed without being asked for again.
  await page
    .getByRole('button', { name: 'Photos' })
    .or(page.getByRole('tab', { name: 'Photos' }))
    .click();
  await app.waitForCounts({ done: 1, failed: 0 });
});
