import { expect, test } from './app.ts';
import { countColours } from './support/colours.ts';

test('a first visit computes a sample and draws its map in the default colours', async ({ app }) => {
  await app.open();
  await app.waitForCounts({ total: 1, done: 1, failed: 0 });
  await expect(app.cards('done')).toHaveCount(1);
  await expect(app.cards('done')).toHaveAttribute('data-cache', 'miss');
  await app.setMode('Map');
  await app.settle();
  const { isFromColormap, distinct } = countColours(await app.pixels(), 'inferno');
  expect(isFromColormap).toBeGreaterThan(0.97);
  expect(distinct).toBeGreaterThan(60);
});

test('the first screen says what happens to pictures and what to do', async ({ app }) => {
  await app.open();
  await expect(app.page.getByText('Runs on this device. Nothing is uploaded.').first()).toBeVisible();
  await expect(app.page.getByText(/drop photos anywhere/i).first()).toBeVisible();
  await expect(app.page.locator('input[type=file][multiple]')).toHaveCount(1);
});

test('the status bar names the backend, its workers and an empty queue', async ({ app }) => {
  await app.open({ ep: 'wasm', workers: '2', threads: '1' });
  await app.waitForCounts({ done: 1 });
  await expect(app.statusBackend).toContainText(/wasm/i);
  await expect(app.statusBackend).toContainText('2');
  await expect(app.statusQueue).toContainText('0');
});

test('a second visit shows the library instead of a new sample', async ({ app }) => {
  await app.open();
  await app.waitForCounts({ total: 1, done: 1 });
  const name = await app.cards().getAttribute('data-name');
  await app.open();
  await app.waitForCounts({ total: 1, done: 1 });
  await expect(app.cards()).toHaveAttribute('data-name', name ?? '');
  await expect(app.cards()).toHaveAttribute('data-cache', 'hit');
});
