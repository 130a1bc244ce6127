/** What tests ask of a page that runs: each function stands for itself, as it is sent into the page. */

/** One field of all records of a store of IndexedDB. */
export async function readField([database, store, field]: readonly [
  database: string,
  store: string,
  field: string,
]): Promise<unknown[]> {
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
    const records = await answer<Record<string, unknown>[]>(
      opened.transaction(store).objectStore(store).getAll(),
    );
    return records.map((record) => record[field]);
  } finally {
    opened.close();
  }
}

/** Where the app keeps what a reload finds, and a field that says when a record was used last. */
export const PICTURES = ['isobath-library', 'pictures', 'name'] as const;
export const MAPS = ['isobath-results', 'entries', 'lastUsedAtMs'] as const;

/** The service worker has fetched everything and answers for this page. */
export async function isKept(): Promise<boolean> {
  const registration = await navigator.serviceWorker.getRegistration();
  return registration?.active?.state === 'activated' && navigator.serviceWorker.controller !== null;
}
