/** Where live view meets what browsers differ in: sharing a tab, recording without WebCodecs, the small window. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import { expect, test } from './app.ts';
import { MOVING } from './support/fake-camera.ts';
import { CAMERA_OPTIONS, frame, open, readCounts, untilStill, waitForFrames } from './support/live-page.ts';

const SHARED_TITLE = 'The shared tab';

test.use({
  ...CAMERA_OPTIONS,
  launchOptions: {
    ...CAMERA_OPTIONS.launchOptions,
    args: [...CAMERA_OPTIONS.launchOptions.args, `--auto-select-tab-capture-source-by-title=${SHARED_TITLE}`],
  },
});

const statusOf = (page: Page) => page.getByTestId('live-status');
const start = (page: Page) => page.getByRole('button', { name: 'Start', exact: true }).click();

/** Another tab with still content, which the browser gives when live view asks for a screen. */
async function openSharedTab(page: Page): Promise<Page> {
  const tab = await page.context().newPage();
  await tab.setContent(
    `<title>${SHARED_TITLE}</title><body style="margin:0;background:linear-gradient(#246,#fc8)"><h1>Still</h1></body>`,
  );
  return tab;
}

test.describe('a shared tab', () => {
  test('is shown though it stands still, follows its changes, and says when sharing has ended', async ({
    app,
  }) => {
    const { page } = app;
    await open(page, MOVING, { source: 'screen' });
    const tab = await openSharedTab(page);
    await page.bringToFront();
    await start(page);
    await expect(statusOf(page)).toHaveAttribute('data-state', 'running');
    // Headless browsers do not always give the first frame of a tab that stands still: then it moves a little.
    await expect
      .poll(
        async () => {
          const count = await frame(page);
          if (count === 0) await tab.evaluate(() => document.body.append('.'));
          return count;
        },
        { timeout: 30_000, intervals: [2000] },
      )
      .toBeGreaterThan(0);
    // Another input size wants another map, of what has not changed.
    const before = await untilStill(page);
    await page.getByRole('slider', { name: 'Input size' }).press('ArrowRight');
    await expect.poll(() => frame(page)).toBeGreaterThan(before);
    await tab.close();
    await expect(statusOf(page)).toHaveAttribute('data-problem', 'screen-ended');
    const counts = await readCounts(page);
    expect(counts).toMatchObject({ maxWaiting: 0, doubleCloses: 0, failed: 0 });
  });

  test('that is not chosen says so', async ({ app }) => {
    const { page } = app;
    await open(page, MOVING, { source: 'screen' });
    await page.evaluate(() => {
      navigator.mediaDevices.getDisplayMedia = () =>
        Promise.reject(new DOMException('as the test wishes', 'NotAllowedError'));
    });
    await start(page);
    await expect(statusOf(page)).toHaveAttribute('data-problem', 'screen-cancelled');
  });
});

test('without WebCodecs the page records', async ({ app }) => {
  const { page } = app;
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, 'VideoEncoder');
  });
  await open(page, MOVING, { source: 'camera' });
  await waitForFrames(page, 2);
  await page.getByRole('combobox', { name: 'What is recorded' }).selectOption('side-by-side');
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  const status = page.getByTestId('live-recording');
  await expect(status).toHaveAttribute('data-codec', 'MediaRecorder');
  await expect.poll(async () => Number(await status.getAttribute('data-frames'))).toBeGreaterThanOrEqual(5);
  await expect.poll(async () => Number(await status.getAttribute('data-size-bytes'))).toBeGreaterThan(0);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Stop recording', exact: true }).click();
  const bytes = readFileSync(await (await download).path());
  const track = await new Input({
    formats: ALL_FORMATS,
    source: new BufferSource(bytes),
  }).getPrimaryVideoTrack();
  expect([track?.displayWidth, track?.displayHeight]).toEqual([640, 240]);
  let packets = 0;
  if (track)
    for await (const packet of new EncodedPacketSink(track).packets())
      packets += Math.sign(packet.byteLength);
  expect(packets).toBeGreaterThanOrEqual(4);
});

/** Windows of the system cannot be had without a screen: what the app gives to the browser is watched at its door. */
async function watchWindow(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const watched = window as Window & { small?: HTMLVideoElement | null };
    Object.defineProperty(document, 'pictureInPictureEnabled', { get: () => true });
    Object.defineProperty(document, 'pictureInPictureElement', { get: () => watched.small ?? null });
    HTMLVideoElement.prototype.requestPictureInPicture = function (this: HTMLVideoElement) {
      watched.small = this;
      return Promise.resolve({} as PictureInPictureWindow);
    };
    document.exitPictureInPicture = () => {
      watched.small = null;
      return Promise.resolve();
    };
  });
}

test('the small window shows what the page shows, also when the page is hidden, and closes from both sides', async ({
  app,
}) => {
  const { page } = app;
  await watchWindow(page);
  await open(page, MOVING, { source: 'camera' }, { mode: 'side-by-side' });
  await waitForFrames(page, 2);
  const readWindow = () =>
    page.evaluate(() => {
      const { small } = window as Window & { small?: HTMLVideoElement | null };
      return small
        ? {
            size: [small.videoWidth, small.videoHeight],
            timeS: small.currentTime,
            hasStream: small.srcObject !== null,
          }
        : null;
    });
  const button = page.getByRole('button', { name: 'Small window', exact: true });
  await button.click();
  await expect.poll(async () => (await readWindow())?.size).toEqual([640, 240]);
  const { timeS = 0 } = (await readWindow()) ?? {};
  await expect.poll(async () => (await readWindow())?.timeS ?? 0).toBeGreaterThan(timeS);

  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await waitForFrames(page, 2);
  await expect(statusOf(page)).toHaveAttribute('data-state', 'running');

  await page.getByRole('button', { name: 'Close the small window', exact: true }).click();
  expect(await readWindow()).toBeNull();
  // Nobody looks any more: the page is hidden.
  await expect(statusOf(page)).toHaveAttribute('data-state', 'paused');

  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => false });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await button.click();
  await expect.poll(async () => (await readWindow())?.size).toEqual([640, 240]);
  // The window's own cross.
  await page.evaluate(() =>
    (window as Window & { small?: HTMLVideoElement | null }).small?.dispatchEvent(
      new Event('leavepictureinpicture'),
    ),
  );
  await expect(button).toHaveAttribute('aria-pressed', 'false');
});
