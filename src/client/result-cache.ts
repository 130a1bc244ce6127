/**
 * Finished maps at rest, in IndexedDB: lossless, bounded in bytes, least recently used out. Several tabs share it: the
 * totals live in the database and change in the same transaction as the entries. Whatever fails, the answer is
 * "no cache", never an error.
 */
import { wrap, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import type { InferenceResult } from '../engine/api.ts';
import type { Clock } from '../scheduling/clock.ts';
import type { ResultKey } from './inference-client.types.ts';
import {
  decodeResult,
  encodeResult,
  parseCacheEntry,
  type CacheEntry,
  type EncodedResult,
  type ResultHeader,
} from './result-codec.ts';
import { createWriteGroup } from './write-group.ts';

const VERSION = 1;
/** A private window of some browsers never answers. */
const OPEN_TIMEOUT_MS = 4000;

interface Usage {
  readonly sizeBytes: number;
  readonly entryCount: number;
}

interface Schema extends DBSchema {
  /** Headers by key: read for a whole batch without touching a map. */
  entries: { key: string; value: CacheEntry; indexes: { lastUsedAtMs: number } };
  /** Buffers by key. */
  maps: { key: string; value: ArrayBuffer[] };
  /** One record, "total". */
  usage: { key: string; value: Usage };
}

type StoreName = 'entries' | 'maps' | 'usage';
const ALL_STORES: StoreName[] = ['entries', 'maps', 'usage'];
type WriteTransaction = IDBPTransaction<Schema, StoreName[], 'readwrite'>;

export type CacheTrouble = 'cache-unavailable' | 'cache-full' | 'cache-corrupt-entry';

interface CacheStatus extends Usage {
  readonly state: 'ready' | 'unavailable';
  readonly budgetBytes: number;
}

export interface ResultCacheOptions {
  /** Undefined where the browser has none. */
  readonly indexedDB: IDBFactory | undefined;
  readonly name: string;
  readonly budgetBytes: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onChange: () => void;
  /** Whether more results may follow soon; see `write-group.ts`. */
  readonly isMoreComing: () => boolean;
  readonly clock: Clock;
  /** May be called often; telling the user once is the caller's affair. */
  readonly onTrouble: (trouble: CacheTrouble) => void;
}

export interface ResultCache {
  /** Headers of what is stored, in the order of `keys`; null for misses. One transaction. */
  lookUp(keys: readonly ResultKey[]): Promise<readonly (ResultHeader | null)[]>;
  /** The whole result, checked; null when it is not there (any more) or damaged. */
  get(key: ResultKey): Promise<InferenceResult | null>;
  /** In the background: these were used, whoever had them at hand. */
  touch(keys: readonly ResultKey[]): void;
  /** Copies the buffers, evicts what no longer fits. Resolves when stored, with what comes right after, or when that turned out impossible. */
  put(key: ResultKey, result: InferenceResult): Promise<void>;
  clear(): Promise<void>;
  setBudget(budgetBytes: number): Promise<void>;
  getStatus(): CacheStatus;
  /** Resolves when the first attempt to open is over. */
  ready(): Promise<void>;
  close(): void;
}

function isQuotaError(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}

function createStores(request: IDBOpenDBRequest): void {
  const database = request.result;
  // Entries of another version are worth less than the code to convert them.
  for (const name of Array.from(database.objectStoreNames)) database.deleteObjectStore(name);
  database.createObjectStore('entries', { keyPath: 'key' }).createIndex('lastUsedAtMs', 'lastUsedAtMs');
  database.createObjectStore('maps');
  database.createObjectStore('usage');
}

const ignore = () => undefined;

/** All or nothing: half a change would put totals and entries out of step. */
function abort(transaction: WriteTransaction): void {
  try {
    transaction.abort();
  } catch {
    // Over already.
  }
}

function openDatabase(factory: IDBFactory, name: string): Promise<IDBDatabase> {
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

/** Opens at once, in the background. */
export function createResultCache(options: ResultCacheOptions): ResultCache {
  let database: Promise<IDBPDatabase<Schema>> | null = null;
  let usage: Usage = { sizeBytes: 0, entryCount: 0 };
  let budgetBytes = options.budgetBytes;
  let state: CacheStatus['state'] = 'ready';
  let isClosed = false;

  function update(next: Usage): void {
    usage = next;
    options.onChange();
  }

  function becomeUnavailable(): void {
    if (state === 'unavailable' || isClosed) return;
    state = 'unavailable';
    update({ sizeBytes: 0, entryCount: 0 });
    options.onTrouble('cache-unavailable');
  }

  async function open(): Promise<IDBPDatabase<Schema>> {
    const { indexedDB } = options;
    if (!indexedDB) throw new Error('This browser has no IndexedDB.');
    const raw = await openDatabase(indexedDB, options.name);
    // Another tab upgrades or clears: let it, and open again when next needed.
    raw.onversionchange = () => {
      raw.close();
      database = null;
    };
    raw.onclose = () => (database = null);
    return wrap(raw) as IDBPDatabase<Schema>;
  }

  /** Runs `work` on the database; any failure to do so is `fallback`. */
  async function attempt<T>(fallback: T, work: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    if (state === 'unavailable' || isClosed) return fallback;
    const connection = (database ??= open());
    try {
      return await work(await connection);
    } catch (error) {
      if (isQuotaError(error)) {
        options.onTrouble('cache-full');
      } else if (
        error instanceof DOMException &&
        error.name === 'InvalidStateError' &&
        database !== connection
      ) {
        // The connection was closed for another tab between two steps; the next call opens it again.
      } else {
        database = null;
        becomeUnavailable();
      }
      return fallback;
    }
  }

  async function readUsage(transaction: WriteTransaction): Promise<Usage> {
    return (await transaction.objectStore('usage').get('total')) ?? { sizeBytes: 0, entryCount: 0 };
  }

  /** Removes entries inside `transaction`; gives the totals after it. */
  async function remove(
    transaction: WriteTransaction,
    keys: readonly string[],
    total: Usage,
  ): Promise<Usage> {
    const found = await Promise.all(keys.map((key) => transaction.objectStore('entries').get(key)));
    let { sizeBytes, entryCount } = total;
    for (const [index, key] of keys.entries()) {
      const stored = found[index];
      if (stored === undefined) continue;
      await transaction.objectStore('entries').delete(key);
      await transaction.objectStore('maps').delete(key);
      sizeBytes -= typeof stored.sizeBytes === 'number' ? stored.sizeBytes : 0;
      entryCount -= 1;
    }
    return { sizeBytes: Math.max(0, sizeBytes), entryCount: Math.max(0, entryCount) };
  }

  async function evict(transaction: WriteTransaction, total: Usage, boundBytes: number): Promise<Usage> {
    if (total.sizeBytes <= boundBytes) return total;
    let cursor = await transaction.objectStore('entries').index('lastUsedAtMs').openKeyCursor();
    while (cursor && total.sizeBytes > boundBytes) {
      total = await remove(transaction, [cursor.primaryKey], total);
      cursor = await cursor.continue();
    }
    return total;
  }

  /** One readwrite transaction over everything, which keeps totals and entries in step for all tabs. */
  async function write(
    db: IDBPDatabase<Schema>,
    change: (transaction: WriteTransaction, total: Usage) => Promise<Usage>,
  ): Promise<void> {
    const transaction = db.transaction(ALL_STORES, 'readwrite');
    // It rejects by itself when the transaction aborts; the failing request below says the same.
    transaction.done.catch(ignore);
    try {
      const total = await change(transaction, await readUsage(transaction));
      transaction.objectStore('usage').put(total, 'total').catch(ignore);
      await transaction.done;
      update(total);
    } catch (error) {
      const cause = transaction.error ?? error;
      abort(transaction);
      throw cause;
    }
  }

  /** Removes them and counts the rest anew: a damaged header may not say its size. */
  async function dropCorrupt(db: IDBPDatabase<Schema>, keys: readonly string[]): Promise<void> {
    await write(db, async (transaction) => {
      for (const key of keys) {
        await transaction.objectStore('entries').delete(key);
        await transaction.objectStore('maps').delete(key);
      }
      const rest = await transaction.objectStore('entries').getAll();
      const sizes = rest.map(({ sizeBytes }) => (Number.isFinite(sizeBytes) ? sizeBytes : 0));
      return { sizeBytes: sizes.reduce((sum, size) => sum + size, 0), entryCount: rest.length };
    });
    options.onTrouble('cache-corrupt-entry');
  }

  async function writeUse(db: IDBPDatabase<Schema>, keys: readonly string[]): Promise<void> {
    const transaction = db.transaction('entries', 'readwrite');
    transaction.done.catch(ignore);
    for (const key of keys) {
      const entry = await transaction.store.get(key);
      if (entry) await transaction.store.put({ ...entry, lastUsedAtMs: options.now() });
    }
    await transaction.done;
  }

  async function store(
    db: IDBPDatabase<Schema>,
    results: readonly EncodedResult[],
    boundBytes: number,
  ): Promise<void> {
    await write(db, async (transaction, total) => {
      const keys = results.map(({ entry }) => entry.key);
      const sizeBytes = results.reduce((sum, { entry }) => sum + entry.sizeBytes, 0);
      // Out of the way of the eviction, which must not count them twice.
      total = await remove(transaction, keys, total);
      total = await evict(transaction, total, boundBytes - sizeBytes);
      for (const { entry, buffers } of results) {
        // Not awaited one by one: each answer waits for a busy page, and the entry should be safe before a reload.
        // A failure aborts the transaction, which `write` waits for.
        transaction.objectStore('maps').put(buffers, entry.key).catch(ignore);
        transaction.objectStore('entries').put(entry).catch(ignore);
      }
      return { sizeBytes: total.sizeBytes + sizeBytes, entryCount: total.entryCount + results.length };
    });
  }

  /** The last of each key, as many of the newest as the budget holds: the others would be evicted at once. */
  function selectFitting(results: readonly EncodedResult[]): readonly EncodedResult[] {
    const newestFirst = [...new Map(results.map((result) => [result.entry.key, result])).values()].reverse();
    let sizeBytes = 0;
    return newestFirst.filter(({ entry }) => {
      if (sizeBytes + entry.sizeBytes > budgetBytes) return false;
      sizeBytes += entry.sizeBytes;
      return true;
    });
  }

  const group = createWriteGroup<EncodedResult>({
    clock: options.clock,
    isMoreComing: options.isMoreComing,
    write: (results) =>
      attempt(undefined, async (db) => {
        const fitting = selectFitting(results);
        if (fitting.length === 0) return;
        try {
          await store(db, fitting, budgetBytes);
        } catch (error) {
          if (!isQuotaError(error)) throw error;
          // The disk is fuller than the budget knows: keep half of what there is, and try once more.
          await store(db, fitting, Math.floor(usage.sizeBytes / 2));
        }
      }),
  });

  /** Recency must not delay an answer. */
  function touch(keys: readonly string[]): void {
    if (keys.length > 0) void attempt(undefined, (db) => writeUse(db, keys));
  }

  const opened = attempt(undefined, async (db) => {
    update((await db.get('usage', 'total')) ?? { sizeBytes: 0, entryCount: 0 });
    return undefined;
  });

  return {
    ready: () => opened,
    lookUp: (keys) =>
      attempt<readonly (ResultHeader | null)[]>(
        keys.map(() => null),
        async (db) => {
          const transaction = db.transaction('entries');
          const stored: unknown[] = await Promise.all(keys.map((key) => transaction.store.get(key)));
          const entries = stored.map(parseCacheEntry);
          const corruptKeys = keys.filter(
            (_, index) => stored[index] !== undefined && entries[index] === null,
          );
          if (corruptKeys.length > 0) await dropCorrupt(db, corruptKeys);
          touch(keys.filter((_, index) => entries[index] !== null));
          return entries.map((entry) => entry?.header ?? null);
        },
      ),
    get: (key) =>
      attempt<InferenceResult | null>(null, async (db) => {
        const transaction = db.transaction(['entries', 'maps']);
        const [stored, buffers] = await Promise.all([
          transaction.objectStore('entries').get(key),
          transaction.objectStore('maps').get(key),
        ]);
        if (stored === undefined && buffers === undefined) return null;
        const entry = parseCacheEntry(stored);
        try {
          if (entry) return decodeResult(entry, buffers);
        } catch {
          // Dropped below, like an entry without a readable header.
        }
        await dropCorrupt(db, [key]);
        return null;
      }),
    touch,
    put: (key, result) => attempt(undefined, () => group.add(encodeResult(key, result, options.now()))),
    clear: () =>
      attempt(undefined, (db) =>
        write(db, async (transaction) => {
          await Promise.all([
            transaction.objectStore('entries').clear(),
            transaction.objectStore('maps').clear(),
          ]);
          return { sizeBytes: 0, entryCount: 0 };
        }),
      ),
    async setBudget(bytes) {
      if (bytes === budgetBytes) return;
      budgetBytes = bytes;
      options.onChange();
      await attempt(undefined, (db) =>
        write(db, (transaction, total) => evict(transaction, total, budgetBytes)),
      );
    },
    getStatus: () => ({ state, budgetBytes, ...usage }),
    close() {
      isClosed = true;
      void database?.then((db) => db.close()).catch(() => undefined);
      database = null;
    },
  };
}
