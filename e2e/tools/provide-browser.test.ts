import { describe, expect, it } from 'vitest';
import { CHROMIUM, FIREFOX, WEBKIT } from './browser-packages.ts';
import { provideBrowser, type ProvideOptions } from './provide-browser.ts';

/** A Debian without browsers, where everything succeeds, but for what `change` says. */
function provide(
  change: Partial<ProvideOptions> & { readonly fails?: RegExp; readonly brings?: boolean } = {},
  wanted = CHROMIUM,
) {
  const { fails, brings = true, ...options } = change;
  const commands: string[] = [];
  let isInstalled = false;
  const provided = provideBrowser(wanted, {
    find: () => (isInstalled ? '/usr/bin/chromium' : undefined),
    named: undefined,
    hasFile: (path) => path === '/usr/bin/apt-get',
    isRoot: true,
    run(file, args) {
      const command = [file, ...args].join(' ');
      commands.push(command);
      const isOk = fails?.test(command) !== true;
      if (isOk && command.includes(' install ')) isInstalled = brings;
      return isOk;
    },
    say: () => undefined,
    ...options,
  });
  return { ...provided, commands };
}

describe('a browser for the tests', () => {
  it('is the installed one, and nothing is run', () => {
    expect(provide({ find: () => '/usr/bin/google-chrome' })).toEqual({
      isOk: true,
      message: 'Chromium: /usr/bin/google-chrome',
      commands: [],
    });
  });

  it('is installed from packages, as root', () => {
    expect(provide()).toEqual({
      isOk: true,
      message: 'Chromium: /usr/bin/chromium',
      commands: [
        'env DEBIAN_FRONTEND=noninteractive apt-get -qq update',
        'env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium',
      ],
    });
  });

  it('is installed through sudo, where that asks for no password', () => {
    const { isOk, commands } = provide({ isRoot: false });
    expect(isOk).toBe(true);
    expect(commands[0]).toBe('sudo -n true');
    expect(commands[1]).toBe('sudo -n env DEBIAN_FRONTEND=noninteractive apt-get -qq update');
  });

  it('may be another one, of several packages', () => {
    expect(provide({}, FIREFOX).commands[1]).toMatch(/ install .* firefox-esr$/);
    expect(provide({}, WEBKIT).commands[1]).toMatch(/ install .* webkit2gtk-driver xvfb$/);
    expect(provide({ named: '/opt/nowhere' }, FIREFOX).message).toMatch(/^FIREFOX_PATH is/);
    // It has no variable that could name it.
    expect(provide({ hasFile: () => false }, WEBKIT).message).not.toMatch(/set/);
  });

  it.each([
    [{ hasFile: () => false }, /no apt-get.*Install Chromium or Google Chrome.*CHROMIUM_PATH/],
    [{ isRoot: false, fails: /sudo -n true/ }, /needs root.*Install Chromium/],
    [{ fails: /update/ }, /apt-get update failed.*Install Chromium/],
    [{ fails: / install / }, /apt-get install chromium failed.*Install Chromium/],
    [{ brings: false }, /brought no executable.*Install Chromium/],
    [{ named: '/opt/nowhere' }, /CHROMIUM_PATH is \/opt\/nowhere, and there is no such file/],
  ] as const)('where it cannot be had, a sentence says why and what to do (%#)', (change, message) => {
    const { isOk, message: actual } = provide(change);
    expect(isOk).toBe(false);
    expect(actual).toMatch(message);
  });
});
