import { expect, test, type App } from './app.ts';
import { makePng } from './support/pictures.ts';
import { readLastUse } from './support/stored.ts';

/** A map of a 4:3 picture: 256 x 192 float32 values, and a short header. */
const MAP_BYTES = 256 * 192 * 4;
const BUDGET_BYTES = MAP_BYTES * 4.5;
const UNIT_BYTES: Readonly<Record<string, number>> = { B: 1, kB: 1024, MB: 1024 ** 2 };

async function addOne(app: App, seed: number, name = `picture-${seed}.png`): Promise<string | null> {
  await app.add([{ ...makePng(seed), name }]);
  await expect(app.card(name)).toHaveAttribute('data-state', 'done');
  return app.card(name).getAttribute('data-cache');
}

test('a full cache drops the maps used longest ago, and never shows more than its budget', async ({
  app,
}) => {
  await app.page.addInitScript((cacheBudgetBytes) => {
    const state = { cacheBudgetBytes, keepLibrary: false };
    localStorage.setItem('isobath.settings', JSON.stringify({ state, version: 1 }));
  }, BUDGET_BYTES);
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  await app.page.getByRole('button', { name: 'Settings', exact: true }).click();
  const size = app.page.getByTestId('cache-size');
  await size.evaluate((element) => {
    const sizes: string[] = [];
    Object.assign(window, { sizes });
    new MutationObserver(() => sizes.push(element.textContent)).observe(element, {
      characterData: true,
      childList: true,
      subtree: true,
    });
  });

  // The sample's map and three more fill the budget; the first of the three is used again.
  for (const seed of [700, 701, 702]) expect(await addOne(app, seed)).toBe('miss');
  expect(await addOne(app, 700, 'again.png')).toBe('hit');
  expect(await addOne(app, 703)).toBe('miss');
  const beforeLastMs = await app.page.evaluate(() => Date.now());
  expect(await addOne(app, 704)).toBe('miss');
  // Written in the background: only what is there survives a reload.
  await expect.poll(() => readLastUse(app.page)).toBeGreaterThan(beforeLastMs);
  await expect(size).toHaveText(/\b4\b.*\bmaps/);

  const texts = await app.page.evaluate(() => (window as unknown as { sizes: string[] }).sizes);
  const shown = texts.map((text) => {
    const [, value, unit = ''] = /([\d.,]+)\s*(B|kB|MB)\b/.exec(text) ?? [];
    return Number(value?.replace(',', '')) * (UNIT_BYTES[unit] ?? Number.NaN);
  });
  expect(shown.length).toBeGreaterThan(0);
  expect(Math.max(...shown)).toBeLessThanOrEqual(BUDGET_BYTES);
  expect(Math.max(...shown)).toBeGreaterThan(MAP_BYTES * 3.9);

  // Only what is on the disk survives a reload; the library is not kept.
  await app.page.reload();
  await app.waitForCounts({ done: 1 });
  for (const seed of [704, 703, 700]) expect(await addOne(app, seed), `picture ${seed}`).toBe('hit');
  expect(await addOne(app, 701), 'picture 701').toBe('miss');
});
