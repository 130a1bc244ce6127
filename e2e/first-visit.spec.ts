import { expect, test } from './app.ts';
import { countColours } from './support/colours.ts';
import { pretendCores } from './support/cores.ts';
import { makePng } from './support/pictures.ts';

test('a first visit computes a sample and draws its map in the default colours', async ({ app }) => {
  await app.open();
  await app.waitForCounts({ total: 1, done: 1, failed: 0 });
  await expect(app.cards('done')).toHaveCount(1);
  await expect(app.cards('done')).toHaveAttribute('data-cache', 'miss');
  await app.setMode('Map');
  await app.settle();
  const look = async () => countColours(await app.pixels(), 'inferno');
  await expect.poll(async () => (await look()).isFromColormap).toBeGreaterThan(0.97);
  expect((await look()).distinct).toBeGreaterThan(60);
});

test('the first screen says what happens to pictures and what to do', async ({ app }) => {
  await app.open();
  await expect(app.page.getByText('Runs on this device. Nothing is uploaded.').first()).toBeVisible();
  await expect(app.page.getByText(/drop photos anywhere/i).first()).toBeVisible();
  await expect(app.page.locator('input[type=file][multiple]')).toHaveCount(1);
});

test('the status bar names the backend, its workers and an empty queue', async ({ app }) => {
  await pretendCores(app.page, 2);
  await app.open({ ep: 'wasm', workers: '2', threads: '1' });
  await app.waitForCounts({ done: 1 });
  await expect(app.statusBackend).toHaveText(/WASM.*2 workers/);
  await expect(app.statusBackend).toHaveAttribute('data-threads', '1');
  await expect(app.statusQueue).toHaveAttribute('data-queued', '0');
  await expect(app.statusQueue).toHaveText('Idle');
});

test('the sample gives way to the first own picture, and the next visit shows that one', async ({ app }) => {
  await app.open();
  await app.waitForCounts({ total: 1, done: 1 });
  await app.add([makePng(1)]);
  await app.waitForCounts({ total: 1, done: 1 });
  await expect(app.cards()).toHaveAttribute('data-name', 'picture-001.png');
  await app.untilStored({ pictures: 1, maps: 2 });
  await app.open();
  await app.waitForCounts({ total: 1, done: 1 });
  await expect(app.cards()).toHaveAttribute('data-name', 'picture-001.png');
  await expect(app.cards()).toHaveAttribute('data-cache', 'hit');
});
