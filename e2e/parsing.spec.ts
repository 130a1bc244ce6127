import { decode, encode } from 'fast-png';
import { decodeRuns, decompressCounts } from '../src/engine/parsing/rle.ts';
import { expect, test, type App } from './app.ts';
import { legendRow, openPeople, PEOPLE_NAME, readLegend, save } from './support/parsing-page.ts';
import { readZip } from './support/zip.ts';

/** Mean absolute difference per channel of two screenshots of the canvas. */
function measureChange(a: Awaited<ReturnType<App['pixels']>>, b: typeof a): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += Math.abs((a.data[i] ?? 0) - (b.data[i] ?? 0));
  return sum / a.data.length;
}

test('a photo is parsed, its legend adds up, and labels, masks and legend tell the same', async ({ app }) => {
  await openPeople(app, { task: 'parsing' });
  const legend = await readLegend(app.page);
  expect(legend.length).toBeGreaterThan(2);
  expect(legend.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 4);

  const labels = await save(app.page, 'Save labels PNG');
  expect(labels.name).toBe('photo-640x480.labels.png');
  const map = decode(labels.bytes);
  expect([map.width, map.height, map.depth, map.channels]).toEqual([640, 480, 8, 1]);
  const rle = JSON.parse((await save(app.page, 'Save RLE JSON')).bytes.toString()) as {
    categories: { id: number; name: string }[];
    annotations: {
      category_id: number;
      person_id?: number;
      area: number;
      segmentation: { size: [number, number]; counts: string };
    }[];
  };
  const counts = new Map<number, number>();
  for (const id of map.data) counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const { name, share } of legend.filter((row) => row.name !== 'Background')) {
    const id = rle.categories.find((category) => category.name === name)?.id ?? -1;
    expect((counts.get(id) ?? 0) / (640 * 480), name).toBeCloseTo(share, 5);
    const own = rle.annotations.filter((annotation) => annotation.category_id === id);
    let area = 0;
    for (const { segmentation, area: told } of own) {
      expect(segmentation.size).toEqual([480, 640]);
      const mask = decodeRuns(decompressCounts(segmentation.counts), { widthPx: 640, heightPx: 480 });
      const set = mask.reduce((sum, bit) => sum + bit, 0);
      expect(set).toBe(told);
      expect(mask.every((bit, i) => bit === 0 || map.data[i] === id)).toBe(true);
      area += set;
    }
    expect(area).toBe(counts.get(id) ?? 0);
  }

  const instances = decode((await save(app.page, 'Save instances PNG')).bytes);
  const people = await app.page.getByTestId('person').count();
  expect(new Set(instances.data).size - (instances.data.includes(0) ? 1 : 0)).toBe(people);
});

test('classes are switched off and shown alone without another run, and cut-outs follow', async ({ app }) => {
  await openPeople(app, { task: 'parsing' });
  await app.setMode('Map');
  const largest = (await readLegend(app.page))[0]?.name ?? '';
  await app.settle();
  const all = await app.pixels();
  const box = legendRow(app.page, largest).getByRole('checkbox');
  let frame = await app.frame();
  await box.click();
  await expect(box).toHaveAttribute('aria-checked', 'false');
  frame = await app.settle(frame);
  await expect.poll(async () => measureChange(all, await app.pixels())).toBeGreaterThan(0.3);
  await box.click();
  await app.settle(frame);
  await expect.poll(async () => measureChange(all, await app.pixels())).toBeLessThan(0.01);

  await legendRow(app.page, largest).getByRole('button').click();
  const cutout = decode((await save(app.page, 'Save cut-out PNG')).bytes);
  const labels = decode((await save(app.page, 'Save labels PNG')).bytes);
  expect(cutout.channels).toBe(4);
  const kept = new Set<number>();
  let opaque = 0;
  for (let i = 0; i < labels.data.length; i++) {
    if (cutout.data[i * 4 + 3] === 0) continue;
    kept.add(labels.data[i] ?? -1);
    opaque += 1;
  }
  expect(kept.size).toBe(1);
  const share = Number(await legendRow(app.page, largest).getAttribute('data-share'));
  expect(opaque / labels.data.length).toBeCloseTo(share, 5);
  await expect(app.statusQueue).toHaveAttribute('data-processing', '0');
  await expect(app.card(PEOPLE_NAME)).toHaveAttribute('data-cache', 'miss');
});

test('faces are blurred in the view and in the file, the rest stays as it is', async ({ app }) => {
  await openPeople(app, { task: 'parsing' });
  const labels = decode((await save(app.page, 'Save labels PNG')).bytes);
  const json = JSON.parse((await save(app.page, 'Save RLE JSON')).bytes.toString()) as {
    categories: { id: number; name: string }[];
  };
  const faceId = json.categories.find(({ name }) => name === 'Face')?.id ?? -1;
  const face = [...labels.data.keys()].filter((i) => labels.data[i] === faceId);
  expect(face.length).toBeGreaterThan(50);
  const frame = await app.frame();
  await app.page.getByRole('switch', { name: 'Blur faces', exact: true }).click();
  await app.settle(frame);
  const blurred = decode((await save(app.page, 'Save blurred PNG')).bytes);
  await app.page.getByRole('slider', { name: 'Strength' }).press('Home');
  await app.page.getByRole('switch', { name: 'Blur faces', exact: true }).click();
  // All classes as they are on the photo: the cut-out of everything is the photo itself.
  await legendRow(app.page, 'Background').getByRole('checkbox').click();
  const photo = decode((await save(app.page, 'Save cut-out PNG')).bytes);
  const differenceAt = (i: number) =>
    Math.max(
      ...[0, 1, 2].map((c) => Math.abs((blurred.data[i * 3 + c] ?? 0) - (photo.data[i * 4 + c] ?? 0))),
    );
  const changed = face.filter((i) => differenceAt(i) > 3).length;
  expect(changed / face.length).toBeGreaterThan(0.5);
  // Far from every face nothing changes: feathering ends.
  const rows = face.map((i) => Math.floor(i / 640));
  const [top, bottom] = [rows.reduce((a, b) => Math.min(a, b)), rows.reduce((a, b) => Math.max(a, b))];
  for (let i = 0; i < labels.data.length; i += 97) {
    const y = Math.floor(i / 640);
    if (y < top - 60 || y > bottom + 60) expect(differenceAt(i)).toBe(0);
  }
  const jpeg = app.page.getByRole('button', { name: 'Save blurred JPEG', exact: true });
  await app.page.getByRole('switch', { name: 'Blur faces', exact: true }).click();
  await expect(jpeg).toBeEnabled();
  expect((await save(app.page, 'Save blurred JPEG')).bytes.subarray(0, 2).toString('hex')).toBe('ffd8');
});

test('both tasks come from one run, are switched at once, and come back from the cache', async ({ app }) => {
  await openPeople(app, { task: 'both' });
  await expect(app.page.getByTestId('legend')).toContainText('near', { ignoreCase: true });
  await app.page.getByRole('toolbar').getByRole('radio', { name: 'Parsing' }).click();
  const legend = await readLegend(app.page);
  await expect(legendRow(app.page, legend[0]?.name ?? '')).toContainText('near');
  const zip = readZip((await save(app.page, 'Save all as ZIP')).bytes);
  const files = [...zip.keys()].filter((name) => name.startsWith('photo-640x480.'));
  expect(files.map((name) => name.slice('photo-640x480.'.length)).sort()).toEqual([
    'cutout.png',
    'disparity-16bit.png',
    'disparity.npy',
    'disparity.png',
    'instances.png',
    'labels.png',
    'parsing.png',
    'rle.json',
  ]);
  await app.untilStored({ pictures: 1, maps: 2 });
  await app.page.reload();
  await expect(app.card(PEOPLE_NAME)).toHaveAttribute('data-cache', 'hit');
  await app.select(PEOPLE_NAME);
  await app.page.getByRole('toolbar').getByRole('radio', { name: 'Parsing' }).click();
  expect(await readLegend(app.page)).toEqual(legend);
});

test('without being asked for, no parsing model is loaded', async ({ app }) => {
  const models: string[] = [];
  app.page.on('request', (request) => models.push(request.url()));
  await openPeople(app, {});
  expect(models.filter((url) => url.includes('isobath-parsing-tiny'))).toEqual([]);
  await expect(app.page.getByTestId('legend-item')).toHaveCount(0);
});

test('a picture without people says so', async ({ app }) => {
  await app.open({ ep: 'wasm', task: 'parsing' });
  await app.add([
    {
      name: 'grey.png',
      mimeType: 'image/png',
      buffer: Buffer.from(
        encode({ width: 64, height: 48, data: new Uint8Array(64 * 48 * 3).fill(128), channels: 3, depth: 8 }),
      ),
    },
  ]);
  await expect(app.card('grey.png')).toHaveAttribute('data-state', /done|failed/);
  await app.select('grey.png');
  await expect(app.page.getByTestId('no-person')).toBeVisible();
});
