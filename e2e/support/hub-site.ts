/** What the specs of models and offline use share: a hub, a build that allows it, a site. Once per worker. */
import { expect, test as base } from '@playwright/test';
import { findFixtureFile } from '../hub/fixture-files.ts';
import { startHub, type Hub } from '../hub/hub-server.ts';
import type { Behaviour } from '../hub/behaviour.ts';
import { buildApp, type Build } from './app-site.ts';

/** Fixed, because the build's policy names it. */
const HUB_PORT = 5471;

/** The hubs that the build lists, by what is wrong with them. */
const BEHAVIOURS = {
  good: {},
  slow: { slow: 150_000 },
  redirecting: { redirect: true },
  missing: { status: 404 },
  html: { html: true },
  wrong: { wrong: true },
  // Larger than what the browser sets aside for a file at once.
  large: { length: 8_000_000, slow: 1_500_000, hash: 'none' },
} satisfies Record<string, Partial<Behaviour>>;

export type HubName = keyof typeof BEHAVIOURS;

interface HubFixtures {
  readonly hubSite: { readonly hub: Hub; readonly build: Build; hubUrl(name: HubName): string };
}

export const test = base.extend<object, HubFixtures>({
  // Afterwards nothing may have been thrown, and nothing of ours may have met the content security policy.
  page: async ({ page }, use) => {
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) problems.push(message.text());
    });
    await use(page);
    expect(problems).toEqual([]);
  },
  hubSite: [
    async ({}, use) => {
      const hub = await startHub(findFixtureFile, { port: HUB_PORT });
      const hubUrl = (name: HubName) => hub.url(BEHAVIOURS[name]);
      const content = `http://127.0.0.1:${HUB_PORT + 1}`;
      const names = Object.keys(BEHAVIOURS) as HubName[];
      const build = await buildApp(names.map((name) => `${hubUrl(name)} ${content}`).join(','), '/sub/');
      await use({ hub, build, hubUrl });
      await build.remove();
      await hub.close();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

export { expect };
