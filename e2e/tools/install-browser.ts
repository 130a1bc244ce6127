/** Makes sure that there is a browser on this machine: uses an installed one, else installs Debian's packages. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { provideBrowser, type Provided, type WantedBrowser } from './provide-browser.ts';

/** `limitMs`: for one command of the package system. */
export function installBrowser(
  wanted: WantedBrowser,
  find: () => string | undefined,
  limitMs: number,
): Provided {
  return provideBrowser(wanted, {
    find,
    named: wanted.variable === null ? undefined : process.env[wanted.variable],
    hasFile: existsSync,
    isRoot: process.getuid?.() === 0,
    run(file, args) {
      const isQuery = args.includes('true');
      const { status } = spawnSync(file, args, {
        stdio: isQuery ? 'ignore' : ['ignore', 'inherit', 'inherit'],
        timeout: limitMs,
      });
      return status === 0;
    },
    say: (text) => console.log(text),
  });
}
