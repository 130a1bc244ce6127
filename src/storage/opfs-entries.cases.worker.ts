/** The cases that need synchronous handles, which only workers have. Run by `opfs-entries.browser.test.ts`. */
import { expose } from 'comlink';
import { isMovable, listEntries, writeText } from './opfs-entries.ts';

const cases = {
  /** Writes the texts to one name; gives what lies in the folder then. `move` as WebKit has it: both arguments or none. */
  async writeAsSafari(texts: readonly string[]): Promise<Record<string, string>> {
    const { prototype } = FileSystemFileHandle;
    if (!isMovable(prototype)) throw new Error('this browser moves no files');
    const { move } = prototype;
    prototype.move = function (...args) {
      return args.length < 2 ? Promise.reject(new TypeError('Not enough arguments')) : move.apply(this, args);
    };
    const root = await navigator.storage.getDirectory();
    const name = `texts-${crypto.randomUUID()}`;
    const folder = await root.getDirectoryHandle(name, { create: true });
    for (const text of texts) await writeText(folder, 'pins.json', text);
    const found: Record<string, string> = {};
    for (const entry of await listEntries(folder))
      found[entry.name] = entry.kind === 'file' ? await (await entry.getFile()).text() : '';
    await root.removeEntry(name, { recursive: true });
    return found;
  },
};

expose(cases);
