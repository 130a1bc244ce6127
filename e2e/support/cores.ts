/** How many cores the page believes in: more workers or threads than cores are not given, whoever asks. */
import type { Page } from '@playwright/test';

/** Before the page is opened. */
export async function pretendCores(page: Page, count: number): Promise<void> {
  await page.addInitScript((cores) => {
    Object.defineProperty(navigator, 'hardwareConcurrency', { get: () => cores });
  }, count);
}
