/** The choices that the settings panel offers. */

export const TIMEOUTS_MS = [15_000, 30_000, 60_000, 120_000, 300_000] as const;

const MB = 1024 * 1024;
export const CACHE_BUDGETS_BYTES = [0, 64 * MB, 256 * MB, 512 * MB, 1024 * MB, 2048 * MB] as const;

/** The offered values and the one that is set, in order. */
export function withValue(offered: readonly number[], value: number): readonly number[] {
  return [...new Set([...offered, value])].sort((a, b) => a - b);
}

/** 1 up to the processor's cores, and the count that is set even where it is more. */
export function listCounts(cores: number, max: number, chosen: 'auto' | number): readonly number[] {
  const counts = Array.from({ length: Math.max(1, Math.min(cores, max)) }, (_, index) => index + 1);
  return chosen === 'auto' ? counts : withValue(counts, chosen);
}
