/** What leaves the machine of a parsed picture: the ZIP obeys what is chosen, and faces are blurred wherever the photo is. */
import { decode, type DecodedPng } from 'fast-png';
import { expect, test, type App } from './app.ts';
import { legendRow, openPeople, readLegend, save, savePng } from './support/parsing-page.ts';
import { readZip } from './support/zip.ts';

const STEM = 'photo-640x480';

async function saveZip(app: App): Promise<(kind: string) => Buffer> {
  const entries = readZip((await save(app.page, 'Save all as ZIP')).bytes);
  return (kind) => {
    const entry = entries.get(`${STEM}.${kind}`);
    if (entry === undefined) throw new Error(`no ${kind} in ${[...entries.keys()].join(', ')}`);
    return entry;
  };
}

const alphaOf = ({ data }: DecodedPng) =>
  Uint8Array.from({ length: data.length / 4 }, (_, i) => data[i * 4 + 3] ?? 0);

test('the ZIP holds every kind of file, and its cut-outs keep the chosen class within the chosen depth', async ({
  app,
}) => {
  const { page } = app;
  await openPeople(app, { task: 'both' });
  await page.getByRole('toolbar').getByRole('radio', { name: 'Parsing' }).click();
  const largest = (await readLegend(page)).find(({ name }) => name !== 'Background')?.name ?? '';
  await legendRow(page, largest).getByRole('button').click();
  const whole = (await save(page, 'Save cut-out PNG')).bytes;
  const labels = await savePng(page, 'Save labels PNG');
  const ofZip = await saveZip(app);
  expect(ofZip('cutout.png').equals(whole)).toBe(true);
  expect(decode(ofZip('labels.png')).data).toEqual(labels.data);
  expect(decode(ofZip('instances.png')).data).toHaveLength(labels.data.length);
  expect(decode(ofZip('parsing.png'))).toMatchObject({ width: 640, height: 480 });
  expect(JSON.parse(ofZip('rle.json').toString())).toHaveProperty('annotations');

  // Half of the picture's depth: some of the class is left, and nothing else came in.
  const far = page.getByRole('slider', { name: 'Farthest shown' });
  for (let step = 0; step < 5; step++) await far.press('PageUp');
  await expect(far).toHaveAttribute('aria-valuenow', '0.5');
  const near = (await save(page, 'Save cut-out PNG')).bytes;
  expect((await saveZip(app))('cutout.png').equals(near)).toBe(true);
  const [kept, keptNear] = [alphaOf(decode(whole)), alphaOf(decode(near))];
  expect(keptNear.every((alpha, i) => alpha === 0 || kept[i] === 255)).toBe(true);
  const count = (mask: Uint8Array) => mask.reduce((sum, alpha) => sum + Number(alpha > 0), 0);
  expect(count(keptNear)).toBeGreaterThan(0);
  expect(count(keptNear)).toBeLessThan(count(kept));
});

test('blurring is offered where pictures are saved, and holds for files, ZIP and clipboard alike', async ({
  app,
  context,
}) => {
  const { page } = app;
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openPeople(app, { task: 'parsing' });
  const sharp = await savePng(page, 'Save coloured parsing PNG');
  await page.getByRole('switch', { name: 'Blur faces before saving' }).click();
  await expect(page.getByRole('switch', { name: 'Blur faces', exact: true })).toBeChecked();
  await expect(page.getByRole('button', { name: 'Save blurred PNG', exact: true })).toBeEnabled();
  const coloured = await save(page, 'Save coloured parsing PNG');
  const blurred = decode(coloured.bytes);
  const labels = await savePng(page, 'Save labels PNG');
  const { categories } = JSON.parse((await save(page, 'Save RLE JSON')).bytes.toString()) as {
    categories: { id: number; name: string }[];
  };
  const faceId = categories.find(({ name }) => name === 'Face')?.id;
  const face = [...labels.data.keys()].filter((i) => labels.data[i] === faceId);
  const differs = (i: number) => [0, 1, 2].some((c) => blurred.data[i * 3 + c] !== sharp.data[i * 3 + c]);
  expect(face.filter(differs).length / face.length).toBeGreaterThan(0.5);

  const ofZip = await saveZip(app);
  expect(ofZip('parsing.png').equals(coloured.bytes)).toBe(true);
  expect(ofZip('blurred.jpg').subarray(0, 2).toString('hex')).toBe('ffd8');

  await page.getByRole('button', { name: 'Copy image' }).click();
  const readFace = () =>
    page.evaluate(async (pixels) => {
      const [item] = await navigator.clipboard.read().catch(() => []);
      if (!item?.types.includes('image/png')) return null;
      // Null: copying goes on, and the clipboard changed under the reader.
      const blob = await item.getType('image/png').catch(() => null);
      if (blob === null) return null;
      const bitmap = await createImageBitmap(blob);
      const surface = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      surface?.drawImage(bitmap, 0, 0);
      const data = surface?.getImageData(0, 0, bitmap.width, bitmap.height).data;
      return pixels.map((i) => [...(data?.subarray(i * 4, i * 4 + 3) ?? [])]);
    }, face);
  await expect.poll(readFace).toEqual(face.map((i) => [...blurred.data.subarray(i * 3, i * 3 + 3)]));
});

test('a picture without a face has no file that promises blurred ones', async ({ app }) => {
  const { page } = app;
  await app.open({ ep: 'wasm', task: 'parsing' });
  await app.add(['e2e/fixtures/images/gray.png']);
  await expect(app.card('gray.png')).toHaveAttribute('data-state', 'done');
  await app.select('gray.png');
  await page.getByRole('switch', { name: 'Blur faces before saving' }).click();
  await expect(page.getByRole('button', { name: 'Save blurred PNG', exact: true })).toBeDisabled();
  const entries = readZip((await save(page, 'Save all as ZIP')).bytes);
  expect([...entries.keys()].filter((name) => name.startsWith('gray.')).sort()).toEqual([
    'gray.cutout.png',
    'gray.instances.png',
    'gray.labels.png',
    'gray.parsing.png',
    'gray.rle.json',
  ]);
});
