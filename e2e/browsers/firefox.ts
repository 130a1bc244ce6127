/** Firefox over WebDriver BiDi, which it speaks by itself: no driver program between. */
import puppeteer, { type Page } from 'puppeteer-core';
import { findFirefox } from '../tools/firefox.ts';
import type { BrowserKind, DrivenPage } from './driver.ts';

const VIEWPORT = { width: 1280, height: 800 };

/** A browser for tests speaks English and asks its maker for nothing. */
const PREFERENCES = {
  'intl.accept_languages': 'en-US',
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'browser.region.network.url': '',
};

function drivePage(page: Page): DrivenPage {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error instanceof Error ? error.message : String(error)));
  page.on('console', (message) => {
    if (message.text().includes('Content-Security-Policy')) problems.push(message.text());
  });
  return {
    problems,
    async goto(url) {
      await page.goto(url);
    },
    async reload() {
      await page.reload();
    },
    // Types of puppeteer count arguments, ours is always one.
    evaluate: (work, argument) => page.evaluate(work as (argument: unknown) => never, argument),
    async setFiles(selector, paths) {
      const input = await page.waitForSelector(`input${selector}` as 'input');
      if (input === null) throw new Error(`no input ${selector}`);
      await input.uploadFile(...paths);
      await input.dispose();
    },
    screenshot: async () => Buffer.from(await page.screenshot({ type: 'png' })),
    close: () => page.close(),
  };
}

export const FIREFOX: BrowserKind = {
  name: 'Firefox',
  lacks: [],
  find: findFirefox,
  async launch(path, { isPrivate = false } = {}) {
    const browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: path,
      headless: true,
      protocol: 'webDriverBiDi',
      extraPrefsFirefox: { ...PREFERENCES, 'browser.privatebrowsing.autostart': isPrivate },
    });
    return {
      version: await browser.version(),
      async open() {
        const page = await browser.newPage();
        await page.setViewport(VIEWPORT);
        return drivePage(page);
      },
      close: () => browser.close(),
    };
  },
};
