/** Makes sure that there is a Chromium: uses an installed one, else installs Debian's package. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium } from './chromium.ts';
import { provideChromium } from './provide-chromium.ts';

const APT_LIMIT_MS = 10 * 60_000;

const { isOk, message } = provideChromium({
  find: findChromium,
  named: process.env.CHROMIUM_PATH,
  hasFile: existsSync,
  isRoot: process.getuid?.() === 0,
  run(file, args) {
    const isQuery = args.includes('true');
    const { status } = spawnSync(file, args, {
      stdio: isQuery ? 'ignore' : ['ignore', 'inherit', 'inherit'],
      timeout: APT_LIMIT_MS,
    });
    return status === 0;
  },
  say: (text) => console.log(text),
});
if (isOk) console.log(message);
else {
  console.error(message);
  process.exitCode = 1;
}
