/** What a second visit finds: pictures, maps, and the app itself without its server. */
import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { isKept } from '../support/in-page.ts';
import { cardOf } from './app.ts';
import { onEveryBrowser } from './journeys.ts';

const PHOTO = 'photo-640x480.jpg';

onEveryBrowser('kept', (journey) => {
  it('after one visit the app opens, computes with threads and finds its maps although its server is gone', async () => {
    const { app, site } = journey();
    // Threads that sleep are pages' workers, too: a service worker that waits for them would never begin.
    await app.open({ ep: 'wasm', workers: '1', threads: '2' });
    await app.untilCounts({ done: 1 });
    await expect.poll(() => app.page.evaluate(isKept, null)).toBe(true);
    await site.close();
    await app.page.reload();
    await app.add([PHOTO]);
    await app.untilCounts({ total: 1, done: 1 });
    expect(await app.read(cardOf(PHOTO))).toMatchObject({ state: 'done', cache: 'miss' });
    expect(await app.page.evaluate(() => crossOriginIsolated, null)).toBe(true);
    expect(await app.read('[data-testid="status-backend"]')).toMatchObject({
      threads: String(Math.min(2, availableParallelism())),
    });
    await app.untilStored({ pictures: 1, maps: 2 });
    await app.page.reload();
    await app.untilCounts({ total: 1, done: 1 });
    expect(await app.read(cardOf(PHOTO))).toMatchObject({ state: 'done', cache: 'hit' });
  });
});
