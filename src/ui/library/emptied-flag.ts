/** Remembers that the user emptied the library, so that the next visit does not put a sample back. */
const KEY = 'isobath.library-emptied';

export interface EmptiedFlag {
  isSet(): boolean;
  set(isEmptied: boolean): void;
}

/** Where storage is blocked, nothing is remembered. */
export function createEmptiedFlag(getStorage: () => Storage = () => localStorage): EmptiedFlag {
  return {
    isSet() {
      try {
        return getStorage().getItem(KEY) !== null;
      } catch {
        return false;
      }
    },
    set(isEmptied) {
      try {
        if (isEmptied) getStorage().setItem(KEY, '1');
        else getStorage().removeItem(KEY);
      } catch {
        // Blocked storage: the sample comes back next time, which is no harm.
      }
    },
  };
}
