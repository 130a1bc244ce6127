/** Live view as tests see it, on films that play the camera. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import type { FrameCounts } from '../../src/worker/live-api.ts';
import { CHROMIUM_LAUNCH } from '../tools/chromium.ts';
import { writeScene, type Scene } from './fake-camera.ts';

/** What the camera plays; written before it is opened. */
export const FILM = join(tmpdir(), `isobath-camera-${process.pid}.y4m`);

export const CAMERA_OPTIONS = {
  permissions: ['camera'],
  launchOptions: {
    ...CHROMIUM_LAUNCH,
    args: [
      ...CHROMIUM_LAUNCH.args,
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${FILM}`,
    ],
  },
};

export const liveCanvas = (page: Page): Locator => page.getByTestId('live-canvas');

export async function readCounts(page: Page): Promise<FrameCounts> {
  return JSON.parse((await liveCanvas(page).getAttribute('data-counts')) ?? '{}') as FrameCounts;
}

export async function frame(page: Page): Promise<number> {
  return Number(await liveCanvas(page).getAttribute('data-frame'));
}

export async function waitForFrames(page: Page, more: number): Promise<number> {
  const from = await frame(page).catch(() => 0);
  await expect.poll(() => frame(page), { timeout: 90_000 }).toBeGreaterThanOrEqual(from + more);
  return frame(page);
}

/** Waits until frames have stopped coming, those that were under way included; gives the last one. */
export async function untilStill(page: Page): Promise<number> {
  let last = Number.NaN;
  await expect
    .poll(
      async () => {
        const before = last;
        last = await frame(page);
        return last - before;
      },
      { intervals: [800] },
    )
    .toBe(0);
  return last;
}

/** Small and on one thread, so that a slow machine shows some frames a second. */
const QUICK = { view: 'live', ep: 'wasm', threads: '1' };

/** What live view remembers from the last visit; quick and not mirrored. */
async function remember(page: Page, preferences: object): Promise<void> {
  await page.addInitScript(
    (state) => localStorage.setItem('isobath.live', JSON.stringify({ version: 1, state })),
    { detailPx: { 'isobath-depth-tiny': 128 }, isMirrored: false, ...preferences },
  );
}

/** Keeps every stream that the page was given, and may refuse. */
async function watchCamera(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const watched = window as Window & { streams?: MediaStream[]; refuseWith?: string | null };
    watched.streams = [];
    const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      if (watched.refuseWith) throw new DOMException('as the test wishes', watched.refuseWith);
      const stream = await original(constraints);
      watched.streams?.push(stream);
      return stream;
    };
  });
}

export async function trackStates(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    ((window as Window & { streams?: MediaStream[] }).streams ?? []).flatMap((stream) =>
      stream.getTracks().map((track) => track.readyState),
    ),
  );
}

export async function refuseWith(page: Page, name: string | null): Promise<void> {
  await page.evaluate((error) => {
    (window as Window & { refuseWith?: string | null }).refuseWith = error;
  }, name);
}

/** Opens live view while the camera plays `scene`, or the film that is there. `preferences`: in the shape of the live store. */
export async function open(
  page: Page,
  scene: Scene | null,
  params: Readonly<Record<string, string>> = {},
  preferences: object = {},
): Promise<void> {
  if (scene !== null) writeScene(FILM, scene);
  await remember(page, preferences);
  await watchCamera(page);
  await page.goto(`?${new URLSearchParams({ ...QUICK, ...params }).toString()}`);
}
