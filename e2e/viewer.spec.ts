import { encode } from 'fast-png';
import { expect, test, type App } from './app.ts';
import { prepareHold } from './support/held-work.ts';
import type { PictureFile } from './support/pictures.ts';

/** One colour all over, so that a photo is told from a map by any of its pixels. */
function makeFlatPng(name: string, rgb: readonly [number, number, number]): PictureFile {
  const [width, height] = [96, 72];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => rgb[i % 3] ?? 0);
  return { name, mimeType: 'image/png', buffer: Buffer.from(encode({ width, height, data, channels: 3 })) };
}

const GREEN = makeFlatPng('green.png', [20, 180, 40]);
const BLUE = makeFlatPng('blue.png', [20, 20, 220]);

async function openBoth(app: App): Promise<void> {
  // The first visit's sweep, ended by a click, would leave the compare line anywhere.
  await app.page.emulateMedia({ reducedMotion: 'reduce' });
  await app.open({ ep: 'wasm' });
  await app.waitForCounts({ done: 1 });
  await app.add([GREEN, BLUE]);
  await app.waitForCounts({ total: 2, done: 2 });
  await app.select(GREEN.name);
  await app.settle();
}

test('the first visit’s sweep, when something else comes, leaves the compare line in the middle', async ({
  app,
}) => {
  await app.open({ ep: 'wasm' });
  const line = app.page.getByRole('slider', { name: 'Compare: share of the picture that shows the photo' });
  const position = async () => Number(await line.getAttribute('aria-valuenow'));
  await expect.poll(position, { intervals: [50] }).toBeGreaterThan(60);
  // The tab is hidden.
  await app.page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await expect.poll(position).toBe(50);
});

test('the first visit’s sweep stops where it is when the picture is touched', async ({ app }) => {
  await app.open({ ep: 'wasm' });
  const line = app.page.getByRole('slider', { name: 'Compare: share of the picture that shows the photo' });
  const position = async () => Number(await line.getAttribute('aria-valuenow'));
  await expect.poll(position, { intervals: [50] }).toBeGreaterThan(60);
  const box = await app.canvas.boundingBox();
  await app.page.mouse.move((box?.x ?? 0) + 20, (box?.y ?? 0) + 120);
  await app.page.mouse.down();
  const taken = await position();
  expect(taken).not.toBe(50);
  await app.page.waitForTimeout(300);
  expect(await position()).toBe(taken);
  await app.page.mouse.up();
});

test('no picture is seen under the name of another: the chosen one in small covers it until it is drawn', async ({
  app,
}) => {
  const drawing = await prepareHold(app.page, 'viewer');
  await openBoth(app);
  await expect(app.page.locator('.stage-cover')).toBeHidden();
  await drawing.hold();
  await app.select(BLUE.name);
  const cover = app.page.locator('.stage-cover img');
  await expect(cover).toBeVisible();
  const thumbnail = await app.card(BLUE.name).locator('img').getAttribute('src');
  await expect(cover).toHaveAttribute('src', thumbnail ?? '');
  await drawing.release();
  await expect(cover).toBeHidden();
  // In the very frame in which its card is marked.
  const frames = await app.page.evaluate(async () => {
    const shown: boolean[] = [];
    for (let turn = 0; turn < 20; turn += 1) {
      document.querySelector<HTMLElement>('.card:not([data-selected]) .card-main')?.click();
      for (let frame = 0; frame < 3; frame += 1) {
        await new Promise(requestAnimationFrame);
        const marked = document.querySelector<HTMLImageElement>('.card[data-selected] img');
        const isDrawn = document.querySelector<HTMLElement>('.stage-cover')?.offsetParent === null;
        const covering = document.querySelector<HTMLImageElement>('.stage-cover img');
        shown.push(marked !== null && (isDrawn || marked.src === covering?.src));
      }
    }
    return shown;
  });
  expect(frames).toEqual(Array.from({ length: 60 }, () => true));
});

test('while the photo is decoded, its half shows the thumbnail, never the map', async ({ app }) => {
  const decoding = await prepareHold(app.page, 'picture');
  await openBoth(app);
  await decoding.hold();
  await app.select(BLUE.name);
  await expect(app.page.locator('.stage-cover')).toBeHidden();
  await expect(app.canvas).toHaveAttribute('data-content', 'map');
  for (const mode of ['Compare', 'Side by side'] as const) {
    await app.setMode(mode);
    await expect(async () => {
      const { width, height, channels, data } = await app.pixels();
      const pixelAt = (x: number) => {
        const at = (Math.floor(height / 2) * width + Math.floor(x * width)) * channels;
        return [...data.slice(at, at + 3)];
      };
      const [red, green, blue] = pixelAt(0.25);
      expect([(red ?? 0) < 60, (green ?? 0) < 60, (blue ?? 0) > 180]).toEqual([true, true, true]);
      expect(pixelAt(0.75)[2]).toBeLessThan(180);
    }).toPass();
  }
  await decoding.release();
});
