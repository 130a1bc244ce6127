/** Finds a WebKit that tests can drive: Debian's packages webkit2gtk-driver and xvfb. */
import { existsSync, readdirSync } from 'node:fs';

const LIBRARIES = '/usr/lib';

export interface WebKitPrograms {
  readonly driver: string;
  readonly browser: string;
  /** An X server without a screen. */
  readonly screen: string;
}

/** The browser lies in a folder named by machine and version: `x86_64-linux-gnu/webkit2gtk-4.1`. */
function findMiniBrowser(): string | undefined {
  const folders = existsSync(LIBRARIES) ? readdirSync(LIBRARIES) : [];
  return folders
    .filter((folder) => folder.endsWith('-linux-gnu'))
    .flatMap((folder) =>
      readdirSync(`${LIBRARIES}/${folder}`).map((name) => `${LIBRARIES}/${folder}/${name}`),
    )
    .filter((folder) => /\/webkit(2gtk|gtk)-[\d.]+$/.test(folder))
    .map((folder) => `${folder}/MiniBrowser`)
    .find((path) => existsSync(path));
}

/** Undefined where one of them is missing. */
export function findWebKit(): WebKitPrograms | undefined {
  const driver = '/usr/bin/WebKitWebDriver';
  const screen = '/usr/bin/Xvfb';
  const browser = findMiniBrowser();
  return browser !== undefined && existsSync(driver) && existsSync(screen)
    ? { driver, browser, screen }
    : undefined;
}
