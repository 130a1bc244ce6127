import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countTests, settleCounts } from './count-tests.ts';

function writeReport(report: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), 'isobath-report-')), 'report.json');
  writeFileSync(path, JSON.stringify(report));
  return path;
}

describe('countTests', () => {
  it('reads the totals of a Vitest report', () => {
    const path = writeReport({ numPassedTests: 12, numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 });
    expect(countTests('vitest', path)).toEqual({ passed: 12, failed: 2, skipped: 2 });
  });

  it('counts a Playwright test that passed on a retry as passed', () => {
    const path = writeReport({ stats: { expected: 5, unexpected: 1, flaky: 2, skipped: 3 } });
    expect(countTests('playwright', path)).toEqual({ passed: 7, failed: 1, skipped: 3 });
  });

  it('gives null for a missing file and for a report of another shape', () => {
    expect(countTests('vitest', '/nonexistent/report.json')).toBeNull();
    expect(countTests('playwright', writeReport({ stats: {} }))).toBeNull();
  });
});

describe('settleCounts', () => {
  it('counts a step without a report as one', () => {
    expect(settleCounts(null, true)).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(settleCounts(null, false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('adds a failure when the runner failed although every test passed', () => {
    expect(settleCounts({ passed: 9, failed: 0, skipped: 0 }, false)).toEqual({
      passed: 9,
      failed: 1,
      skipped: 0,
    });
  });
});
