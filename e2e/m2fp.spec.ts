/** An instance model of one's own, from its file to separate people: the small stand-in of M2FP against its goldens. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Locator } from '@playwright/test';
import { encode } from 'fast-png';
import { expect, test, type App } from './app.ts';
import { legendRow, save, savePng } from './support/parsing-page.ts';

const FIXTURES = new URL('./fixtures/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, FIXTURES));
const MODEL = fileURLToPath(new URL('models/m2fp-tiny.onnx', FIXTURES));

/** The reference's people at full size, best first: query + 1 in the golden, and the score. */
const PEOPLE = [
  { golden: 6, score: 0.803 },
  { golden: 12, score: 0.643 },
  { golden: 18, score: 0.572 },
] as const;
/** Of the fixture, end to end. */
const TOLERANCE = 0.006;

/** Drawn people, without the losses of JPEG. */
const PHOTO = {
  name: 'people.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    encode({ width: 640, height: 480, data: read('images/photo-640x480.rgb8'), channels: 3, depth: 8 }),
  ),
};

function measureMismatch(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length);
  let wrong = 0;
  for (let i = 0; i < found.length; i++) if (found[i] !== expected[i]) wrong += 1;
  return wrong / found.length;
}

async function bringModel(app: App): Promise<void> {
  const { page } = app;
  await app.open({ ep: 'wasm', task: 'parsing' });
  // Drops are taken once the page is drawn.
  await app.waitForCounts({ done: 1 });
  await app.dropPaths([MODEL]);
  const dialog = page.getByTestId('user-model-dialog');
  await expect(dialog).toContainText('Known family: M2FP.');
  await expect(dialog).toContainText('CC-BY-NC-4.0');
  await expect(dialog).toContainText('21 (cihp)');
  await page.getByRole('button', { name: 'Save and use' }).click();
  await expect(page.locator('[data-testid="model-card"][data-model^="user-"]')).toHaveAttribute(
    'data-in-use',
  );
  await page.getByRole('button', { name: 'Photos', exact: true }).click();
}

/** Waits until `change` has sent the card's picture through the queue again. */
async function untilRunAgain(card: Locator, change: () => Promise<unknown>): Promise<void> {
  await card.evaluate((element) => {
    const states: (string | undefined)[] = [];
    Object.assign(window, { states });
    const options = { attributes: true, attributeFilter: ['data-state'] };
    new MutationObserver(() => states.push(element.dataset.state)).observe(element, options);
  });
  await change();
  const readLast = () => (window as Window & { states?: unknown[] }).states?.at(-1);
  await expect.poll(() => card.page().evaluate(readLast)).toBe('done');
}

test('a dropped M2FP tells people apart: list, boxes, files and cut-out say the same', async ({ app }) => {
  const { page } = app;
  await bringModel(app);
  await app.add([PHOTO]);
  await expect(app.card(PHOTO.name)).toHaveAttribute('data-state', 'done');
  await app.select(PHOTO.name);

  const people = page.getByTestId('person');
  await expect(people).toHaveCount(PEOPLE.length);
  const scores = await people.evaluateAll((rows) =>
    rows.map((row) => Number(row.getAttribute('data-score'))),
  );
  for (const [i, { score }] of PEOPLE.entries()) {
    expect(Math.abs((scores[i] ?? 0) - score)).toBeLessThanOrEqual(TOLERANCE);
  }

  const labels = await savePng(page, 'Save labels PNG');
  const instances = await savePng(page, 'Save instances PNG');
  expect(measureMismatch(labels.data, read('goldens/m2fp-tiny.photo.640.semantic.u8'))).toBeLessThanOrEqual(
    TOLERANCE,
  );
  const asGolden = instances.data.map((id) => (id === 0 ? 0 : (PEOPLE[id - 1]?.golden ?? 0)));
  expect(measureMismatch(asGolden, read('goldens/m2fp-tiny.photo.640.humans.u8'))).toBeLessThanOrEqual(
    TOLERANCE,
  );

  // The line of the list: the largest part of the pixels that are the person's first.
  const rle = JSON.parse((await save(page, 'Save RLE JSON')).bytes.toString()) as {
    categories: { id: number; name: string }[];
    annotations: { category_id: number; person_id?: number; area: number; bbox: number[]; score?: number }[];
  };
  const own = rle.annotations.filter(({ person_id }) => person_id === 2);
  const humanId = rle.categories.find(({ name }) => name === 'Human')?.id;
  const parts = own.filter(({ category_id }) => category_id !== humanId).sort((a, b) => b.area - a.area);
  const [largest, second] = parts.map(({ category_id }) => {
    const name = rle.categories.find(({ id }) => id === category_id)?.name ?? '';
    return legendRow(page, name).locator('.parts-name').innerText();
  });
  const line = page.getByRole('checkbox', {
    name: `Person 2: ${(await largest)?.toLowerCase()}, ${(await second)?.toLowerCase()}`,
  });
  await expect(line).toBeVisible();
  await expect(line.locator('.people-thumb')).toHaveCSS('background-image', /^url\("blob:/);

  const whole = own.find(({ category_id }) => category_id === humanId);
  const mine = [...instances.data.keys()].filter((i) => instances.data[i] === 2);
  const columns = mine.map((i) => i % 640);
  const [left, right] = [columns.reduce((a, b) => Math.min(a, b)), columns.reduce((a, b) => Math.max(a, b))];
  const top = Math.floor((mine[0] ?? 0) / 640);
  const bottom = Math.floor((mine.at(-1) ?? 0) / 640);
  expect(whole).toMatchObject({ area: mine.length, bbox: [left, top, right - left + 1, bottom - top + 1] });
  expect(whole?.score).toBe(scores[1]);

  await page.getByRole('switch', { name: 'Show boxes' }).click();
  const boxes = page.getByTestId('person-box');
  await expect(boxes).toHaveText(['Person 1', 'Person 2', 'Person 3']);
  const drawn = await boxes.nth(1).boundingBox();
  const picture = await app.canvas.boundingBox();
  // The picture fills the height of the canvas but for a margin; its scale is the same both ways.
  expect((drawn?.width ?? 0) / (drawn?.height ?? 1)).toBeCloseTo((right - left + 1) / (bottom - top + 1), 1);
  expect(drawn?.y ?? 0).toBeGreaterThanOrEqual(picture?.y ?? Infinity);

  await page.getByRole('button', { name: 'Show only Person 2' }).click();
  await expect(boxes).toHaveText(['Person 2']);
  const cutout = await savePng(page, 'Save cut-out PNG');
  const isKept = Uint8Array.from(labels.data, (label, i) =>
    label !== 0 && instances.data[i] === 2 ? 255 : 0,
  );
  expect(
    measureMismatch(
      isKept.map((_, i) => cutout.data[i * 4 + 3] ?? 0),
      isKept,
    ),
  ).toBe(0);
});

test('people have colours of their own, and another parser is one choice away', async ({ app }) => {
  const { page } = app;
  await bringModel(app);
  await app.add([PHOTO]);
  await expect(app.card(PHOTO.name)).toHaveAttribute('data-state', 'done');
  await app.select(PHOTO.name);
  await page.getByRole('radio', { name: 'Mosaic' }).click();
  await page.getByRole('radio', { name: 'Colour by person' }).click();
  await expect(page.getByTestId('legend').locator('.parts-chip')).toHaveText([
    'Person 1',
    'Person 2',
    'Person 3',
  ]);
  const swatches = await page
    .locator('.people-colour')
    .evaluateAll((marks) => marks.map((mark) => getComputedStyle(mark).backgroundColor));
  expect(new Set(swatches).size).toBe(3);

  await page.getByRole('button', { name: 'Show only Person 2' }).click();
  const labels = await savePng(page, 'Save labels PNG');
  const instances = await savePng(page, 'Save instances PNG');
  const coloured = await savePng(page, 'Save coloured parsing PNG');
  const seen = new Map<boolean, Set<string>>([
    [true, new Set()],
    [false, new Set()],
  ]);
  for (let i = 0; i < labels.data.length; i++) {
    const isShown = instances.data[i] === 2 && labels.data[i] !== 0;
    seen.get(isShown)?.add(`rgb(${coloured.data.subarray(i * 3, i * 3 + 3).join(', ')})`);
  }
  expect([...(seen.get(true) ?? [])]).toEqual([swatches[1]]);
  expect([...(seen.get(false) ?? [])]).toEqual(['rgb(0, 0, 0)']);

  // Without another model the same picture has one estimate of who is who, and says so.
  const model = page.getByRole('combobox', { name: 'Model', exact: true });
  await expect(model.locator('option:checked')).toHaveText('m2fp-tiny');
  await expect(page.getByText(/does not tell people apart/)).toHaveCount(0);
  await model.selectOption({ label: 'Isobath parsing tiny' });
  await page.getByRole('button', { name: 'Run this again', exact: true }).click();
  await expect(page.getByTestId('person').first()).toHaveAttribute('data-score', '');
  await expect(page.getByText(/does not tell people apart/)).toBeVisible();
});

test('exact scores give the published labels; a cap of the long side gives others, and says how many', async ({
  app,
}) => {
  const { page } = app;
  await bringModel(app);
  await app.add([PHOTO]);
  const card = app.card(PHOTO.name);
  await expect(card).toHaveAttribute('data-state', 'done');
  await app.select(PHOTO.name);

  // Another option is another result: computed, not found.
  await untilRunAgain(card, () => page.getByRole('switch', { name: 'Exact scores' }).click());
  await expect(card).toHaveAttribute('data-cache', 'miss');
  const exact = await savePng(page, 'Save labels PNG');
  const golden = read('goldens/m2fp-tiny.photo.640.semantic.u8');
  expect(measureMismatch(exact.data, golden)).toBeLessThanOrEqual(TOLERANCE);

  const longestSide = page.getByRole('combobox', { name: 'Longest side' });
  await untilRunAgain(card, () => longestSide.selectOption('800'));
  await page.getByRole('button', { name: 'Measure what speed costs' }).click();
  const cost = page.getByTestId('speed-cost');
  await expect(cost).toContainText('as without the limit');
  const agreement = Number(await cost.getAttribute('data-agreement'));
  await expect(card).toHaveAttribute('data-state', 'done');
  const capped = await savePng(page, 'Save labels PNG');
  expect(1 - measureMismatch(capped.data, exact.data)).toBeCloseTo(agreement, 6);
  expect(agreement).toBeGreaterThan(0.5);
  expect(agreement).toBeLessThan(1);

  // Back to the first result, from the cache.
  await longestSide.selectOption('0');
  await expect(card).toHaveAttribute('data-cache', 'hit');
});
