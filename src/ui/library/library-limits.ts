/** Bounds of the library, stated in the settings panel and in the README. */

/** Pictures in the library at once: each is a row, a thumbnail and a task. */
export const MAX_LIBRARY_COUNT = 1000;

/** What is kept for the next visit; the oldest go first. */
export const KEPT_LIMITS = { maxCount: 500, maxBytes: 1024 ** 3 } as const;
export type KeptLimits = { readonly maxCount: number; readonly maxBytes: number };
