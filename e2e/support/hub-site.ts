/** What the specs of models and offline use share: a hub, a build that allows it, a site. Once per worker. */
import { expect, test as base } from '@playwright/test';
import { findFixtureFile } from '../hub/fixture-files.ts';
import { startHub, type Hub } from '../hub/hub-server.ts';
import type { Behaviour } from '../hub/behaviour.ts';
import { buildApp, type Build } from './app-site.ts';

/** The hubs that the build lists, by what is wrong with them. */
const BEHAVIOURS = {
  good: {},
  // Stops in the middle while the gate is closed: what a test does to a running download comes in time anywhere.
  slow: { slow: 150_000, gateAt: 300_000 },
  redirecting: { redirect: true },
  missing: { status: 404 },
  html: { html: true },
  wrong: { wrong: true },
  // Names no hash, and ends before the model does.
  half: { length: 1000, hash: 'none' },
  // Larger than what the browser sets aside for a file at once.
  large: { length: 8_000_000, slow: 1_500_000, gateAt: 3_000_000, hash: 'none' },
} satisfies Record<string, Partial<Behaviour>>;

export type HubName = keyof typeof BEHAVIOURS;

interface HubFixtures {
  readonly hubSite: { readonly hub: Hub; readonly build: Build; hubUrl(name: HubName): string };
}

interface TestFixtures {
  /** The hub's gate, closed for this test until it opens it: `slow` and `large` stop in the middle. */
  readonly closedGate: { open(): void };
}

export const test = base.extend<TestFixtures, HubFixtures>({
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
  closedGate: async ({ hubSite }, use) => {
    hubSite.hub.closeGate();
    await use({ open: () => hubSite.hub.openGate() });
    hubSite.hub.openGate();
  },
  hubSite: [
    async ({}, use) => {
      const hub = await startHub(findFixtureFile);
      const hubUrl = (name: HubName) => hub.url(BEHAVIOURS[name]);
      const names = Object.keys(BEHAVIOURS) as HubName[];
      const build = await buildApp(
        names.map((name) => `${hubUrl(name)} ${hub.contentUrl}`).join(','),
        '/sub/',
      );
      await use({ hub, build, hubUrl });
      await build.remove();
      await hub.close();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
});

export { expect };
