/**
 * What is read from and written to the database of finished maps. Writes are one transaction over everything and give
 * the totals after it, so that totals and entries stay in step for all tabs.
 */
import type { IDBPTransaction } from 'idb';
import type { CacheEntry, EncodedResult } from './result-codec.ts';
import { NO_USAGE, type CacheUsage, type ResultDatabase, type ResultSchema } from './result-database.ts';

type StoreName = 'entries' | 'maps' | 'usage';
const ALL_STORES: StoreName[] = ['entries', 'maps', 'usage'];
type WriteTransaction = IDBPTransaction<ResultSchema, StoreName[], 'readwrite'>;

const ignore = () => undefined;

/** All or nothing: half a change would put totals and entries out of step. */
function abort(transaction: WriteTransaction): void {
  try {
    transaction.abort();
  } catch {
    // Over already.
  }
}

async function write(
  db: ResultDatabase,
  change: (transaction: WriteTransaction, total: CacheUsage) => Promise<CacheUsage>,
): Promise<CacheUsage> {
  const transaction = db.transaction(ALL_STORES, 'readwrite');
  // It rejects by itself when the transaction aborts; the failing request below says the same.
  transaction.done.catch(ignore);
  try {
    const before = (await transaction.objectStore('usage').get('total')) ?? NO_USAGE;
    const total = await change(transaction, before);
    transaction.objectStore('usage').put(total, 'total').catch(ignore);
    await transaction.done;
    return total;
  } catch (error) {
    const cause = transaction.error ?? error;
    abort(transaction);
    throw cause;
  }
}

/** Removes entries inside `transaction`; gives the totals after it. */
async function remove(
  transaction: WriteTransaction,
  keys: readonly string[],
  total: CacheUsage,
): Promise<CacheUsage> {
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

/** The least recently used go, until the rest fits. */
async function evict(
  transaction: WriteTransaction,
  total: CacheUsage,
  boundBytes: number,
): Promise<CacheUsage> {
  if (total.sizeBytes <= boundBytes) return total;
  let cursor = await transaction.objectStore('entries').index('lastUsedAtMs').openKeyCursor();
  while (cursor && total.sizeBytes > boundBytes) {
    total = await remove(transaction, [cursor.primaryKey], total);
    cursor = await cursor.continue();
  }
  return total;
}

export async function readUsage(db: ResultDatabase): Promise<CacheUsage> {
  return (await db.get('usage', 'total')) ?? NO_USAGE;
}

/** As stored, unchecked; undefined where there is none. */
export function readHeaders(db: ResultDatabase, keys: readonly string[]): Promise<unknown[]> {
  const transaction = db.transaction('entries');
  return Promise.all(keys.map((key) => transaction.store.get(key)));
}

/** As stored, unchecked; undefined where there is none. */
export async function readResult(
  db: ResultDatabase,
  key: string,
): Promise<{ readonly entry: CacheEntry | undefined; readonly buffers: ArrayBuffer[] | undefined }> {
  const transaction = db.transaction(['entries', 'maps']);
  const [entry, buffers] = await Promise.all([
    transaction.objectStore('entries').get(key),
    transaction.objectStore('maps').get(key),
  ]);
  return { entry, buffers };
}

/** Puts them in the place of what has their keys, after others were evicted until all of it is within `boundBytes`. */
export function storeResults(
  db: ResultDatabase,
  results: readonly EncodedResult[],
  boundBytes: number,
): Promise<CacheUsage> {
  return write(db, async (transaction, total) => {
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

export function evictResults(db: ResultDatabase, boundBytes: number): Promise<CacheUsage> {
  return write(db, (transaction, total) => evict(transaction, total, boundBytes));
}

/** Removes them and counts the rest anew: a damaged header may not say its size. */
export function dropDamaged(db: ResultDatabase, keys: readonly string[]): Promise<CacheUsage> {
  return write(db, async (transaction) => {
    for (const key of keys) {
      await transaction.objectStore('entries').delete(key);
      await transaction.objectStore('maps').delete(key);
    }
    const rest = await transaction.objectStore('entries').getAll();
    const sizes = rest.map(({ sizeBytes }) => (Number.isFinite(sizeBytes) ? sizeBytes : 0));
    return { sizeBytes: sizes.reduce((sum, size) => sum + size, 0), entryCount: rest.length };
  });
}

export function clearResults(db: ResultDatabase): Promise<CacheUsage> {
  return write(db, async (transaction) => {
    await Promise.all([transaction.objectStore('entries').clear(), transaction.objectStore('maps').clear()]);
    return NO_USAGE;
  });
}

export async function markUsed(
  db: ResultDatabase,
  keys: readonly string[],
  now: () => number,
): Promise<void> {
  const transaction = db.transaction('entries', 'readwrite');
  transaction.done.catch(ignore);
  for (const key of keys) {
    const entry = await transaction.store.get(key);
    if (entry) await transaction.store.put({ ...entry, lastUsedAtMs: now() });
  }
  await transaction.done;
}
