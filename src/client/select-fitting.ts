/** Which of several new results a cache should keep. */
import type { EncodedResult } from './result-codec.ts';

/** The last of each key, newest first, as many of the newest as the budget holds: the others would be evicted at once. */
export function selectFitting<
  Result extends { readonly entry: Pick<EncodedResult['entry'], 'key' | 'sizeBytes'> },
>(results: readonly Result[], budgetBytes: number): readonly Result[] {
  const newestFirst = [...new Map(results.map((result) => [result.entry.key, result])).values()].reverse();
  let sizeBytes = 0;
  return newestFirst.filter(({ entry }) => {
    if (sizeBytes + entry.sizeBytes > budgetBytes) return false;
    sizeBytes += entry.sizeBytes;
    return true;
  });
}
