/** A model of one's own: kept in the browser's private file system, or for this visit where a window gives none. */
import { expect, it } from 'vitest';
import type { JourneyApp } from './app.ts';
import { cardOf } from './app.ts';
import { onEveryBrowser } from './journeys.ts';

const MODEL = 'midas-small-hub-tiny';
const PHOTO = 'photo-640x480.jpg';

/** Nobody answers what the browser may ask about storage. */
async function bringModel(app: JourneyApp): Promise<void> {
  await app.open({ view: 'models', ep: 'wasm' });
  await app.give('model-file-input', [`models/${MODEL}.onnx`]);
  await app.press('Save and use');
  await expect.poll(() => readModel(app)).toMatchObject({ state: 'ready', inUse: '' });
}

async function readModel(app: JourneyApp) {
  const cards = await app.readAll('[data-testid="model-card"]');
  return cards.find(({ model }) => model?.includes(MODEL)) ?? null;
}

onEveryBrowser(
  'models',
  (journey) => {
    it('a model of one’s own is kept, is there after a reload, and computes', async () => {
      const { app } = journey();
      await bringModel(app);
      await app.page.reload();
      await expect.poll(() => readModel(app)).toMatchObject({ state: 'ready', inUse: '' });
      await app.open({ ep: 'wasm' });
      await app.add([PHOTO]);
      await app.untilCounts({ total: 1, done: 1 });
      expect(await app.read(cardOf(PHOTO))).toMatchObject({ state: 'done', cache: 'miss' });
      await expect.poll(async () => (await app.texts('body')).join()).toContain(MODEL);
    });
  },
  { needs: ['kept files'] },
);

onEveryBrowser(
  'models in a private window',
  (journey) => {
    it('are said to last until the page is closed, once, and work until then', async () => {
      const { app } = journey();
      await bringModel(app);
      const told = (await app.texts('body')).join().match(/no private storage here/g);
      expect(told).toHaveLength(1);
      await app.press('Photos');
      await app.add([PHOTO]);
      await app.untilCounts({ total: 1, done: 1 });
      expect(await app.read(cardOf(PHOTO))).toMatchObject({ state: 'done', cache: 'miss' });
    });
  },
  { isPrivate: true },
);
