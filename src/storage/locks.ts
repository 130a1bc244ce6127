/** Named locks: over all tabs where the browser has them, over this worker where it has not (plain http). */
import { formatVariantKey, type VariantKey } from '../platform/browser/model-files.ts';

export interface Locks {
  runExclusive<T>(name: string, run: () => Promise<T>): Promise<T>;
  /** `run(false)` when somebody holds the lock. */
  runIfFree<T>(name: string, run: (isHeld: boolean) => Promise<T>): Promise<T>;
  /** Resolves when nobody holds it exclusively. */
  waitUntilFree(name: string): Promise<void>;
  listHeld(): Promise<ReadonlySet<string>>;
}

/** Held by the one tab that downloads, imports or verifies this variant. */
export function downloadLockName(key: VariantKey): string {
  return `isobath:model-download:${formatVariantKey(key)}`;
}

/** Web Locks: shared by all tabs of the origin, released when a tab dies. */
export function createWebLocks(manager: LockManager): Locks {
  return {
    runExclusive: (name, run) => manager.request(name, run),
    runIfFree: (name, run) => manager.request(name, { ifAvailable: true }, (lock) => run(lock !== null)),
    waitUntilFree: (name) => manager.request(name, { mode: 'shared' }, () => undefined),
    async listHeld() {
      const { held = [] } = await manager.query();
      return new Set(held.flatMap((lock) => lock.name ?? []));
    },
  };
}

export function createLocalLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  const runExclusive = <T>(name: string, run: () => Promise<T>): Promise<T> => {
    const previous = tails.get(name) ?? Promise.resolve();
    const current = previous.catch(() => undefined).then(run);
    tails.set(name, current);
    const forget = (): void => {
      if (tails.get(name) === current) tails.delete(name);
    };
    current.then(forget, forget);
    return current;
  };
  return {
    runExclusive,
    runIfFree: (name, run) => (tails.has(name) ? run(false) : runExclusive(name, () => run(true))),
    waitUntilFree: (name) => runExclusive(name, () => Promise.resolve()),
    listHeld: () => Promise.resolve(new Set(tails.keys())),
  };
}
