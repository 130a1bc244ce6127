/** The benchmark's table. */

export interface BenchRow {
  readonly name: string;
  /** What was measured, with its unit. */
  readonly ours: string;
  /** What it is compared with. */
  readonly theirs: string;
  readonly ratio: number;
  /** null: told, but not asked for. */
  readonly wanted: { readonly atMost: number } | { readonly atLeast: number } | null;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

export function formatMs(ms: number): string {
  return ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

export function formatMb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function describeWanted(ratio: number, wanted: BenchRow['wanted']): string {
  if (wanted === null) return '';
  const isMet = 'atMost' in wanted ? ratio <= wanted.atMost : ratio >= wanted.atLeast;
  const bound = 'atMost' in wanted ? `≤ ${wanted.atMost}` : `≥ ${wanted.atLeast}`;
  return isMet ? bound : `${bound} **missed**`;
}

/** A Markdown table, as the README shows it. */
export function printRows(rows: readonly BenchRow[]): void {
  console.log('\n| measure | Isobath | compared with | ratio | wanted |\n| --- | --- | --- | --- | --- |');
  for (const { name, ours, theirs, ratio, wanted } of rows) {
    const shown = ratio < 0.1 ? ratio.toFixed(4) : ratio.toFixed(2);
    console.log(`| ${name} | ${ours} | ${theirs} | ${shown} | ${describeWanted(ratio, wanted)} |`);
  }
}
