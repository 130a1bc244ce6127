import { expect, test } from './app.ts';
import { countColours, pixelAt } from './support/colours.ts';
import { makeJpegs } from './support/jpegs.ts';
import { watchPageMemory } from './support/process-memory.ts';

/** 50 megapixels, as cameras of 2024 take them. */
const PHOTO = { name: 'large.jpg', widthPx: 8660, heightPx: 5774, orientation: 6 } as const;

test('a photo of 50 megapixels is imported, computed and drawn, within bounded memory', async ({
  app,
  browser,
  context,
}, info) => {
  const files = await makeJpegs(context, [PHOTO]);
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  const readGrowth = await watchPageMemory(browser);
  await app.add(files);
  await expect(app.card(PHOTO.name)).toHaveAttribute('data-state', 'done');
  await app.setMode('Photo');
  await app.settle();
  const photo = await app.pixels();
  // The picture is fitted with bars left and right: white box, then the green floor.
  const at = (u: number, v: number) => {
    const height = Math.min(photo.height, (photo.width * PHOTO.heightPx) / PHOTO.widthPx);
    const width = (height * PHOTO.widthPx) / PHOTO.heightPx;
    return pixelAt(
      photo,
      Math.round(photo.width / 2 + (u - 0.5) * width),
      Math.round(photo.height / 2 + (v - 0.5) * height),
    );
  };
  for (const value of at(0.25, 0.375)) expect(value).toBeGreaterThan(245);
  const [red, green, blue] = at(0.5, 0.875);
  expect(green).toBeGreaterThan(red + 60);
  expect(green).toBeGreaterThan(blue + 60);

  await app.setMode('Map');
  await app.settle();
  const look = async () => countColours(await app.pixels(), 'inferno');
  await expect.poll(async () => (await look()).isFromColormap).toBeGreaterThan(0.9);
  expect((await look()).distinct).toBeGreaterThan(5);

  const grownBytes = await readGrowth();
  info.annotations.push({
    type: 'peak memory',
    description: `${Math.round((grownBytes ?? 0) / 1e6)} MB more`,
  });
  // All pixels once are 200 MB. A browser decodes a picture as a whole; nothing of ours may keep more copies.
  if (grownBytes !== null) expect(grownBytes).toBeLessThan(700e6);
});
