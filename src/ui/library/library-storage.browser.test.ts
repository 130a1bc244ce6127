import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LibraryImage } from '../stores/library-store.ts';
import { openLibraryStorage, type LibraryStorage } from './library-storage.ts';

const DATABASE = 'isobath-library-test';

function makeImage(id: string, change: Partial<LibraryImage> = {}): LibraryImage {
  return {
    id,
    name: `${id}.jpg`,
    source: new Blob([new Uint8Array(100).fill(id.charCodeAt(0))], { type: 'image/jpeg' }),
    addedAtMs: id.charCodeAt(0),
    sha256: null,
    widthPx: null,
    heightPx: null,
    thumbnail: null,
    hints: [],
    isSample: false,
    outcome: { state: 'open' },
    ...change,
  };
}

/** What is left of a file that was deleted after it was dropped. */
async function makeUnreadableFile(): Promise<File> {
  const folder = await navigator.storage.getDirectory();
  const name = `gone-${crypto.randomUUID()}`;
  const handle = await folder.getFileHandle(name, { create: true });
  const writable = await handle.createWritable();
  await writable.write(new Uint8Array(100));
  await writable.close();
  const file = await handle.getFile();
  await folder.removeEntry(name);
  await expect(file.arrayBuffer()).rejects.toThrow();
  return file;
}

/** Browsers and drives differ in whether such a file aborts its transaction; here it does. */
function abortWith(unreadable: Blob): void {
  const { put } = IDBObjectStore.prototype;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
    this: IDBObjectStore,
    value: unknown,
    key?: IDBValidKey,
  ) {
    const request = put.call(this, value, key);
    if (value === unreadable) this.transaction.abort();
    return request;
  });
}

/** As in a private window of Safari: a Blob, or what holds one, fails its transaction. */
function refuseBlobs(): void {
  const { put } = IDBObjectStore.prototype;
  const refused = new WeakSet<IDBTransaction>();
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
    this: IDBObjectStore,
    value: unknown,
    key?: IDBValidKey,
  ) {
    const { transaction } = this;
    const holdsBlob = value instanceof Blob || Object.values(value as object).some((v) => v instanceof Blob);
    if (holdsBlob && !refused.has(transaction)) {
      refused.add(transaction);
      const error = new DOMException('Error preparing Blob/File data', 'UnknownError');
      Object.defineProperty(transaction, 'error', { value: error });
      // Behind the other requests of the same turn.
      queueMicrotask(() => transaction.abort());
    }
    return put.call(this, value, key);
  });
}

describe('library storage', () => {
  let storage: LibraryStorage;

  async function reopen(limits?: { maxCount: number; maxBytes: number }) {
    storage?.close();
    storage = await openLibraryStorage({ databaseName: DATABASE, limits });
    return storage;
  }

  beforeEach(() => reopen());

  afterEach(async () => {
    await storage.clear();
    storage.close();
    indexedDB.deleteDatabase(DATABASE);
  });

  it('gives back pictures, thumbnails and how they ended, oldest first', async () => {
    const failed = {
      state: 'failed',
      error: {
        code: 'IMAGE_TOO_LARGE',
        message: 'too large',
        details: { widthPx: 60_000 },
        causes: ['decoder'],
        aborted: false,
      },
    } as const;
    await storage.put([
      makeImage('b', { outcome: failed }),
      makeImage('a', {
        sha256: 'ab12',
        widthPx: 640,
        heightPx: 480,
        hints: ['first-frame'],
        thumbnail: new Blob(['thumb'], { type: 'image/webp' }),
        outcome: { state: 'done' },
      }),
    ]);
    const images = await (await reopen()).readAll();
    expect(images.map((image) => image.id)).toEqual(['a', 'b']);
    expect(images[0]).toMatchObject({ name: 'a.jpg', sha256: 'ab12', widthPx: 640, hints: ['first-frame'] });
    expect(await images[0]?.thumbnail?.text()).toBe('thumb');
    expect(new Uint8Array((await images[0]?.source.arrayBuffer()) ?? new ArrayBuffer(0))[99]).toBe(97);
    expect(images[1]?.outcome).toEqual(failed);
  });

  it('keeps changed facts, and ignores pictures it does not keep', async () => {
    const image = makeImage('a');
    await storage.put([image]);
    await storage.update([
      { ...image, sha256: 'ff', outcome: { state: 'cancelled' } },
      makeImage('stranger', { sha256: '00' }),
    ]);
    const images = await (await reopen()).readAll();
    expect(images).toHaveLength(1);
    expect(images[0]).toMatchObject({ sha256: 'ff', outcome: { state: 'cancelled' } });
  });

  it('drops the oldest beyond its count and bytes, and says which', async () => {
    await reopen({ maxCount: 2, maxBytes: 1000 });
    expect(await storage.put([makeImage('a'), makeImage('b')])).toEqual([]);
    expect(await storage.put([makeImage('c')])).toEqual(['a']);
    expect(storage.measure()).toEqual({ count: 2, sizeBytes: 200 });

    await reopen({ maxCount: 10, maxBytes: 250 });
    expect((await storage.readAll()).map((image) => image.id)).toEqual(['b', 'c']);
    expect(await storage.put([makeImage('d')])).toEqual(['b']);
    expect((await storage.readAll()).map((image) => image.id)).toEqual(['c', 'd']);
  });

  it('does not keep a picture that is larger than the limit, and keeps the others', async () => {
    await reopen({ maxCount: 10, maxBytes: 150 });
    const large = makeImage('x', { source: new Blob([new Uint8Array(200)]) });
    expect(await storage.put([makeImage('a'), large])).toEqual(['x']);
    expect((await storage.readAll()).map((image) => image.id)).toEqual(['a']);
  });

  it('passes over a file that can no longer be read, and keeps the others of all batches', async () => {
    const images = Array.from({ length: 25 }, (_, index) => makeImage(String.fromCharCode(65 + index)));
    const unreadable = await makeUnreadableFile();
    abortWith(unreadable);
    const given = images.map((image) => (image.id === 'M' ? { ...image, source: unreadable } : image));
    expect(await storage.put(given)).toEqual([]);
    vi.restoreAllMocks();
    const kept = await (await reopen()).readAll();
    expect(kept.map(({ id }) => id)).toEqual(images.map(({ id }) => id).filter((id) => id !== 'M'));
  });

  it('keeps the bytes of pictures and thumbnails where no Blob can be stored', async () => {
    refuseBlobs();
    const thumbnail = new Blob(['thumb'], { type: 'image/webp' });
    expect(await storage.put([makeImage('a'), makeImage('b', { thumbnail })])).toEqual([]);
    expect(storage.measure()).toEqual({ count: 2, sizeBytes: 200 });
    // The next page knows of no refusal yet.
    const [first] = await (await reopen()).readAll();
    if (first === undefined) throw new Error('nothing kept');
    expect(first.source.type).toBe('image/jpeg');
    expect(new Uint8Array(await first.source.arrayBuffer())).toEqual(new Uint8Array(100).fill(97));
    await storage.update([{ ...first, thumbnail: new Blob(['small'], { type: 'image/png' }) }]);
    const kept = await (await reopen()).readAll();
    vi.restoreAllMocks();
    expect(kept.map((image) => image.thumbnail?.type)).toEqual(['image/png', 'image/webp']);
    expect(await Promise.all(kept.map((image) => image.thumbnail?.text()))).toEqual(['small', 'thumb']);
  });

  it('opens its database again after another tab had it closed', async () => {
    await storage.put([makeImage('a')]);
    // What clearing the site's data does, and a newer version of the app.
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.deleteDatabase(DATABASE);
      request.onsuccess = () => resolve();
      request.onerror = () => reject(new Error('cannot delete'));
    });
    expect(await storage.put([makeImage('b')])).toEqual([]);
    expect(storage.measure()).toEqual({ count: 1, sizeBytes: 100 });
    // It is gone from there, so it may be kept again.
    await storage.put([makeImage('a')]);
    expect((await storage.readAll()).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('removes and clears', async () => {
    await storage.put([makeImage('a'), makeImage('b'), makeImage('c')]);
    await storage.remove(['b']);
    expect((await (await reopen()).readAll()).map((image) => image.id)).toEqual(['a', 'c']);
    await storage.clear();
    expect(await (await reopen()).readAll()).toEqual([]);
  });

  it('counts what another tab keeps, updates it, and leaves alone what that tab removed', async () => {
    const other = await openLibraryStorage({
      databaseName: DATABASE,
      limits: { maxCount: 2, maxBytes: 1000 },
    });
    const images = [makeImage('a'), makeImage('b')];
    await storage.put(images);
    other.adopt(images);
    expect(other.measure()).toEqual({ count: 2, sizeBytes: 200 });
    await other.update([makeImage('a', { outcome: { state: 'done' } })]);
    expect((await storage.readAll()).map(({ outcome }) => outcome.state)).toEqual(['done', 'open']);
    await storage.remove(['a']);
    other.forget(['a']);
    await other.update([makeImage('a', { outcome: { state: 'cancelled' } })]);
    expect((await storage.readAll()).map(({ id }) => id)).toEqual(['b']);
    // Room for one more beside it.
    expect(await other.put([makeImage('c')])).toEqual([]);
    expect(await other.put([makeImage('d')])).toEqual(['b']);
    other.close();
  });

  it('drops rows that it cannot read and gives back the rest', async () => {
    await storage.put([makeImage('a')]);
    storage.close();
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.open(DATABASE);
      request.onsuccess = () => {
        const transaction = request.result.transaction('pictures', 'readwrite');
        transaction.objectStore('pictures').put({ id: 'broken', name: 7 });
        transaction.oncomplete = () => {
          request.result.close();
          resolve();
        };
        transaction.onerror = () => reject(new Error('cannot write'));
      };
    });
    const images = await (await reopen()).readAll();
    expect(images.map((image) => image.id)).toEqual(['a']);
  });
});
