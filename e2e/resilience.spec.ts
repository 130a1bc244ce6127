import { type Worker } from '@playwright/test';
import { expect, test, type App } from './app.ts';
import { prepareHold } from './support/held-work.ts';
import { countOpenObjects, readOpenObjects } from './support/open-objects.ts';
import { makePngs } from './support/pictures.ts';

function inferenceWorkers(app: App): Worker[] {
  return app.page.workers().filter((worker) => worker.url().includes('inference'));
}

test.describe('a worker that crashes', () => {
  test.use({ expectedErrors: [/crash of a test/] });

  test('in the middle of a task is replaced, and its picture is computed all the same', async ({ app }) => {
    const work = await prepareHold(app.page);
    await app.open({ ep: 'wasm', workers: '1', threads: '1' });
    await app.waitForCounts({ done: 1 });
    await work.hold();
    await app.add(makePngs(5, 1000, 1600, 1200));
    await expect(app.cards('processing')).toHaveCount(1);
    const before = inferenceWorkers(app);
    expect(before).toHaveLength(1);
    const closed = before[0]?.waitForEvent('close');
    await before[0]?.evaluate(() => {
      setTimeout(() => {
        throw new Error('crash of a test');
      });
    });
    await closed;
    await work.release();
    await app.waitForCounts({ total: 5, done: 5, failed: 0 });
    expect(inferenceWorkers(app)).toHaveLength(1);
  });

  test.describe('again and again', () => {
    // A service worker would answer for the worker's file, unseen by the route that breaks it.
    test.use({ serviceWorkers: 'block' });

    test('fails its picture with a sentence and does not respawn for ever', async ({ app }) => {
      await app.open({ ep: 'wasm', workers: '1', threads: '1' });
      await app.waitForCounts({ done: 1 });
      let started = 0;
      app.page.on('worker', (worker) => {
        if (worker.url().includes('inference')) started += 1;
      });
      // Those to come die of the first picture that they are given.
      const CRASH = `addEventListener('message', ({ data }) => {
        if (data?.path?.[0] === 'run') throw new Error('crash of a test');
      });`;
      await app.page.route(/inference\.worker-[^/]*\.js$/, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `${CRASH}\n${await response.text()}` });
      });
      const [first] = inferenceWorkers(app);
      const closed = first?.waitForEvent('close');
      await first?.evaluate(() => {
        setTimeout(() => {
          throw new Error('crash of a test');
        });
      });
      await closed;
      await app.add(makePngs(3, 1010));
      await app.waitForCounts({ total: 3, done: 0, failed: 3 });
      const settled = started;
      expect(settled).toBeGreaterThan(0);
      expect(settled).toBeLessThan(12);
      await app.card('picture-1010.png').click();
      await expect(app.page.getByText(/stopped twice on this picture/).first()).toBeVisible();
      await app.page.waitForTimeout(2000);
      expect(started).toBe(settled);
    });
  });
});

test.describe('counted in workers as well', () => {
  // A service worker would answer for the workers' files, unseen by the route that counts in them.
  test.use({ serviceWorkers: 'block' });

  test('object URLs and bitmaps are given back over 500 pictures, in the page and in its workers', async ({
    app,
  }) => {
    test.slow();
    await countOpenObjects(app.page);
    // A coarse map of a tiny picture: it is the number of pictures that counts here.
    await app.page.addInitScript(() => {
      const state = { detailPx: { 'isobath-depth-tiny': 128 } };
      localStorage.setItem('isobath.settings', JSON.stringify({ state, version: 1 }));
    });
    await app.open({ ep: 'wasm', workers: '2', threads: '1' });
    await app.waitForCounts({ done: 1 });
    await app.add(makePngs(20, 1100, 48, 36));
    await app.waitForCounts({ done: 20 });
    const early = await readOpenObjects(app.page);
    await app.add(makePngs(480, 1120, 48, 36));
    await app.waitForCounts({ done: 500 }, 300_000);
    // Pictures that were looked at leave nothing behind either.
    for (let step = 0; step < 12; step++) await app.page.keyboard.press('ArrowLeft');
    await app.settle();
    // Again and again: what is in work at this moment is given back in the next.
    await expect(async () => {
      const late = await readOpenObjects(app.page);
      const rendered = await app.cards().count();
      // At most one URL for each card that is rendered, and a few pictures near the viewer: nothing grows with the library.
      expect(late.page.urls).toBeLessThanOrEqual(rendered + 4);
      expect(late.page.bitmaps).toBeLessThanOrEqual(early.page.bitmaps + 2);
      expect(Object.keys(late.workers)).toEqual(expect.arrayContaining(['inference', 'picture', 'viewer']));
      for (const [name, open] of Object.entries(late.workers)) {
        expect(open.urls, `object URLs of worker ${name}`).toBe(0);
        // The viewer's keeps the photo it shows and the one before.
        expect(open.bitmaps, `bitmaps of worker ${name}`).toBeLessThanOrEqual(name === 'viewer' ? 3 : 0);
      }
    }).toPass({ timeout: 40_000 });
  });
});

test('a browser that refuses storage still computes, with one quiet notice', async ({ app }) => {
  await app.page.addInitScript(() => {
    Object.defineProperty(window, 'indexedDB', {
      get: () => {
        throw new DOMException('refused', 'SecurityError');
      },
    });
  });
  await app.open({ ep: 'wasm' });
  // Of maps and of the library, in one sentence. It goes by itself after a while.
  const notice = app.page.getByTestId('notice').filter({ hasText: 'This browser keeps no' });
  await expect(notice).toContainText('keeps no results and no pictures');
  await app.waitForCounts({ done: 1 });
  await app.add(makePngs(2, 1300));
  await app.waitForCounts({ total: 2, done: 2, failed: 0 });
  expect(await notice.count()).toBeLessThan(2);
});

test('a full disk costs the cache, not the work', async ({ app }) => {
  await app.page.addInitScript(() => {
    const full = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    IDBObjectStore.prototype.put = full;
    IDBObjectStore.prototype.add = full;
  });
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  await app.add(makePngs(2, 1310));
  await app.waitForCounts({ total: 2, done: 2, failed: 0 });
});
