/** Live view for everybody: axe, the keyboard alone, Chinese. */
import type { Page } from '@playwright/test';
import { expect, test } from './app.ts';
import { listEnglishWords, listViolations } from './support/audit.ts';
import { MOVING } from './support/fake-camera.ts';
import { CAMERA_OPTIONS, liveCanvas, open, refuseWith, waitForFrames } from './support/live-page.ts';

test.use(CAMERA_OPTIONS);

const statusOf = (page: Page) => page.getByTestId('live-status');

/** Presses Tab until the focus is on what has this name; fails when it comes round without. */
async function tabTo(page: Page, name: string): Promise<void> {
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
    });
  for (let press = 0; press < 80; press++) {
    await page.keyboard.press('Tab');
    if ((await focused()) === name) return;
  }
  throw new Error(`Tab never reaches "${name}"`);
}

for (const colorScheme of ['dark', 'light'] as const) {
  test(`live view has no accessibility violations in the ${colorScheme} theme`, async ({ app }) => {
    const { page } = app;
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await open(page, MOVING);
    await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeVisible();
    expect.soft(await listViolations(page), 'before the start').toEqual([]);
    await refuseWith(page, 'NotFoundError');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await expect(statusOf(page)).toHaveAttribute('data-problem', 'no-camera');
    expect.soft(await listViolations(page), 'no camera').toEqual([]);
    await refuseWith(page, null);
    await page.getByRole('button', { name: 'Try again', exact: true }).click();
    await waitForFrames(page, 2);
    await page.getByRole('radio', { name: 'Compare', exact: true }).click();
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await expect(page.getByTestId('live-recording')).toBeVisible();
    expect.soft(await listViolations(page), 'comparing and recording').toEqual([]);
  });
}

test('the keyboard alone starts the camera, changes the view, keeps a frame, and stops', async ({ app }) => {
  const { page } = app;
  await open(page, MOVING);
  await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeVisible();
  await tabTo(page, 'Start');
  await page.keyboard.press('Enter');
  await waitForFrames(page, 2);
  await page.keyboard.press('4');
  await expect(page.getByRole('radio', { name: 'Compare', exact: true })).toBeChecked();
  const line = page.getByRole('slider', { name: /compar/i });
  await line.focus();
  const before = await line.getAttribute('aria-valuenow');
  await page.keyboard.press('ArrowRight');
  await expect(line).not.toHaveAttribute('aria-valuenow', before ?? '');
  await tabTo(page, 'Freeze frame');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('notice')).toContainText('The frame is in the library.');
  await page.keyboard.press('Shift+Tab');
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(statusOf(page)).toHaveAttribute('data-state', 'idle');
});

test('live view speaks Chinese, in its problems, too', async ({ app }) => {
  const { page } = app;
  await open(page, MOVING, { lang: 'zh-CN', source: 'camera' });
  await waitForFrames(page, 2);
  await expect(liveCanvas(page)).toBeVisible();
  // The browser's own name of the camera is a path here.
  const words = async () =>
    listEnglishWords((await page.locator('body').innerText()).replace(/\S*isobath-camera\S*/g, ''));
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  expect(await words()).toEqual([]);
  await page.getByRole('radio', { name: '解析', exact: true }).click();
  await expect(statusOf(page)).toHaveAttribute('data-model', 'ready');
  expect(await words()).toEqual([]);
  await page.getByRole('button', { name: '停止', exact: true }).click();
  for (const [error, problem] of [
    ['NotAllowedError', 'refused'],
    ['NotFoundError', 'no-camera'],
    ['NotReadableError', 'in-use'],
  ] as const) {
    await refuseWith(page, error);
    await page.getByRole('button', { name: /^(开始|重试)$/ }).click();
    await expect(statusOf(page)).toHaveAttribute('data-problem', problem);
    expect(await words()).toEqual([]);
  }
});
