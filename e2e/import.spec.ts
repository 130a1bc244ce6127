import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './app.ts';
import { makePng, makePngs } from './support/pictures.ts';

test('one dropped file is computed', async ({ app }, info) => {
  const path = info.outputPath('one.png');
  writeFileSync(path, makePng(1).buffer);
  await app.open();
  await app.dropPaths([path]);
  await expect(app.card('one.png')).toHaveAttribute('data-state', 'done');
});

test('a drop of several files and a folder brings every picture in them, also from folders inside', async ({
  app,
}, info) => {
  const folder = info.outputPath('folder');
  mkdirSync(join(folder, 'inner'), { recursive: true });
  const files = ['loose-1.png', 'loose-2.png', 'folder/a.png', 'folder/b.png', 'folder/inner/c.png'];
  files.forEach((name, index) => writeFileSync(info.outputPath(name), makePng(10 + index).buffer));
  await app.open();
  await app.waitForCounts({ done: 1 });
  await app.dropPaths([info.outputPath('loose-1.png'), info.outputPath('loose-2.png'), folder]);
  await app.waitForCounts({ total: 5, done: 5, failed: 0 });
  for (const name of ['loose-1.png', 'loose-2.png', 'a.png', 'b.png', 'c.png']) {
    await expect(app.card(name)).toHaveCount(1);
  }
});

test('the picker takes several files', async ({ app }) => {
  await app.open();
  await app.waitForCounts({ done: 1 });
  await app.add(makePngs(3, 20));
  await app.waitForCounts({ total: 3, done: 3 });
  await expect(app.card('picture-021.png')).toHaveAttribute('data-state', 'done');
});

test('a pasted picture is computed', async ({ app, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await app.open();
  await app.waitForCounts({ total: 1, done: 1 });
  await app.page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    await navigator.clipboard.write([
      new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) }),
    ]);
  }, makePng(30).buffer.toString('base64'));
  await app.page.keyboard.press('Control+v');
  await expect(app.card('picture.png').or(app.cards().filter({ hasText: /pasted/i }))).toHaveCount(1);
  await app.waitForCounts({ total: 1, done: 1, failed: 0 });
});

test('a dragged address is answered with a sentence, and nothing is fetched', async ({ app }) => {
  await app.open();
  await app.waitForCounts({ total: 1, done: 1 });
  await app.page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.setData('text/uri-list', 'https://example.com/cat.jpg');
    dataTransfer.setData('text/plain', 'https://example.com/cat.jpg');
    for (const type of ['dragenter', 'dragover', 'drop']) {
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }
  });
  await expect(app.page.getByText(/fetches nothing from other sites/).first()).toBeVisible();
  expect(await app.counts()).toEqual({ total: 1, done: 1, failed: 0 });
});

test('the same picture under another name is a cache hit without the network', async ({ app, context }) => {
  await app.open();
  await app.waitForCounts({ done: 1 });
  await app.add([makePng(40)]);
  await expect(app.card('picture-040.png')).toHaveAttribute('data-state', 'done');
  await expect(app.card('picture-040.png')).toHaveAttribute('data-cache', 'miss');
  await context.setOffline(true);
  await app.add([{ ...makePng(40), name: 'renamed.png' }]);
  await expect(app.card('renamed.png')).toHaveAttribute('data-state', 'done');
  await expect(app.card('renamed.png')).toHaveAttribute('data-cache', 'hit');
});
