/** Keeps the library for the next visit where that is wanted and possible; where it is not, everything else goes on. */
import { EngineError } from '../../engine/errors.ts';
import type { LibraryImage } from '../stores/library-store.ts';
import { createCancelledJournal, type CancelledJournal } from './cancelled-journal.ts';
import type { LibraryStorage } from './library-storage.ts';

export type PersistenceProblem = 'unavailable' | 'trimmed';

export interface LibraryPersistence {
  /** What an earlier visit left; empty when off or blocked. */
  restore(): Promise<readonly LibraryImage[]>;
  save(images: readonly LibraryImage[]): void;
  /** Written together after a pause. */
  update(images: readonly LibraryImage[]): void;
  /** Writes what waits for its pause: the page may go away. */
  flush(): void;
  remove(ids: readonly string[]): void;
  clear(): Promise<void>;
  /** Off forgets what is kept; on starts with the given pictures. */
  setEnabled(isEnabled: boolean, images: readonly LibraryImage[]): void;
  /** Whether pictures are kept at all: on, and storage is there as far as is known. */
  isKept(): boolean;
  /** Another tab has saved these. */
  adopt(images: readonly LibraryImage[]): void;
  /** Another tab has removed these. */
  forget(ids: readonly string[]): void;
  measure(): Promise<{ readonly count: number; readonly sizeBytes: number } | null>;
}

interface PersistenceOptions {
  readonly isEnabled: boolean;
  /** The default loads the storage chunk. */
  readonly open?: () => Promise<LibraryStorage>;
  readonly journal?: CancelledJournal;
  /** Calls back once; the returned function cancels it. */
  readonly setTimer?: (callback: () => void, delayMs: number) => () => void;
  /** Called once per kind of problem. */
  readonly onProblem: (problem: PersistenceProblem) => void;
}

/** States of a hundred tasks change within seconds; each need not be a transaction. */
const WRITE_PAUSE_MS = 500;

/** IndexedDB of some private windows never answers; the page must not wait for it for ever. */
const OPEN_TIMEOUT_MS = 5000;

function setRealTimer(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}

async function openDefault(): Promise<LibraryStorage> {
  const { openLibraryStorage } = await import('./library-storage.ts');
  return openLibraryStorage();
}

export function createLibraryPersistence(options: PersistenceOptions): LibraryPersistence {
  const { open = openDefault, setTimer = setRealTimer, onProblem } = options;
  const journal = options.journal ?? createCancelledJournal();
  let isEnabled = options.isEnabled;
  let opened: Promise<LibraryStorage | null> | null = null;
  let tail: Promise<unknown> = Promise.resolve();
  const reported = new Set<PersistenceProblem>();

  function report(problem: PersistenceProblem): void {
    if (reported.has(problem)) return;
    reported.add(problem);
    onProblem(problem);
  }

  function openInTime(): Promise<LibraryStorage> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const cancelTimer = setTimer(() => {
        isLate = true;
        reject(new EngineError('STORAGE_UNAVAILABLE', 'IndexedDB did not answer'));
      }, OPEN_TIMEOUT_MS);
      open()
        .then((storage) => {
          if (isLate) storage.close();
          else resolve(storage);
        }, reject)
        .finally(cancelTimer);
    });
  }

  function getStorage(): Promise<LibraryStorage | null> {
    opened ??= openInTime().catch(() => {
      report('unavailable');
      return null;
    });
    return opened;
  }

  /** One write after another, in the order of the calls: a removal never overtakes the saving it undoes. */
  function run<T>(work: (storage: LibraryStorage) => Promise<T>): Promise<T | null> {
    const next = tail.then(async () => {
      const storage = await getStorage();
      if (storage === null) return null;
      try {
        return await work(storage);
      } catch (error) {
        report(error instanceof EngineError && error.code === 'STORAGE_FULL' ? 'trimmed' : 'unavailable');
        return null;
      }
    });
    tail = next;
    return next;
  }

  const changed = new Map<string, LibraryImage>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const images = [...changed.values()];
    changed.clear();
    if (!isEnabled || images.length === 0) return;
    journal.write(images.filter((image) => image.outcome.state === 'cancelled').map((image) => image.id));
    void run(async (storage) => {
      await storage.update(images);
      journal.clear();
    });
  }

  async function restore(): Promise<readonly LibraryImage[]> {
    const cancelled = journal.read();
    const images = (await run((storage) => storage.readAll())) ?? [];
    return images.map((image) =>
      cancelled.has(image.id) ? { ...image, outcome: { state: 'cancelled' as const } } : image,
    );
  }

  function save(images: readonly LibraryImage[]): void {
    if (!isEnabled || images.length === 0) return;
    void run(async (storage) => {
      const gone = await storage.put(images);
      if (gone.length > 0) report('trimmed');
    });
  }

  return {
    restore: async () => (isEnabled ? await restore() : []),
    save,
    update(images) {
      if (!isEnabled) return;
      for (const image of images) changed.set(image.id, image);
      if (changed.size > 0) timer ??= setTimeout(flush, WRITE_PAUSE_MS);
    },
    flush,
    remove(ids) {
      for (const id of ids) changed.delete(id);
      if (isEnabled && ids.length > 0) void run((storage) => storage.remove(ids));
    },
    clear: async () => {
      await run((storage) => storage.clear());
    },
    setEnabled(next, images) {
      if (next === isEnabled) return;
      isEnabled = next;
      if (next) save(images);
      else void run((storage) => storage.clear());
    },
    isKept: () => isEnabled && !reported.has('unavailable'),
    adopt(images) {
      if (isEnabled) void run(async (storage) => storage.adopt(images));
    },
    forget(ids) {
      for (const id of ids) changed.delete(id);
      if (isEnabled) void run(async (storage) => storage.forget(ids));
    },
    measure: () => run((storage) => Promise.resolve(storage.measure())),
  };
}
