/** What tests of the installed app wait for and do. */
import { expect, type BrowserContext, type Page } from '@playwright/test';
import type { AppSite } from './app-site.ts';
import { isKept } from './in-page.ts';

/** The service worker has fetched everything and answers for this page. */
export async function untilKept(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(isKept)).toBe(true);
}

export async function untilDone(page: Page, count: number): Promise<void> {
  await expect(page.getByTestId('library')).toHaveAttribute('data-count-done', String(count), {
    timeout: 120_000,
  });
}

/** Opens the app, sees its first map, and waits until it is kept. */
export async function visitOnce(page: Page, url: string, query = ''): Promise<void> {
  await page.goto(`${url}?ep=wasm&${query}`);
  await untilDone(page, 1);
  await untilKept(page);
}

/** The server goes too: nothing may pass, whoever asks. */
export async function goOffline(context: BrowserContext, site: AppSite): Promise<void> {
  await site.close();
  await context.setOffline(true);
}

/** As the system does when a photo is shared into the app: a navigation that posts a form. */
export async function sharePhoto(page: Page, name: string): Promise<void> {
  const posted = page.waitForRequest((request) => request.method() === 'POST');
  await page.evaluate(async (fileName) => {
    const canvas = new OffscreenCanvas(96, 64);
    const drawing = canvas.getContext('2d');
    if (drawing === null) throw new Error('no canvas');
    // Each name another picture: the same one is imported once.
    drawing.fillStyle = `hsl(${fileName.length * 40} 80% 50%)`;
    drawing.fillRect(10, 8, 50, 40);
    const chosen = new DataTransfer();
    chosen.items.add(new File([await canvas.convertToBlob()], fileName, { type: 'image/png' }));
    const input = document.createElement('input');
    Object.assign(input, { type: 'file', name: 'photos', multiple: true, files: chosen.files });
    const form = document.createElement('form');
    Object.assign(form, { method: 'POST', enctype: 'multipart/form-data', action: 'share-target' });
    form.append(input);
    document.body.append(form);
    form.submit();
  }, name);
  await posted;
}
