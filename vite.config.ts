import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_LAUNCH } from './e2e/tools/chromium.ts';
import { serveAsItIs } from './src/pwa/as-it-is.ts';
import { buildPwaPlugins } from './src/pwa/build-plugins.ts';
import { firstPaintInOne } from './src/pwa/first-paint-chunk.ts';
import { serveHeadersAlways } from './src/pwa/headers-on-every-answer.ts';
import { buildHeaders, ISOLATION_HEADERS } from './src/pwa/headers.ts';

const isQuiet = Boolean(process.env.CI) || process.env.BROWSER === 'none';

/** The mirrors of this deployment; the content security policy allows those and no others. */
const hubs = process.env.VITE_HUBS;

/** Bounds for what never comes: a machine several times slower than ours still passes. */
const PATIENCE = { testTimeout: 90_000, hookTimeout: 90_000, expect: { poll: { timeout: 30_000 } } };

export default defineConfig(({ command }) => ({
  base: process.env.ISOBATH_BASE ?? '/',
  plugins: [
    react(),
    serveAsItIs(),
    serveHeadersAlways(ISOLATION_HEADERS, buildHeaders(hubs)),
    ...(command === 'build' ? [firstPaintInOne(() => [react()]), ...buildPwaPlugins(hubs)] : []),
  ],
  define: { 'import.meta.env.HAS_SERVICE_WORKER': JSON.stringify(command === 'build') },
  worker: { format: 'es' },
  // Pre-bundling would move the wasm away from its loader and reload the page mid-run.
  // What only workers and late imports reach is named, for the same reason.
  optimizeDeps: {
    exclude: ['onnxruntime-web'],
    include: ['client-zip', 'comlink', 'hash-wasm', 'idb', 'zod', 'zod/mini'],
  },
  preview: { open: !isQuiet },
  // The manifest tells the build check what the first paint loads.
  build: { target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 800, manifest: true },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          ...PATIENCE,
          include: ['src/**/*.test.ts', 'e2e/**/*.test.ts'],
          exclude: ['**/*.browser.test.ts', '**/node_modules/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          ...PATIENCE,
          // A model hub on another origin: `inject('hubUrl')`.
          globalSetup: ['e2e/hub/vitest-setup.ts'],
          include: ['src/**/*.browser.test.ts'],
          // A busy machine may starve a page of a frame; what is broken fails again.
          retry: process.env.CI ? 2 : 0,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: CHROMIUM_LAUNCH }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        extends: true,
        test: {
          // Other browsers than Chromium, which drive the production build from here.
          name: 'browsers',
          environment: 'node',
          ...PATIENCE,
          include: ['e2e/browsers/**/*.journey.ts'],
          retry: process.env.CI ? 2 : 0,
          fileParallelism: false,
        },
      },
    ],
  },
}));
