/** Browser storage for settings: where it is blocked or full, nothing is remembered and everything else goes on. */
import type { StateStorage } from 'zustand/middleware';

/** Where the settings are kept. */
export const SETTINGS_KEY = 'isobath.settings';

function attempt<T>(work: () => T, fallback: T): T {
  try {
    return work();
  } catch {
    return fallback;
  }
}

/** True where nothing is remembered of an earlier visit, and something could be. */
export function isFirstVisit(): boolean {
  return attempt(() => localStorage.length === 0, false);
}

/** `localStorage` that never throws: reading the property, reading and writing all may, in private windows or on a full disk. */
export const quietStorage = {
  getItem: (key) => attempt(() => localStorage.getItem(key), null),
  setItem: (key, value) => attempt(() => localStorage.setItem(key, value), undefined),
  removeItem: (key) => attempt(() => localStorage.removeItem(key), undefined),
} satisfies StateStorage;
