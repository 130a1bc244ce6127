/** Runs journeys on every browser that is installed, each test on a site, and so on a storage, of its own. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { serveApp, type AppSite } from '../support/app-site.ts';
import { createJourneyApp, type JourneyApp } from './app.ts';
import type { BrowserKind, DrivenBrowser, Lack, LaunchOptions } from './driver.ts';
import { FIREFOX } from './firefox.ts';
import { WEBKIT } from './webkit.ts';

/** To add a browser, write a driver and name it here. */
const BROWSERS: readonly BrowserKind[] = [FIREFOX, WEBKIT];

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

export interface Journey {
  readonly app: JourneyApp;
  readonly site: AppSite;
}

interface JourneyOptions extends LaunchOptions {
  /** Browsers that lack one of these are left out. */
  readonly needs?: readonly Lack[];
}

/** `define` gets a function that gives the running test's page and site. A browser that is not installed skips its tests. */
export function onEveryBrowser(
  name: string,
  define: (journey: () => Journey) => void,
  { needs = [], ...options }: JourneyOptions = {},
): void {
  for (const kind of BROWSERS.filter(({ lacks }) => !needs.some((need) => lacks.includes(need)))) {
    const path = kind.find();
    describe.skipIf(path === undefined)(`${name}, in ${kind.name}`, () => {
      let browser: DrivenBrowser | undefined;
      let current: Journey | undefined;
      beforeAll(async () => {
        if (!existsSync(`${DIST}index.html`)) throw new Error('there is no dist/: run `npm run build` first');
        browser = await kind.launch(path ?? '', options);
      });
      afterAll(() => browser?.close());
      beforeEach(async () => {
        if (browser === undefined) throw new Error(`${kind.name} did not start`);
        const site = await serveApp({ folder: DIST, base: '/' });
        current = { site, app: createJourneyApp(await browser.open(), site.url) };
      });
      afterEach(async () => {
        const { app, site } = current ?? {};
        current = undefined;
        const problems = [...(app?.page.problems ?? [])];
        await app?.page.close();
        await site?.close();
        expect(problems, 'errors in the page').toEqual([]);
      });
      define(() => {
        if (current === undefined) throw new Error('a journey is under way only while its test runs');
        return current;
      });
    });
  }
}
