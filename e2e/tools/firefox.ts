/** Finds a Firefox that tests can drive. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const CANDIDATES = [
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
];

/** Ubuntu's /usr/bin/firefox is a script that only points to a snap: whoever cannot say a version is none. */
function saysVersion(path: string): boolean {
  if (!existsSync(path)) return false;
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 30_000 });
  return /Firefox \d+/.test(stdout ?? '');
}

/** Path of an installed Firefox, or undefined. `FIREFOX_PATH` wins. */
export function findFirefox(): string | undefined {
  const named = process.env.FIREFOX_PATH;
  return (named ? [named] : CANDIDATES).find(saysVersion);
}
