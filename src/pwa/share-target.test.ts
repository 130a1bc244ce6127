import { describe, expect, it } from 'vitest';
import { keepSharedFiles, takeSharedFiles } from './share-target.ts';

/** Node has no Cache Storage: the few calls that are made, in memory. */
function createCaches(): CacheStorage {
  const stores = new Map<string, Map<string, Response>>();
  const open = (name: string) => {
    const entries = stores.get(name) ?? new Map<string, Response>();
    stores.set(name, entries);
    return Promise.resolve({
      keys: () => Promise.resolve([...entries.keys()]),
      put: (key: string, response: Response) => Promise.resolve(void entries.set(key, response)),
      match: (key: string) => Promise.resolve(entries.get(key)),
    });
  };
  return {
    open,
    has: (name: string) => Promise.resolve(stores.has(name)),
    delete: (name: string) => Promise.resolve(stores.delete(name)),
  } as unknown as CacheStorage;
}

const photo = (name: string, text: string) =>
  new File([text], name, { type: 'image/jpeg', lastModified: 42 });

describe('photos shared into the app', () => {
  it('wait with name, type and bytes until the page takes them, once', async () => {
    const storage = createCaches();
    await keepSharedFiles([photo('山.jpg', 'first')], storage);
    await keepSharedFiles([photo('b.jpg', 'second')], storage);
    const files = await takeSharedFiles(storage);
    expect(files.map(({ name, type, lastModified }) => [name, type, lastModified])).toEqual([
      ['山.jpg', 'image/jpeg', 42],
      ['b.jpg', 'image/jpeg', 42],
    ]);
    expect(await Promise.all(files.map((file) => file.text()))).toEqual(['first', 'second']);
    expect(await takeSharedFiles(storage)).toEqual([]);
  });

  it('are none where nothing was shared', async () => {
    expect(await takeSharedFiles(createCaches())).toEqual([]);
  });
});
