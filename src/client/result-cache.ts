/**
 * Finished maps at rest, in IndexedDB: lossless, bounded in bytes, least recently used out. Several tabs share it.
 * Whatever fails, the answer is "no cache", never an error.
 */
import type { InferenceResult } from '../engine/api.ts';
import type { Clock } from '../scheduling/clock.ts';
import type { ResultKey } from './inference-client.types.ts';
import {
  decodeResult,
  encodeResult,
  parseCacheEntry,
  type EncodedResult,
  type ResultHeader,
} from './result-codec.ts';
import { NO_USAGE, openResultDatabase, type CacheUsage, type ResultDatabase } from './result-database.ts';
import {
  clearResults,
  dropDamaged,
  evictResults,
  markUsed,
  readHeaders,
  readResult,
  readUsage,
  storeResults,
} from './result-entries.ts';
import { selectFitting } from './select-fitting.ts';
import { createWriteGroup } from './write-group.ts';

export type CacheTrouble = 'cache-unavailable' | 'cache-full' | 'cache-corrupt-entry';

interface CacheStatus extends CacheUsage {
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

function isDomException(error: unknown, name: 'QuotaExceededError' | 'InvalidStateError'): boolean {
  return error instanceof DOMException && error.name === name;
}

/** Opens at once, in the background. */
export function createResultCache(options: ResultCacheOptions): ResultCache {
  let database: Promise<ResultDatabase> | null = null;
  let usage = NO_USAGE;
  let budgetBytes = options.budgetBytes;
  let state: CacheStatus['state'] = 'ready';
  let isClosed = false;

  function update(next: CacheUsage): void {
    usage = next;
    options.onChange();
  }

  function becomeUnavailable(): void {
    if (state === 'unavailable' || isClosed) return;
    state = 'unavailable';
    update(NO_USAGE);
    options.onTrouble('cache-unavailable');
  }

  function open(): Promise<ResultDatabase> {
    return openResultDatabase(options.indexedDB, options.name, () => (database = null));
  }

  /** Runs `work` on the database; any failure to do so is `fallback`. */
  async function attempt<T>(fallback: T, work: (db: ResultDatabase) => Promise<T>): Promise<T> {
    if (state === 'unavailable' || isClosed) return fallback;
    const connection = (database ??= open());
    try {
      return await work(await connection);
    } catch (error) {
      if (isDomException(error, 'QuotaExceededError')) {
        options.onTrouble('cache-full');
      } else if (isDomException(error, 'InvalidStateError') && database !== connection) {
        // The connection was closed for another tab between two steps; the next call opens it again.
      } else {
        database = null;
        becomeUnavailable();
      }
      return fallback;
    }
  }

  /** In a transaction of its own, after which the totals are told. */
  const change = (work: (db: ResultDatabase) => Promise<CacheUsage>): Promise<void> =>
    attempt(undefined, async (db) => update(await work(db)));

  async function drop(db: ResultDatabase, keys: readonly ResultKey[]): Promise<void> {
    update(await dropDamaged(db, keys));
    options.onTrouble('cache-corrupt-entry');
  }

  async function store(db: ResultDatabase, results: readonly EncodedResult[]): Promise<void> {
    if (results.length === 0) return;
    try {
      update(await storeResults(db, results, budgetBytes));
    } catch (error) {
      if (!isDomException(error, 'QuotaExceededError')) throw error;
      // The disk is fuller than the budget knows: keep half of what there is, and try once more.
      update(await storeResults(db, results, Math.floor(usage.sizeBytes / 2)));
    }
  }

  const group = createWriteGroup<EncodedResult>({
    clock: options.clock,
    isMoreComing: options.isMoreComing,
    write: (results) => attempt(undefined, (db) => store(db, selectFitting(results, budgetBytes))),
  });

  /** Recency must not delay an answer. */
  function touch(keys: readonly ResultKey[]): void {
    if (keys.length > 0) void attempt(undefined, (db) => markUsed(db, keys, options.now));
  }

  const opened = change(readUsage);

  return {
    ready: () => opened,
    lookUp: (keys) =>
      attempt<readonly (ResultHeader | null)[]>(
        keys.map(() => null),
        async (db) => {
          const stored = await readHeaders(db, keys);
          const entries = stored.map(parseCacheEntry);
          const isDamaged = (index: number) => stored[index] !== undefined && entries[index] === null;
          const damagedKeys = keys.filter((_, index) => isDamaged(index));
          if (damagedKeys.length > 0) await drop(db, damagedKeys);
          touch(keys.filter((_, index) => entries[index] !== null));
          return entries.map((entry) => entry?.header ?? null);
        },
      ),
    get: (key) =>
      attempt<InferenceResult | null>(null, async (db) => {
        const { entry: stored, buffers } = await readResult(db, key);
        if (stored === undefined && buffers === undefined) return null;
        const entry = parseCacheEntry(stored);
        try {
          if (entry) return decodeResult(entry, buffers);
        } catch {
          // Dropped below, like an entry without a readable header.
        }
        await drop(db, [key]);
        return null;
      }),
    touch,
    put: (key, result) => attempt(undefined, () => group.add(encodeResult(key, result, options.now()))),
    clear: () => change(clearResults),
    async setBudget(bytes) {
      if (bytes === budgetBytes) return;
      budgetBytes = bytes;
      options.onChange();
      await change((db) => evictResults(db, budgetBytes));
    },
    getStatus: () => ({ state, budgetBytes, ...usage }),
    close() {
      isClosed = true;
      void database?.then((db) => db.close()).catch(() => undefined);
      database = null;
    },
  };
}
