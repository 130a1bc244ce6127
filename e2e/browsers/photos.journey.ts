/** From a photo to its map, as values, colours and files. */
import { expect, it } from 'vitest';
import { measureOrderAgreement } from '../../src/testing/order-agreement.ts';
import { countColours } from '../support/colours.ts';
import { parseNpy } from '../support/npy.ts';
import { readTruth } from '../support/truth.ts';
import { cardOf } from './app.ts';
import { onEveryBrowser } from './journeys.ts';

onEveryBrowser('photos', (journey) => {
  it('the first visit computes the sample, whose raw map orders depths as the truth does, in the colours of the map', async () => {
    const { app } = journey();
    await app.open({ ep: 'wasm' });
    await app.untilCounts({ total: 1, done: 1 });
    const npy = await app.save('Save raw NPY');
    expect(npy.name).toMatch(/\.npy$/);
    const { shape, values } = parseNpy(npy.bytes);
    const sample = (await app.read('[data-testid="card"]'))?.name?.replace('.jpg', '') ?? '';
    const truth = readTruth(
      new URL(`../fixtures/samples-truth/${sample}.inverse-depth.png`, import.meta.url),
    );
    const [heightPx = 0, widthPx = 0] = shape;
    expect(measureOrderAgreement({ widthPx, heightPx, values }, truth)).toBeGreaterThan(0.9);
    await app.press('Map');
    expect(countColours(await app.pixels(), 'inferno')).toMatchObject({
      isFromColormap: expect.closeTo(1, 1) as number,
    });
    expect(await app.read(cardOf(`${sample}.jpg`))).toMatchObject({ state: 'done', cache: 'miss' });
  });
});
