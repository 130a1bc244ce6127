/**
 * Which pictures were cancelled just before the page went away. IndexedDB writes that begin then may never finish;
 * a picture that somebody cancelled must not run again by itself because of that.
 */
import { quietStorage } from '../stores/quiet-storage.ts';

export interface CancelledJournal {
  write(ids: readonly string[]): void;
  read(): ReadonlySet<string>;
  clear(): void;
}

const KEY = 'isobath.cancelled';

/** In `localStorage`, which is written before the call returns. */
export function createCancelledJournal(
  storage: Pick<typeof quietStorage, 'getItem' | 'setItem' | 'removeItem'> = quietStorage,
): CancelledJournal {
  return {
    write(ids) {
      if (ids.length === 0) storage.removeItem(KEY);
      else storage.setItem(KEY, ids.join('\n'));
    },
    read() {
      const text = storage.getItem(KEY);
      return new Set(typeof text === 'string' ? text.split('\n') : []);
    },
    clear: () => storage.removeItem(KEY),
  };
}
