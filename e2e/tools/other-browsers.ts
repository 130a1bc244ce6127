/**
 * The journeys of `e2e/browsers/` in every browser that can be had here; those of others are skipped: a second browser
 * that is missing is no failure. Arguments go on to Vitest.
 */
import { spawnSync } from 'node:child_process';
import { FIREFOX, WEBKIT } from './browser-packages.ts';
import { findFirefox } from './firefox.ts';
import { installBrowser } from './install-browser.ts';
import { findWebKit } from './webkit.ts';

/** Shorter than for the browser that everything needs: a machine without a network is not waited for. */
const LIMIT_MS = 4 * 60_000;

for (const { isOk, message } of [
  installBrowser(FIREFOX, findFirefox, LIMIT_MS),
  installBrowser(WEBKIT, () => findWebKit()?.browser, LIMIT_MS),
]) {
  console.log(isOk ? message : `${message} Its journeys are skipped.`);
}
// In this process's group: who ends this one ends that one.
const { status } = spawnSync(
  'node_modules/.bin/vitest',
  ['run', '--project', 'browsers', ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
