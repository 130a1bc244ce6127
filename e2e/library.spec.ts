import { expect, test } from './app.ts';
import { makePng, makePngs } from './support/pictures.ts';

test('a reload restores the pictures in their order, and their maps come from the cache', async ({ app }) => {
  await app.open();
  await app.waitForCounts({ done: 1 });
  await app.add([
    ...makePngs(4, 500),
    { name: 'broken.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no') },
  ]);
  await app.waitForCounts({ total: 5, done: 4, failed: 1 });
  const names = await app.cards().evaluateAll((cards) => cards.map((card) => card.getAttribute('data-name')));
  await app.page.reload();
  await app.waitForCounts({ total: 5, done: 4, failed: 1 });
  const restored = await app
    .cards()
    .evaluateAll((cards) => cards.map((card) => card.getAttribute('data-name')));
  expect(restored).toEqual(names);
  await expect(app.page.locator('[data-testid="card"][data-cache="hit"]')).toHaveCount(4);
  await expect(app.card('broken.jpg')).toHaveAttribute('data-state', 'failed');
});

test('a picture cancelled before a reload does not run again by itself', async ({ app }) => {
  await app.open({ ep: 'wasm', workers: '1', threads: '1' });
  await app.waitForCounts({ done: 1 });
  await app.add(makePngs(6, 520, 1600, 1200));
  await app.waitForCounts({ total: 6 });
  await app.page.getByRole('button', { name: /cancel all/i }).click();
  await app.waitUntilIdle();
  const before = await app.cards('cancelled').count();
  expect(before).toBeGreaterThan(0);
  await app.page.reload();
  await app.waitForCounts({ total: 6, done: 6 - before });
  await expect(app.cards('cancelled')).toHaveCount(before);
});

test('a viewed picture of an earlier visit is drawn again after a reload', async ({ app }) => {
  await app.open();
  await app.waitForCounts({ done: 1 });
  await app.add([makePng(540)]);
  await expect(app.card('picture-540.png')).toHaveAttribute('data-state', 'done');
  await app.page.reload();
  await app.waitForCounts({ done: 1 });
  await app.select('picture-540.png');
  await app.setMode('Map');
  await app.settle();
  const { data, channels } = await app.pixels();
  const reds = new Set<number>();
  for (let at = 0; at < data.length; at += channels * 97) reds.add(data[at] ?? 0);
  expect(reds.size).toBeGreaterThan(10);
});
