/** Makes sure that there is a Chromium: uses an installed one, else installs Debian's package. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium } from './chromium.ts';

const APT_LIMIT_MS = 10 * 60_000;

const ADVICE =
  'No Chromium found. Install Chromium or Google Chrome, or set CHROMIUM_PATH to its executable, and run this again.';

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function canSudo(): boolean {
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
}

function runApt(...args: readonly string[]): boolean {
  const command = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args];
  const [file = '', ...rest] = isRoot() ? command : ['sudo', '-n', ...command];
  const { status } = spawnSync(file, rest, {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: APT_LIMIT_MS,
  });
  return status === 0;
}

const installed = findChromium();
if (installed !== undefined) {
  console.log(`Chromium: ${installed}`);
} else if (!existsSync('/usr/bin/apt-get') || !(isRoot() || canSudo())) {
  console.error(ADVICE);
  process.exitCode = 1;
} else {
  console.log('No Chromium found: installing the Debian package.');
  const isOk = runApt('update') && runApt('install', '-y', '--no-install-recommends', 'chromium');
  if (!isOk || findChromium() === undefined) {
    console.error(`The Debian package could not be installed. ${ADVICE}`);
    process.exitCode = 1;
  }
}
