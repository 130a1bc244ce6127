import { defineConfig } from '@playwright/test';
import { findFreePort } from './support/free-port.ts';
import { CHROMIUM_LAUNCH } from './tools/chromium.ts';

// A free one, so that two checkouts can be tested side by side. Workers read this file again: they find it set.
process.env.ISOBATH_E2E_PORT ??= String(await findFreePort());
const PORT = Number(process.env.ISOBATH_E2E_PORT);

/** Models from a hub and the app without a network. */
const SITE = ['models.spec.ts', 'model-troubles.spec.ts', 'offline.spec.ts'];

/** Everything else where the service worker has a say: pages that come, come again, lie side by side or say how they fare. */
const VISITS = ['access', 'backends', 'fallback', 'first-visit', 'import', 'library', 'tabs'].map(
  (name) => `${name}.spec.ts`,
);

/** Tests drive the production build in `dist/` as `vite preview` serves it: build first (`npm run test:e2e` does). */
export default defineConfig({
  testDir: '.',
  outputDir: '../test-results/e2e',
  // A test alone leaves a third of two cores idle: it waits for frames, for storage, for its page to start.
  workers: 2,
  projects: [
    // The longest line first. Two cameras at once would only leave out each other's frames.
    { name: 'live', testMatch: 'live*.spec.ts', workers: 1, use: { serviceWorkers: 'block' } },
    // One at a time, as they share a build with a hub, which each worker would make for itself.
    { name: 'site', testMatch: SITE, workers: 1 },
    { name: 'visits', testMatch: VISITS },
    // What the service worker fetches for later, after the first map, is a tenth of all work there.
    {
      name: 'pictures',
      testMatch: '*.spec.ts',
      testIgnore: ['live*.spec.ts', ...SITE, ...VISITS],
      use: { serviceWorkers: 'block' },
    },
  ],
  forbidOnly: Boolean(process.env.CI),
  retries: process.env.CI ? 2 : 0,
  // Bounds for what never comes: a machine several times slower than ours still passes.
  timeout: 180_000,
  expect: { timeout: 40_000 },
  reporter: [
    ['list'],
    ['json', { outputFile: '../test-results/reports/e2e.json' }],
    ['junit', { outputFile: '../test-results/reports/e2e.xml' }],
  ],
  use: {
    baseURL: `http://127.0.0.1:${PORT}/`,
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    colorScheme: 'dark',
    acceptDownloads: true,
    trace: 'off',
    screenshot: 'off',
    launchOptions: CHROMIUM_LAUNCH,
  },
  webServer: {
    command: `node_modules/.bin/vite preview --port ${PORT} --strictPort --host 127.0.0.1`,
    cwd: '..',
    url: `http://127.0.0.1:${PORT}/`,
    env: { BROWSER: 'none' },
    reuseExistingServer: false,
    timeout: 120_000,
  },
});
