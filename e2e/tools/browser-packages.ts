/** The browsers of the checks, as they can be had. */
import type { WantedBrowser } from './provide-browser.ts';

export const CHROMIUM: WantedBrowser = {
  name: 'Chromium',
  products: 'Chromium or Google Chrome',
  packages: ['chromium'],
  variable: 'CHROMIUM_PATH',
};

export const FIREFOX: WantedBrowser = {
  name: 'Firefox',
  products: 'Firefox',
  packages: ['firefox-esr'],
  variable: 'FIREFOX_PATH',
};

/** The engine of Safari, which itself runs on Apple's systems only. */
export const WEBKIT: WantedBrowser = {
  name: 'WebKit',
  products: 'WebKitGTK with its WebDriver, and Xvfb',
  packages: ['webkit2gtk-driver', 'xvfb'],
  variable: null,
};
