/** The browser that most checks need: without it they cannot be run. */
import { CHROMIUM } from './browser-packages.ts';
import { findChromium } from './chromium.ts';
import { installBrowser } from './install-browser.ts';

const { isOk, message } = installBrowser(CHROMIUM, findChromium, 10 * 60_000);
if (isOk) console.log(message);
else {
  console.error(message);
  process.exitCode = 1;
}
