import { type Worker } from '@playwright/test';
import { expect, test, type App } from './app.ts';
import { makePngs } from './support/pictures.ts';

function inferenceWorkers(app: App): Worker[] {
  return app.page.workers().filter((worker) => worker.url().includes('inference'));
}

test.describe('a worker that crashes', () => {
  test.use({ expectedErrors: [/crash of a test/] });

  test('in the middle of a task is replaced, and its picture is computed all the same', async ({ app }) => {
    await app.open({ ep: 'wasm', workers: '1', threads: '1' });
    await app.waitForCounts({ done: 1 });
    await app.add(makePngs(5, 1000, 1600, 1200));
    await expect(app.cards('processing')).not.toHaveCount(0);
    const before = inferenceWorkers(app);
    expect(before).toHaveLength(1);
    const closed = before[0]?.waitForEvent('close');
    await before[0]?.evaluate(() => {
      setTimeout(() => {
        throw new Error('crash of a test');
      });
    });
    await closed;
    await app.waitForCounts({ total: 5, done: 5, failed: 0 });
    expect(inferenceWorkers(app)).toHaveLength(1);
  });

  test('again and again fails its picture with a sentence and does not respawn for ever', async ({ app }) => {
    await app.open({ ep: 'wasm', workers: '1', threads: '1' });
    await app.waitForCounts({ done: 1 });
    let started = 0;
    app.page.on('worker', (worker) => {
      if (!worker.url().includes('inference')) return;
      started += 1;
      // It dies as soon as it lives, long before a picture is done.
      void worker
        .evaluate(() => {
          setTimeout(() => {
            throw new Error('crash of a test');
          });
        })
        .catch(() => undefined);
    });
    await app.add(makePngs(3, 1010, 1600, 1200));
    await inferenceWorkers(app)[0]?.evaluate(() => {
      setTimeout(() => {
        throw new Error('crash of a test');
      });
    });
    await app.waitForCounts({ total: 3 });
    await app.waitUntilIdle();
    expect((await app.counts()).failed).toBeGreaterThan(0);
    const settled = started;
    expect(settled).toBeLessThan(12);
    await app.page.waitForTimeout(2000);
    expect(started).toBe(settled);
  });
});

test('object URLs and bitmaps are given back over many pictures', async ({ app }) => {
  test.slow();
  await app.page.addInitScript(() => {
    const live = { urls: new Set<string>(), bitmaps: 0 };
    Object.assign(window, { live });
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (object) => {
      const url = createObjectURL.call(URL, object);
      live.urls.add(url);
      return url;
    };
    URL.revokeObjectURL = (url) => {
      live.urls.delete(url);
      revokeObjectURL.call(URL, url);
    };
    const { createImageBitmap } = window;
    window.createImageBitmap = async (...args: unknown[]) => {
      const bitmap = await (createImageBitmap as (...all: unknown[]) => Promise<ImageBitmap>)(...args);
      live.bitmaps += 1;
      return bitmap;
    };
    const { close } = ImageBitmap.prototype;
    ImageBitmap.prototype.close = function (this: ImageBitmap) {
      if (this.width > 0) live.bitmaps -= 1;
      close.call(this);
    };
  });
  const readLive = () =>
    app.page.evaluate(() => {
      const { live } = window as unknown as { live: { urls: Set<string>; bitmaps: number } };
      return { urls: live.urls.size, bitmaps: live.bitmaps };
    });
  /** Unclosed bitmaps that the page still holds, after a garbage collection. */
  const countHeldBitmaps = async () => {
    const session = await app.page.context().newCDPSession(app.page);
    const prototype = await session.send('Runtime.evaluate', { expression: 'ImageBitmap.prototype' });
    const { objects } = await session.send('Runtime.queryObjects', {
      prototypeObjectId: prototype.result.objectId ?? '',
    });
    const count = await session.send('Runtime.callFunctionOn', {
      objectId: objects.objectId,
      functionDeclaration: 'function () { return this.filter((bitmap) => bitmap.width > 0).length; }',
      returnByValue: true,
    });
    await session.detach();
    return Number(count.result.value);
  };
  // A tenth of a heavy day, so that the suite stays short; `npm run bench` goes to 300.
  const total = 120;
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  await app.add(makePngs(20, 1100, 48, 36));
  await app.waitForCounts({ done: 20 });
  const early = { ...(await readLive()), held: await countHeldBitmaps() };
  await app.add(makePngs(total - 20, 1120, 48, 36));
  await app.waitForCounts({ done: total }, 150_000);
  const late = { ...(await readLive()), held: await countHeldBitmaps() };
  const rendered = await app.cards().count();
  // At most one URL for each card that is rendered, and a few pictures near the viewer: nothing grows with the library.
  expect(late.urls).toBeLessThanOrEqual(rendered + 4);
  expect(late.bitmaps).toBeLessThanOrEqual(early.bitmaps + 2);
  expect(late.held).toBeLessThanOrEqual(early.held + 2);
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
  await app.waitForCounts({ done: 1 });
  await app.add(makePngs(2, 1300));
  await app.waitForCounts({ total: 2, done: 2, failed: 0 });
  await expect(app.page.getByText(/This browser keeps no results/)).toHaveCount(1);
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
