import { readFileSync } from 'node:fs';
import { expect, test } from './app.ts';
import { ORIENTATIONS } from '../src/testing/jpeg-segments.ts';
import { pixelAt } from './support/colours.ts';
import { makeJpegs } from './support/jpegs.ts';
import { parseNpy } from './support/npy.ts';
import { readZip } from './support/zip.ts';

/** Upright, half a turn, mirrored, and both quarter turns: the viewer decodes all in the same way. */
const DRAWN = [1, 3, 5, 6, 8] as const;
const SIZE = { widthPx: 320, heightPx: 240 } as const;

test('each of the eight ways to hold a camera gives the photo and the map of its upright twin', async ({
  app,
  context,
}) => {
  const files = await makeJpegs(
    context,
    ORIENTATIONS.map((orientation) => ({ ...SIZE, orientation, name: `held-${orientation}.jpg` })),
  );
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  await app.add(files);
  await app.waitForCounts({ total: files.length, done: files.length });

  const download = app.page.waitForEvent('download');
  await app.page.getByRole('button', { name: 'Save all as ZIP', exact: true }).click();
  const entries = readZip(readFileSync(await (await download).path()));
  const mapOf = (orientation: number) =>
    parseNpy(entries.get(`held-${orientation}.disparity.npy`) ?? Buffer.alloc(0));
  const upright = mapOf(1);
  const range = Math.max(...upright.values) - Math.min(...upright.values);
  expect(range).toBeGreaterThan(0.01);
  for (const orientation of ORIENTATIONS) {
    const { shape, values } = mapOf(orientation);
    expect(shape).toEqual(upright.shape);
    let sum = 0;
    values.forEach((value, index) => (sum += Math.abs(value - (upright.values[index] ?? Number.NaN))));
    // JPEG's blocks lie elsewhere in a turned picture; a map turned wrong differs by a large part of its range.
    expect.soft(sum / values.length / range, `map, orientation ${orientation}`).toBeLessThan(0.01);
  }

  await app.setMode('Photo');
  const seen: Awaited<ReturnType<typeof app.pixels>>[] = [];
  for (const orientation of DRAWN) {
    const name = `held-${orientation}.jpg`;
    await app.select(name);
    await expect(app.card(name)).toHaveAttribute('data-selected');
    await app.settle();
    seen.push(await app.pixels());
  }
  const [first] = seen;
  if (first === undefined) throw new Error('nothing was drawn');
  for (const [index, shot] of seen.entries()) {
    let worst = 0;
    for (let v = 0.05; v < 1; v += 0.09) {
      for (let u = 0.05; u < 1; u += 0.09) {
        const [x, y] = [Math.floor(u * shot.width), Math.floor(v * shot.height)];
        const [expected, actual] = [pixelAt(first, x, y), pixelAt(shot, x, y)];
        expected.forEach(
          (value, channel) => (worst = Math.max(worst, Math.abs(value - (actual[channel] ?? 0)))),
        );
      }
    }
    expect.soft(worst, `photo, orientation ${DRAWN[index]}`).toBeLessThanOrEqual(24);
  }
});
