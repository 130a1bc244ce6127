import { rmSync, writeFileSync } from 'node:fs';
import { expect, test } from './app.ts';
import { prepareHold } from './support/held-work.ts';
import { makePng, makePngs } from './support/pictures.ts';

test('a reload restores the pictures in their order, and their maps come from the cache', async ({ app }) => {
  await app.open();
  await app.waitForCounts({ done: 1 });
  await app.add([
    ...makePngs(4, 500),
    { name: 'broken.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no') },
  ]);
  await app.waitForCounts({ total: 5, done: 4, failed: 1 });
  await app.untilStored({ pictures: 5, maps: 5 });
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

test('a file that vanishes from the disk fails alone; the others are kept for the next visit', async ({
  app,
}, info) => {
  const files = makePngs(12, 550, 48, 36).map(({ name, buffer }) => {
    const path = info.outputPath(name);
    writeFileSync(path, buffer);
    return path;
  });
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  // Chosen first, deleted then, handed to the app last.
  await app.page.evaluate(() => {
    document.body.append(
      Object.assign(document.createElement('input'), { type: 'file', multiple: true, id: 'other' }),
    );
  });
  await app.page.locator('#other').setInputFiles(files);
  rmSync(files[3] ?? '');
  await app.page.evaluate(() => {
    const other = document.querySelector<HTMLInputElement>('#other');
    const input = document.querySelector<HTMLInputElement>('[data-testid="file-input"]');
    if (other === null || input === null) throw new Error('no input');
    input.files = other.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await app.waitForCounts({ total: 12, done: 11, failed: 1 });
  await app.untilStored({ maps: 12 });
  await app.page.reload();
  // The card of the vanished one may come back with its reason; a picture it is no more.
  await app.waitForCounts({ done: 11 });
  await expect(app.card('picture-553.png').and(app.cards('done'))).toHaveCount(0);
});

test('a picture cancelled before a reload does not run again by itself', async ({ app }) => {
  const work = await prepareHold(app.page);
  await app.open({ ep: 'wasm', workers: '1', threads: '1' });
  await app.waitForCounts({ done: 1 });
  await work.hold();
  await app.add(makePngs(6, 520, 1600, 1200));
  await app.waitForCounts({ total: 6 });
  await app.page.getByRole('button', { name: /cancel all/i }).click();
  await work.release();
  await app.waitUntilIdle();
  const before = await app.cards('cancelled').count();
  expect(before).toBeGreaterThan(0);
  await app.untilStored({ pictures: 6 });
  await app.page.reload();
  await app.waitForCounts({ total: 6, done: 6 - before });
  await expect(app.cards('cancelled')).toHaveCount(before);
});

test('a viewed picture of an earlier visit is drawn again after a reload', async ({ app }) => {
  await app.open();
  await app.waitForCounts({ done: 1 });
  await app.add([makePng(540)]);
  await expect(app.card('picture-540.png')).toHaveAttribute('data-state', 'done');
  await app.untilStored({ pictures: 1, maps: 2 });
  await app.page.reload();
  await app.waitForCounts({ done: 1 });
  await app.select('picture-540.png');
  await app.setMode('Map');
  await app.settle();
  const countReds = async () => {
    const { data, channels } = await app.pixels();
    const reds = new Set<number>();
    for (let at = 0; at < data.length; at += channels * 97) reds.add(data[at] ?? 0);
    return reds.size;
  };
  await expect.poll(countReds).toBeGreaterThan(10);
});

test('Delete removes the viewed picture wherever the focus is, and undo brings it back for good', async ({
  app,
}) => {
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  await app.add(makePngs(3, 560));
  await app.waitForCounts({ total: 3, done: 3 });
  // Read from storage, from where it is then removed.
  await app.untilStored({ pictures: 3, maps: 4 });
  await app.page.reload();
  await app.waitForCounts({ total: 3, done: 3 });
  await app.select('picture-561.png');
  await app.page.getByRole('application').focus();
  await app.page.keyboard.press('Delete');
  await app.waitForCounts({ total: 2 });
  await expect(app.card('picture-562.png')).toHaveAttribute('data-selected', '');
  const notice = app.page.getByTestId('notice').filter({ hasText: 'Removed picture-561.png.' });
  await notice.getByRole('button', { name: 'Undo' }).click();
  await app.waitForCounts({ total: 3, done: 3 });
  await expect(app.card('picture-561.png')).toHaveAttribute('data-selected', '');
  await expect(app.card('picture-561.png')).toHaveAttribute('data-cache', 'hit');
  await expect(notice).toHaveCount(0);

  await app.page.keyboard.press('Delete');
  await app.page.keyboard.press('Delete');
  await app.waitForCounts({ total: 1 });
  await app.untilStored({ pictures: 1 });
  await app.page.keyboard.press('Control+z');
  await app.page.keyboard.press('Control+z');
  await app.waitForCounts({ total: 3, done: 3 });
  await app.untilStored({ pictures: 3 });
  await app.page.reload();
  await app.waitForCounts({ total: 3, done: 3 });
});
