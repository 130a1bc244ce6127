/** People before the camera: classes where they are, and faces that nobody sees in any view, recording or frozen frame. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { decode, type DecodedPng } from 'fast-png';
import { expect, test } from './app.ts';
import { PEOPLE_PAN_PX, writePeople } from './support/fake-camera.ts';
import { CAMERA_OPTIONS, FILM, liveCanvas, open, readCounts, waitForFrames } from './support/live-page.ts';

test.use(CAMERA_OPTIONS);

/** Of the drawn people, in pixels of the 640 x 480 film before it pans; there wherever it has panned to. */
interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Black glasses across a light face. */
const GLASSES: Rect = { x: 195, y: 104, width: 25, height: 24 };
/** Of 255: what is left of edges there that are blurred; sharp ones have 130. */
const BLURRED = 55;
/** Dark windows of a building. */
const WINDOWS: Rect = { x: 520, y: 60, width: 50, height: 60 };
/** Middle of a garment, face or limb, and the colour of its class (VOC scheme). */
const PARTS = [
  { name: 'upper clothes', x: 209, y: 183, rgb: [0, 0, 128] },
  { name: 'pants', x: 215, y: 255, rgb: [0, 128, 128] },
  { name: 'face', x: 203, y: 124, rgb: [64, 128, 0] },
  { name: 'legs', x: 336, y: 374, rgb: [192, 0, 128] },
] as const;

/** Of 255: drivers round colours differently. */
const ROUNDING = 2;

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: DecodedPng['data'];
}

/** The steep edges in a place: change of brightness over 3 film pixels downwards, 9th decile. `column` of `columns`: of pictures side by side. */
function measureSharpness(picture: Picture, rect: Rect, column = 0, columns = 1): number {
  const width = picture.width / columns;
  const brightness = (x: number, y: number) => {
    const row = Math.round((y / 480) * picture.height);
    const at = (row * picture.width + Math.round(column * width + (x / 640) * width)) * picture.channels;
    return [0, 1, 2].reduce((sum, channel) => sum + (picture.data[at + channel] ?? 0), 0) / 3;
  };
  const changes: number[] = [];
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    for (let x = rect.x; x < rect.x + rect.width; x++) {
      changes.push(Math.abs(brightness(x, y + 3) - brightness(x, y)));
    }
  }
  return changes.sort((a, b) => a - b)[Math.floor(changes.length * 0.9)] ?? 0;
}

/** Without the plain surround of the viewer. */
function cropToPicture(picture: DecodedPng): Picture {
  const { width, height, channels, data } = picture;
  const isSurround = (x: number, y: number) =>
    [0, 1, 2].every((c) => Math.abs((data[(y * width + x) * channels + c] ?? 0) - (data[c] ?? 0)) < 8);
  const middle = { x: Math.floor(width / 2), y: Math.floor(height / 2) };
  let [left, top, right, bottom] = [0, 0, width, height];
  while (isSurround(left, middle.y)) left += 1;
  while (isSurround(right - 1, middle.y)) right -= 1;
  while (isSurround(middle.x, top)) top += 1;
  while (isSurround(middle.x, bottom - 1)) bottom -= 1;
  const rows = Array.from({ length: bottom - top }, (_, row) =>
    data.subarray(((top + row) * width + left) * channels, ((top + row) * width + right) * channels),
  );
  const cropped = new Uint8Array((right - left) * (bottom - top) * channels);
  rows.forEach((row, index) => cropped.set(row, index * (right - left) * channels));
  return { width: right - left, height: bottom - top, channels, data: cropped };
}

async function shoot(page: Page): Promise<Picture> {
  return decode(await liveCanvas(page).screenshot());
}

async function openPeople(page: Page, preferences: object = {}): Promise<void> {
  writePeople(FILM);
  await open(page, null, { source: 'camera' }, preferences);
  await waitForFrames(page, 2);
}

/** Waits until `rect` looks as wanted: frames of before a change may still be on their way. */
function expectSharpness(page: Page, rect: Rect, column = 0, columns = 1) {
  return expect.poll(async () => measureSharpness(await shoot(page), rect, column, columns));
}

async function setMode(page: Page, name: string): Promise<void> {
  await page.getByRole('radio', { name, exact: true }).click();
}

/** The last frame of a recording, as a player shows it. */
async function readRecording(page: Page, bytes: Buffer, mimeType: string): Promise<Picture> {
  const { width, height, base64 } = await page.evaluate(
    async ([data, type]) => {
      const blob = new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], { type });
      const video = document.createElement('video');
      video.muted = true;
      video.src = URL.createObjectURL(blob);
      await new Promise((resolve, reject) => {
        video.onloadeddata = resolve;
        video.onerror = () => reject(new Error(`The recording does not play: ${video.error?.message}`));
      });
      video.currentTime = Math.max(0, video.duration - 0.05);
      await new Promise((resolve) => (video.onseeked = resolve));
      const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
      canvas.getContext('2d')?.drawImage(video, 0, 0);
      const png = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
      return {
        width: video.videoWidth,
        height: video.videoHeight,
        base64: btoa(Array.from(png, (byte) => String.fromCharCode(byte)).join('')),
      };
    },
    [bytes.toString('base64'), mimeType] as const,
  );
  expect([width, height]).toEqual([1280, 480]);
  return decode(Buffer.from(base64, 'base64'));
}

test('people before the camera are covered by the colours of their classes', async ({ app }) => {
  const { page } = app;
  await openPeople(page);
  await page.getByRole('radio', { name: 'Parsing', exact: true }).click();
  await page.getByRole('combobox', { name: 'Style' }).selectOption('mosaic');
  for (const { name, x, y, rgb } of PARTS) {
    // The model is not sure of every drawn part in every frame.
    await expect
      .poll(async () => {
        const { width, height, channels, data } = await shoot(page);
        const column = Math.round(((x - PEOPLE_PAN_PX / 2) / 640) * width);
        const at = (Math.round((y / 480) * height) * width + column) * channels;
        return Math.max(...rgb.map((value, channel) => Math.abs(value - (data[at + channel] ?? 0))));
      }, name)
      .toBeLessThanOrEqual(ROUNDING);
  }
  expect(await readCounts(page)).toMatchObject({ failed: 0, doubleCloses: 0, maxWaiting: 0 });
  await page.getByRole('radio', { name: 'Depth', exact: true }).click();
  await waitForFrames(page, 3);
  expect(await readCounts(page)).toMatchObject({ failed: 0, doubleCloses: 0, maxWaiting: 0 });
});

test('blurred faces are blurred in every view, in recordings and in frozen frames', async ({ app }) => {
  const { page } = app;
  await openPeople(page, { task: 'parsing', areClassesShown: false, mode: 'photo' });
  await expectSharpness(page, GLASSES).toBeGreaterThan(2 * BLURRED);
  const windows = measureSharpness(await shoot(page), WINDOWS);
  await page.getByRole('switch', { name: 'Blur faces', exact: true }).click();
  await expectSharpness(page, GLASSES).toBeLessThan(BLURRED);
  await expectSharpness(page, WINDOWS).toBeGreaterThan(0.8 * windows);
  await setMode(page, 'Map');
  await expectSharpness(page, GLASSES).toBeLessThan(BLURRED);
  await setMode(page, 'Side by side');
  for (const column of [0, 1]) await expectSharpness(page, GLASSES, column, 2).toBeLessThan(BLURRED);

  await page.getByRole('combobox', { name: 'What is recorded' }).selectOption('side-by-side');
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  const status = page.getByTestId('live-recording');
  await expect.poll(async () => Number(await status.getAttribute('data-frames'))).toBeGreaterThanOrEqual(4);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Stop recording', exact: true }).click();
  const file = await download;
  const type = file.suggestedFilename().endsWith('.mp4') ? 'video/mp4' : 'video/webm';
  const recorded = await readRecording(page, readFileSync(await file.path()), type);
  expect(measureSharpness(recorded, GLASSES, 0, 2)).toBeLessThan(BLURRED);
  expect(measureSharpness(recorded, GLASSES, 1, 2)).toBeLessThan(BLURRED);
  expect(measureSharpness(recorded, WINDOWS, 0, 2)).toBeGreaterThan(20);

  await page.getByRole('button', { name: 'Freeze frame', exact: true }).click();
  await page.getByRole('button', { name: 'Show it', exact: true }).click();
  const frozen = page.locator('[data-testid="card"][data-name^="frame-"]');
  await expect(frozen).toHaveAttribute('data-state', 'done');
  await frozen.click();
  await app.setMode('Photo');
  await app.settle();
  expect(measureSharpness(cropToPicture(await app.pixels()), GLASSES)).toBeLessThan(BLURRED);
});
