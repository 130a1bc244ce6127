/** From a photo to its map, as values, colours and files. */
import { decode } from 'fast-png';
import { expect, it } from 'vitest';
import { measureOrderAgreement } from '../../src/testing/order-agreement.ts';
import { SENTENCES } from '../support/bad-pictures.ts';
import { countColours } from '../support/colours.ts';
import { parseNpy } from '../support/npy.ts';
import { readTruth } from '../support/truth.ts';
import { cardOf } from './app.ts';
import { onEveryBrowser } from './journeys.ts';

/** Drawn people. */
const PEOPLE = 'photo-640x480.jpg';
/** 240 x 180 as stored, and turned by its EXIF. */
const TURNED = 'portrait-exif6.jpg';

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

  it('files that are no pictures get their own sentence, and a turned photo beside them is upright', async () => {
    const { app } = journey();
    await app.open({ ep: 'wasm' });
    await app.untilCounts({ done: 1 });
    const broken = ['empty.jpg', 'text.jpg', 'bomb-60000x60000.png'];
    await app.add([...broken, TURNED]);
    await app.untilCounts({ total: 4, done: 1, failed: 3 });
    for (const name of broken) {
      await app.select(name);
      await expect.poll(async () => (await app.texts('main')).join()).toMatch(SENTENCES[name] ?? /^$/);
    }
    await app.select(TURNED);
    const { shape } = parseNpy((await app.save('Save raw NPY')).bytes);
    expect(shape).toEqual([256, 192]);
  });

  it('a photo is parsed, and the pixels of its labels are those that the legend tells', async () => {
    const { app } = journey();
    await app.open({ ep: 'wasm', task: 'parsing' });
    await app.untilCounts({ done: 1 });
    await app.add([PEOPLE]);
    await app.untilCounts({ total: 1, done: 1 });
    const labels = await app.save('Save labels PNG');
    expect(labels.name).toBe('photo-640x480.labels.png');
    const { width, height, data } = decode(labels.bytes);
    expect([width, height]).toEqual([640, 480]);
    const counts = new Map<number, number>();
    for (const id of data) counts.set(id, (counts.get(id) ?? 0) + 1);
    const legend = await app.readAll('[data-testid="legend-item"]');
    const told = legend.map(({ share }) => Number(share)).sort((a, b) => b - a);
    const drawn = [...counts.values()].map((count) => count / data.length).sort((a, b) => b - a);
    expect(told).toHaveLength(drawn.length);
    drawn.forEach((share, index) => expect(told[index]).toBeCloseTo(share, 5));
    // What Chromium finds; decoders of JPEG differ by a hair.
    const shareOf = (name: string) => Number(legend.find((row) => row.class === name)?.share);
    expect(shareOf('Background')).toBeCloseTo(0.85, 2);
    expect(shareOf('Upper-clothes')).toBeCloseTo(0.07, 2);
  });
});
