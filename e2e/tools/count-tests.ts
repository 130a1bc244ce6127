/** Reads how many tests passed and failed from the JSON reports of Vitest and Playwright. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number().default(0),
});

const playwrightReport = z.object({
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
});

/** Counts of a report, or null when there is none or it is not whole. A test that passed on a retry counts as passed. */
export function countTests(kind: 'vitest' | 'playwright', path: string): TestCounts | null {
  try {
    const report: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (kind === 'vitest') {
      const counts = vitestReport.parse(report);
      return {
        passed: counts.numPassedTests,
        failed: counts.numFailedTests,
        skipped: counts.numPendingTests + counts.numTodoTests,
      };
    }
    const { stats } = playwrightReport.parse(report);
    return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
  } catch {
    return null;
  }
}

/** What a step adds to the sum: a failed step adds at least one failure, also when its report claims none. */
export function settleCounts(counts: TestCounts | null, isOk: boolean): TestCounts {
  if (counts === null) return { passed: isOk ? 1 : 0, failed: isOk ? 0 : 1, skipped: 0 };
  return isOk ? counts : { ...counts, failed: Math.max(1, counts.failed) };
}
