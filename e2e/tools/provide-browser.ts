/** Decides how a browser is had, and what to tell a person where it cannot be. Touches the machine only through its options. */

export interface WantedBrowser {
  readonly name: string;
  /** What a person may install by hand. */
  readonly products: string;
  /** Debian's. */
  readonly packages: readonly string[];
  /** Names the environment variable that holds the path of another one; null: there is none. */
  readonly variable: string | null;
}

export interface ProvideOptions {
  /** Path of one that is installed. */
  readonly find: () => string | undefined;
  /** What its variable says. */
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

function advise({ products, variable }: WantedBrowser): string {
  const orNamed = variable === null ? '' : `, or set ${variable} to its executable`;
  return `Install ${products}${orNamed}, and run this again.`;
}

/** Non-interactive, as root or through a sudo that asks no password. */
function aptCommand(isRoot: boolean, args: readonly string[]): [file: string, args: readonly string[]] {
  const command = ['DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args];
  return isRoot ? ['env', command] : ['sudo', ['-n', 'env', ...command]];
}

function install(
  { name, packages }: WantedBrowser,
  { hasFile, isRoot, run, say }: ProvideOptions,
): string | null {
  if (!hasFile('/usr/bin/apt-get')) return 'this system has no apt-get';
  if (!isRoot && !run('sudo', ['-n', 'true']))
    return 'installing packages needs root, and sudo asks for a password';
  const apt = (...args: readonly string[]) => run(...aptCommand(isRoot, args));
  const list = packages.join(' ');
  say(`No ${name} found: installing ${list} with apt-get.`);
  if (!apt('update')) return 'apt-get update failed';
  if (!apt('install', '-y', '--no-install-recommends', ...packages)) return `apt-get install ${list} failed`;
  return null;
}

export function provideBrowser(wanted: WantedBrowser, options: ProvideOptions): Provided {
  const { name, packages, variable } = wanted;
  const { named, hasFile, find } = options;
  if (named !== undefined && named !== '' && !hasFile(named)) {
    return { isOk: false, message: `${variable ?? name} is ${named}, and there is no such file.` };
  }
  const installed = find();
  if (installed !== undefined) return { isOk: true, message: `${name}: ${installed}` };
  const problem = install(wanted, options);
  if (problem !== null) return { isOk: false, message: `No ${name}: ${problem}. ${advise(wanted)}` };
  const path = find();
  // Ubuntu's packages of some names only point to a snap.
  if (path === undefined)
    return { isOk: false, message: `${packages.join(', ')} brought no executable. ${advise(wanted)}` };
  return { isOk: true, message: `${name}: ${path}` };
}
