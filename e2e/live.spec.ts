/** Live view with films that play the camera: order, latest wins, problems and their ends, recording. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';
import { expect, test } from './app.ts';
import { CUTTING, makeNoisyScene, MOVING, writeScene } from './support/fake-camera.ts';
import {
  CAMERA_OPTIONS,
  FILM,
  frame,
  liveCanvas,
  open,
  readCounts,
  refuseWith,
  trackStates,
  untilStill,
  waitForFrames,
} from './support/live-page.ts';

test.use(CAMERA_OPTIONS);

test('the address starts the camera, frames come, and every one of them is closed exactly once', async ({
  app,
}) => {
  const { page } = app;
  await open(page, MOVING, { source: 'camera' });
  await waitForFrames(page, 12);
  const hud = page.getByTestId('live-hud');
  await expect(hud).toHaveAttribute('data-backend', 'wasm');
  await expect.poll(async () => Number(await hud.getAttribute('data-fps'))).toBeGreaterThan(0);
  await expect.poll(async () => Number(await hud.getAttribute('data-latency-ms'))).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect.poll(() => trackStates(page)).toEqual(['ended']);
  await expect.poll(async () => (await readCounts(page)).inFlight).toBe(0);
  const counts = await readCounts(page);
  expect(counts).toMatchObject({ maxWaiting: 0, doubleCloses: 0, failed: 0 });
  expect(counts.closed).toBe(counts.opened);
  expect(counts.opened).toBe(counts.received);
  expect(counts.shown + counts.dropped).toBe(counts.received);
});

test('leaving the tab turns the camera off, and coming back finds it off', async ({ app }) => {
  const { page } = app;
  await open(page, MOVING);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await waitForFrames(page, 2);
  await page.getByRole('button', { name: 'Photos', exact: true }).click();
  await expect.poll(() => trackStates(page)).toEqual(['ended']);
  await page.getByRole('button', { name: 'Live', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeVisible();
});

test('a slow model leaves frames out and never lets one wait', async ({ app }) => {
  const { page } = app;
  await open(page, MOVING, { workers: '1', source: 'camera' });
  await waitForFrames(page, 2);
  // The largest input: many times slower than the camera.
  const slider = page.getByRole('slider', { name: 'Input size' });
  await slider.press('End');
  // Those of before, which were quick, do not count.
  await waitForFrames(page, 2);
  const readDropped = async () => Number(await liveCanvas(page).getAttribute('data-dropped'));
  const before = { dropped: await readDropped(), shown: await frame(page) };
  await waitForFrames(page, 3);
  const dropped = (await readDropped()) - before.dropped;
  const counts = await readCounts(page);
  expect(counts).toMatchObject({ maxInFlight: 1, maxWaiting: 0, doubleCloses: 0 });
  expect(dropped).toBeGreaterThan(counts.shown - before.shown);
});

test('a cut is seen as a cut, noise is not', async ({ app }) => {
  const { page } = app;
  await open(page, makeNoisyScene(), { source: 'camera' });
  await waitForFrames(page, 12);
  expect((await readCounts(page)).sceneCuts).toBe(1);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  writeScene(FILM, CUTTING);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect.poll(async () => (await readCounts(page)).sceneCuts, { timeout: 90_000 }).toBeGreaterThan(3);
});

test('an unplugged camera says so and picks up again when it is back', async ({ app }) => {
  const { page } = app;
  await open(page, MOVING, { source: 'camera' });
  await waitForFrames(page, 2);
  await refuseWith(page, 'NotFoundError');
  await page.evaluate(() => {
    const [track] = (window as Window & { streams?: MediaStream[] }).streams?.[0]?.getTracks() ?? [];
    track?.stop();
    track?.dispatchEvent(new Event('ended'));
  });
  const status = page.getByTestId('live-status');
  await expect(status).toHaveAttribute('data-problem', 'unplugged');
  await page.evaluate(() => navigator.mediaDevices.dispatchEvent(new Event('devicechange')));
  await expect(status).toHaveAttribute('data-problem', 'no-camera');
  await refuseWith(page, null);
  await page.evaluate(() => navigator.mediaDevices.dispatchEvent(new Event('devicechange')));
  await expect(status).toHaveAttribute('data-state', 'running');
  await waitForFrames(page, 3);
});

test('a camera in use is tried again until it is free', async ({ app }) => {
  const { page } = app;
  await open(page, MOVING);
  await refuseWith(page, 'NotReadableError');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  const status = page.getByTestId('live-status');
  await expect(status).toHaveAttribute('data-problem', 'in-use');
  await expect(status).toContainText('Another program');
  // Tries that nobody asked for change nothing on screen until one succeeds.
  await status.evaluate((element) => {
    const states: (string | undefined)[] = [];
    (window as Window & { states?: typeof states }).states = states;
    new MutationObserver(() => states.push(element.dataset.state)).observe(element, { attributes: true });
  });
  await refuseWith(page, null);
  await expect(status).toHaveAttribute('data-state', 'running');
  expect(await page.evaluate(() => (window as Window & { states?: unknown[] }).states)).not.toContain(
    'opening',
  );
});

test('a refused permission explains itself, and a granted one starts the camera', async ({ app }) => {
  const { page } = app;
  await open(page, MOVING);
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  // Permissions belong to the test's own context, not to the browser's default one.
  const { browserContextId } = (await session.send('Target.getTargetInfo')).targetInfo;
  const setPermission = (setting: 'denied' | 'granted') =>
    session.send('Browser.setPermission', {
      permission: { name: 'camera' },
      setting,
      origin,
      browserContextId,
    });
  await setPermission('denied');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  const status = page.getByTestId('live-status');
  await expect(status).toHaveAttribute('data-problem', 'refused');
  await expect(status).toContainText('not allowed');
  await setPermission('granted');
  await expect(status).toHaveAttribute('data-state', 'running');
});

test('a model that cannot be read says so, and trying again goes on', async ({ app }) => {
  const { page } = app;
  await page.route('**/isobath-depth-tiny/model.onnx', (route) => route.abort());
  await open(page, MOVING, { source: 'camera' });
  const status = page.getByTestId('live-status');
  await expect(status).toHaveAttribute('data-model', 'failed');
  await expect(status).toContainText('This model does not run live');
  await page.unroute('**/isobath-depth-tiny/model.onnx');
  await page.getByRole('button', { name: 'Try again', exact: true }).click();
  await waitForFrames(page, 2);
  await expect(status).toHaveAttribute('data-model', 'ready');
});

test('a hidden page pauses, a shown one goes on', async ({ app }) => {
  const { page } = app;
  await open(page, MOVING, { source: 'camera' });
  await waitForFrames(page, 3);
  const setHidden = (isHidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event('visibilitychange'));
    }, isHidden);
  await setHidden(true);
  await expect(page.getByTestId('live-status')).toHaveAttribute('data-state', 'paused');
  await untilStill(page);
  await setHidden(false);
  await waitForFrames(page, 3);
});

test('a recording plays, holds the frames that were shown, and serves as a film', async ({ app }) => {
  const { page } = app;
  await open(page, MOVING, { source: 'camera' });
  await waitForFrames(page, 2);
  await page.getByRole('combobox', { name: 'What is recorded' }).selectOption('side-by-side');
  const startedMs = performance.now();
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  const status = page.getByTestId('live-recording');
  await expect
    .poll(async () => Number(await status.getAttribute('data-frames')), { timeout: 90_000 })
    .toBeGreaterThanOrEqual(10);
  const shownS = Number(await status.getAttribute('data-length-ms')) / 1000;
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Stop recording', exact: true }).click();
  const file = await download;
  const tookS = (performance.now() - startedMs) / 1000;
  expect(file.suggestedFilename()).toMatch(/^depth-.*\.(mp4|webm)$/);
  const bytes = readFileSync(await file.path());
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) });
  const track = await input.getPrimaryVideoTrack();
  expect([track?.displayWidth, track?.displayHeight]).toEqual([640, 240]);
  const packets = (await track?.computePacketStats())?.packetCount ?? 0;
  expect(packets).toBeGreaterThanOrEqual(10);
  expect(packets).toBeLessThanOrEqual(await frame(page));
  // As long as it took, however few frames were shown meanwhile.
  const lengthS = (await input.computeDuration()) ?? 0;
  expect(lengthS).toBeGreaterThan(shownS - 0.1);
  // The first frame may have been captured before the click, on a slow machine long before.
  expect(lengthS).toBeLessThan(tookS + 5);

  // The file as the next source: it plays, stands still, and is scrubbed.
  await page
    .getByTestId('video-file-input')
    .setInputFiles({ name: file.suggestedFilename(), mimeType: 'video/mp4', buffer: bytes });
  await waitForFrames(page, 4);
  await expect(page.getByTestId('live-status')).toHaveAttribute('data-state', 'running');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  const still = await untilStill(page);
  await page.getByRole('slider', { name: 'Position' }).press('Home');
  await expect.poll(() => frame(page)).toBeGreaterThan(still);
});

test('a recording is saved, too, when its source ends: the tab is left', async ({ app }) => {
  const { page } = app;
  await open(page, MOVING, { source: 'camera' });
  await waitForFrames(page, 2);
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  const status = page.getByTestId('live-recording');
  await expect.poll(async () => Number(await status.getAttribute('data-frames'))).toBeGreaterThanOrEqual(3);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Photos', exact: true }).click();
  const bytes = readFileSync(await (await download).path());
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) });
  const track = await input.getPrimaryVideoTrack();
  expect((await track?.computePacketStats())?.packetCount).toBeGreaterThanOrEqual(3);
  await expect(page.getByTestId('notice')).toContainText('The recording has ended with its source');
  expect(await trackStates(page)).toEqual(['ended']);
});

test('a frozen frame goes into the library and gets its map', async ({ app }) => {
  const { page } = app;
  await open(page, MOVING, { source: 'camera' });
  await waitForFrames(page, 2);
  await page.getByRole('button', { name: 'Freeze frame', exact: true }).click();
  // The camera goes on meanwhile.
  const show = page.getByRole('button', { name: 'Show it', exact: true });
  // Under the pointer the notice stays.
  await show.hover();
  await waitForFrames(page, 2);
  await show.click();
  await expect(page.locator('[data-testid="card"][data-name^="frame-"]')).toHaveAttribute(
    'data-state',
    'done',
  );
});

test('without a track processor frames go through the page, one at a time', async ({ app }) => {
  const { page } = app;
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, 'MediaStreamTrackProcessor');
  });
  await open(page, MOVING, { source: 'camera' });
  await waitForFrames(page, 8);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect.poll(async () => (await readCounts(page)).inFlight).toBe(0);
  const counts = await readCounts(page);
  expect(counts).toMatchObject({ maxWaiting: 0, doubleCloses: 0 });
  expect(counts.closed).toBe(counts.opened);
});

test.describe('after a crash', () => {
  test.use({ expectedErrors: [/boom/] });

  const crash = async (page: Page) => {
    const worker = page.workers().find((each) => each.url().includes('live.worker'));
    await worker?.evaluate(() => {
      setTimeout(() => {
        throw new Error('boom');
      });
    });
  };

  test('a new worker on a new canvas goes on with the same camera', async ({ app }) => {
    const { page } = app;
    await open(page, MOVING, { source: 'camera' });
    await waitForFrames(page, 2);
    await liveCanvas(page).evaluate(({ dataset }) => (dataset.isOld = ''));
    await crash(page);
    await expect(page.locator('[data-testid="live-canvas"]:not([data-is-old])')).toBeAttached();
    await waitForFrames(page, 3);
    expect(await trackStates(page)).toEqual(['live']);
  });

  test('what was recorded until then is saved', async ({ app }) => {
    const { page } = app;
    await open(page, MOVING, { source: 'camera' });
    await waitForFrames(page, 2);
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    const status = page.getByTestId('live-recording');
    // Whole pieces, each of a second or more, are on disk.
    await expect
      .poll(async () => Number(await status.getAttribute('data-size-bytes')), { timeout: 90_000 })
      .toBeGreaterThan(4000);
    const download = page.waitForEvent('download');
    await crash(page);
    const file = await download;
    const input = new Input({
      formats: ALL_FORMATS,
      source: new BufferSource(readFileSync(await file.path())),
    });
    const track = await input.getPrimaryVideoTrack();
    expect((await track?.computePacketStats())?.packetCount).toBeGreaterThanOrEqual(2);
    await expect(page.getByTestId('notice')).toContainText('What was recorded until then');
    await waitForFrames(page, 3);
    await expect(page.getByRole('button', { name: 'Record', exact: true })).toBeEnabled();
  });
});
