import { defineConfig } from '@playwright/test';
import { findFreePort } from './support/free-port.ts';
import { CHROMIUM_LAUNCH } from './tools/chromium.ts';

// A free one, so that two checkouts can be tested side by side. Workers read this file again: they find it set.
process.env.ISOBATH_E2E_PORT ??= String(await findFreePort());
const PORT = Number(process.env.ISOBATH_E2E_PORT);

/** Tests drive the production build in `dist/` as `vite preview` serves it: build first (`npm run test:e2e` does). */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../test-results/e2e',
  // The app starts a pool of workers on all cores: two pages at once would only measure each other.
  workers: 1,
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
