/** Memory as a row of the table. */
import { formatMb, type BenchRow } from './table.ts';

export function describeMemory(name: string, bytes: number, sizeBytes: number, atMost: number): BenchRow {
  return {
    name: `${name}, over the baseline, against the file`,
    ours: formatMb(bytes),
    theirs: formatMb(sizeBytes),
    ratio: bytes / sizeBytes,
    wanted: { atMost },
  };
}
