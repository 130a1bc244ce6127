/** Decides how a Chromium is had, and what to tell a person where it cannot be. Touches the machine only through its options. */

export interface ProvideOptions {
  /** Path of a Chromium that is installed. */
  readonly find: () => string | undefined;
  /** What `CHROMIUM_PATH` says. */
  readonly named: string | undefined;
  readonly hasFile: (path: string) => boolean;
  readonly isRoot: boolean;
  /** Runs a command; true when it ended well. */
  readonly run: (file: string, args: readonly string[]) => boolean;
  readonly say: (text: string) => void;
}

export interface Provided {
  readonly isOk: boolean;
  /** One or two sentences. */
  readonly message: string;
}

const ADVICE =
  'Install Chromium or Google Chrome, or set CHROMIUM_PATH to its executable, and run this again.';

/** Non-interactive, as root or through a sudo that asks no password. */
function aptCommand(isRoot: boolean, args: readonly string[]): [file: string, args: readonly string[]] {
  const command = ['DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args];
  return isRoot ? ['env', command] : ['sudo', ['-n', 'env', ...command]];
}

function install({ hasFile, isRoot, run, say }: ProvideOptions): string | null {
  if (!hasFile('/usr/bin/apt-get')) return 'this system has no apt-get';
  if (!isRoot && !run('sudo', ['-n', 'true']))
    return 'installing packages needs root, and sudo asks for a password';
  const apt = (...args: readonly string[]) => run(...aptCommand(isRoot, args));
  say('No Chromium found: installing the package chromium with apt-get.');
  if (!apt('update')) return 'apt-get update failed';
  if (!apt('install', '-y', '--no-install-recommends', 'chromium')) return 'apt-get install chromium failed';
  return null;
}

export function provideChromium(options: ProvideOptions): Provided {
  const { named, hasFile, find } = options;
  if (named !== undefined && named !== '' && !hasFile(named)) {
    return { isOk: false, message: `CHROMIUM_PATH is ${named}, and there is no such file.` };
  }
  const installed = find();
  if (installed !== undefined) return { isOk: true, message: `Chromium: ${installed}` };
  const problem = install(options);
  if (problem !== null) return { isOk: false, message: `No Chromium: ${problem}. ${ADVICE}` };
  const path = find();
  // Ubuntu's package of that name only points to a snap.
  if (path === undefined)
    return { isOk: false, message: `The package chromium brought no executable. ${ADVICE}` };
  return { isOk: true, message: `Chromium: ${path}` };
}
