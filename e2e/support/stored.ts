/** What a reload will find: it is written in the background, which takes its time on a busy machine. */
import { expect, type Page } from '@playwright/test';

export interface StoredCounts {
  /** Of the library, exactly. */
  readonly pictures?: number;
  /** Of the result cache, at least; the sample's is one of them. */
  readonly maps?: number;
}

/** In the page: all records of a store of IndexedDB. */
async function readStore([database, store]: readonly [string, string]): Promise<unknown[]> {
  const answer = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
    });
  // Opening one that is not there would make an empty one.
  const isThere = (await indexedDB.databases()).some(({ name }) => name === database);
  if (!isThere) return [];
  const opened = await answer(indexedDB.open(database));
  try {
    if (!opened.objectStoreNames.contains(store)) return [];
    return await answer<unknown[]>(opened.transaction(store).objectStore(store).getAll());
  } finally {
    opened.close();
  }
}

const readResults = (page: Page) => page.evaluate(readStore, ['isobath-results', 'entries'] as const);

/** Waits until so many pictures and maps are on the disk. */
export async function untilStored(page: Page, { pictures, maps }: StoredCounts): Promise<void> {
  const countPictures = async () =>
    (await page.evaluate(readStore, ['isobath-library', 'pictures'] as const)).length;
  if (pictures !== undefined) await expect.poll(countPictures).toBe(pictures);
  if (maps !== undefined)
    await expect.poll(async () => (await readResults(page)).length).toBeGreaterThanOrEqual(maps);
}

/** When the newest of the stored maps was used last: milliseconds since the epoch. */
export async function readLastUse(page: Page): Promise<number> {
  const entries = (await readResults(page)) as { readonly lastUsedAtMs: number }[];
  return Math.max(...entries.map(({ lastUsedAtMs }) => lastUsedAtMs));
}
