/** The IndexedDB database of finished maps: its stores, and a connection that never keeps anybody waiting for ever. */
import { wrap, type DBSchema, type IDBPDatabase } from 'idb';
import type { CacheEntry } from './result-codec.ts';

const VERSION = 1;
/** A private window of some browsers never answers. */
const OPEN_TIMEOUT_MS = 4000;

/** The totals that live in the database, for all tabs. */
export interface CacheUsage {
  readonly sizeBytes: number;
  readonly entryCount: number;
}

export const NO_USAGE: CacheUsage = { sizeBytes: 0, entryCount: 0 };

export interface ResultSchema extends DBSchema {
  /** Headers by key: read for a whole batch without touching a map. */
  entries: { key: string; value: CacheEntry; indexes: { lastUsedAtMs: number } };
  /** Buffers by key. */
  maps: { key: string; value: ArrayBuffer[] };
  /** One record, "total". */
  usage: { key: string; value: CacheUsage };
}

export type ResultDatabase = IDBPDatabase<ResultSchema>;

function createStores(request: IDBOpenDBRequest): void {
  const database = request.result;
  // Entries of another version are worth less than the code to convert them.
  for (const name of Array.from(database.objectStoreNames)) database.deleteObjectStore(name);
  database.createObjectStore('entries', { keyPath: 'key' }).createIndex('lastUsedAtMs', 'lastUsedAtMs');
  database.createObjectStore('maps');
  database.createObjectStore('usage');
}

function open(factory: IDBFactory, name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(name, VERSION);
    let isGivenUp = false;
    const giveUp = (error: Error) => {
      isGivenUp = true;
      clearTimeout(timer);
      reject(error);
    };
    const timer = setTimeout(() => giveUp(new Error('IndexedDB did not answer.')), OPEN_TIMEOUT_MS);
    request.onupgradeneeded = () => createStores(request);
    request.onblocked = () => giveUp(new Error('IndexedDB is blocked by another tab.'));
    request.onerror = () => giveUp(request.error ?? new Error('IndexedDB did not open.'));
    request.onsuccess = () => {
      clearTimeout(timer);
      // An answer after all: nobody waits for it any more.
      if (isGivenUp) request.result.close();
      else resolve(request.result);
    };
  });
}

/** Rejects where there is no database to be had. `onClosed`: for another tab; open it again when next needed. */
export async function openResultDatabase(
  factory: IDBFactory | undefined,
  name: string,
  onClosed: () => void,
): Promise<ResultDatabase> {
  if (!factory) throw new Error('This browser has no IndexedDB.');
  const raw = await open(factory, name);
  // Another tab upgrades or clears: let it.
  raw.onversionchange = () => {
    raw.close();
    onClosed();
  };
  raw.onclose = onClosed;
  return wrap(raw) as ResultDatabase;
}
