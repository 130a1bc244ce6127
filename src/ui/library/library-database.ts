/** The connection to the library's IndexedDB: given up when another tab needs it, opened again when it is next used. */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPObjectStore, type IDBPTransaction } from 'idb';
import { EngineError } from '../../engine/errors.ts';
import type { StoredBlob } from './stored-blob.ts';

const STORES = ['pictures', 'sources'] as const;

interface Schema extends DBSchema {
  pictures: { key: string; value: unknown };
  sources: { key: string; value: StoredBlob };
}

type Store<Name extends (typeof STORES)[number]> = IDBPObjectStore<Schema, typeof STORES, Name, 'readwrite'>;

export interface LibraryDatabase {
  /** Runs requests in one transaction over both stores; `work` starts them all at once. Rejects when it aborts. */
  write(work: (stores: { pictures: Store<'pictures'>; sources: Store<'sources'> }) => void): Promise<void>;
  readAll(): Promise<{
    readonly rows: readonly unknown[];
    readonly sources: readonly unknown[];
    readonly keys: readonly string[];
  }>;
  close(): void;
}

interface DatabaseOptions {
  /** After another tab had it closed: which pictures it holds now. */
  readonly onReopen: (keys: readonly string[]) => void;
}

/** Half of what was to be written is worth nothing. */
function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}

/** idb's own `done` rejects at the first request that fails, before the transaction says why. */
function untilEnded(transaction: IDBPTransaction<Schema, typeof STORES, 'readwrite'>): Promise<void> {
  transaction.done.catch(() => undefined);
  return new Promise((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () =>
      reject(transaction.error ?? new DOMException('The transaction was aborted', 'AbortError')),
    );
  });
}

/** The connection was closed between two steps. */
function isClosedError(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'InvalidStateError';
}

/** Throws STORAGE_UNAVAILABLE where IndexedDB is blocked, also when it has to be opened again. */
export async function openLibraryDatabase(
  name: string,
  { onReopen }: DatabaseOptions,
): Promise<LibraryDatabase> {
  let connection: Promise<IDBPDatabase<Schema>> | null = null;
  let isDisposed = false;

  async function open(): Promise<IDBPDatabase<Schema>> {
    const forget = () => (connection = null);
    try {
      return await openDB<Schema>(name, 1, {
        upgrade(db) {
          db.createObjectStore('pictures', { keyPath: 'id' });
          db.createObjectStore('sources');
        },
        // A newer version in another tab, or one that clears everything, must not wait for this one.
        blocking(_current, _blocked, event) {
          forget();
          (event.target as IDBDatabase).close();
        },
        terminated: forget,
      });
    } catch (cause) {
      forget();
      throw new EngineError('STORAGE_UNAVAILABLE', 'IndexedDB cannot be opened', { cause });
    }
  }

  async function connect(): Promise<IDBPDatabase<Schema>> {
    if (isDisposed) throw new EngineError('STORAGE_UNAVAILABLE', 'The library was closed');
    if (connection === null) {
      connection = open().then(async (database) => {
        onReopen(await database.getAllKeys('pictures'));
        return database;
      });
    }
    return connection;
  }

  /** A connection that is lost on the way is opened again, once. */
  async function withDatabase<T>(work: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    const database = await connect();
    try {
      return await work(database);
    } catch (error) {
      if (!isClosedError(error)) throw error;
      return work(await connect());
    }
  }

  connection = open();
  await connection;

  return {
    write: (work) =>
      withDatabase(async (database) => {
        const transaction = database.transaction(STORES, 'readwrite');
        const ended = untilEnded(transaction);
        // Awaited below, but for a `work` that throws.
        ended.catch(() => undefined);
        try {
          work({
            pictures: transaction.objectStore('pictures'),
            sources: transaction.objectStore('sources'),
          });
        } catch (error) {
          abort(transaction);
          throw error;
        }
        await ended;
      }),
    readAll: () =>
      withDatabase(async (database) => {
        const transaction = database.transaction(STORES, 'readonly');
        const [rows, sources, keys] = await Promise.all([
          transaction.objectStore('pictures').getAll(),
          transaction.objectStore('sources').getAll(),
          transaction.objectStore('sources').getAllKeys(),
        ]);
        return { rows, sources, keys };
      }),
    close() {
      isDisposed = true;
      void connection?.then((database) => database.close()).catch(() => undefined);
      connection = null;
    },
  };
}
