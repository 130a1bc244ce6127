/**
 * Every check, one after the other: goes on after a failure, then prints a table and one line with the sum.
 * The last line is `N passed, N failed`: tests by number, every other step as one.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { countTests, settleCounts, type TestCounts } from './count-tests.ts';
import { runStep } from './run-step.ts';

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  readonly limitMinutes: number;
  readonly report?: { readonly kind: 'vitest' | 'playwright'; readonly path: string };
}

interface Row {
  readonly name: string;
  readonly verdict: string;
  readonly seconds: number;
  readonly counts: TestCounts;
}

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
const REPORTS = 'test-results/reports';
const bin = (name: string) => `node_modules/.bin/${name}`;

/** `command` ends where arguments for Vitest may follow. */
function vitestStep(name: string, command: readonly string[], limitMinutes: number): Step {
  const path = `${REPORTS}/${name.replaceAll(' ', '-')}.json`;
  return {
    name,
    command: [...command, '--reporter=default', '--reporter=json', `--outputFile.json=${path}`],
    limitMinutes,
    report: { kind: 'vitest', path },
  };
}

const vitest = (project: string) => [bin('vitest'), 'run', '--project', project];

/** Limits are for what hangs: three times what a step takes on two busy cores. */
const STEPS: readonly Step[] = [
  { name: 'chromium', command: [bin('tsx'), 'e2e/tools/install-chromium.ts'], limitMinutes: 22 },
  // A lock file made on one platform can miss what others need; `npm ci` would then refuse.
  { name: 'lock file', command: ['npm', 'ci', '--dry-run', '--silent'], limitMinutes: 6 },
  { name: 'types', command: [bin('tsc'), '-b'], limitMinutes: 10 },
  { name: 'lint', command: [bin('eslint'), '.', '--max-warnings', '0'], limitMinutes: 10 },
  { name: 'format', command: [bin('prettier'), '--check', '.', '--log-level', 'warn'], limitMinutes: 10 },
  { name: 'unused code', command: [bin('knip')], limitMinutes: 10 },
  vitestStep('unit tests', vitest('unit'), 20),
  vitestStep('browser tests', vitest('browser'), 40),
  { name: 'build', command: [bin('vite'), 'build', '--logLevel', 'warn'], limitMinutes: 10 },
  { name: 'build check', command: [bin('tsx'), 'e2e/tools/check-build.ts'], limitMinutes: 4 },
  {
    name: 'e2e tests',
    command: [bin('playwright'), 'test', '-c', 'e2e/playwright.config.ts'],
    limitMinutes: 60,
    report: { kind: 'playwright', path: `${REPORTS}/e2e.json` },
  },
  vitestStep('other browsers', [bin('tsx'), 'e2e/tools/other-browsers.ts'], 30),
];

function describeVerdict(isTimeout: boolean, code: number | null, limitMinutes: number): string {
  if (isTimeout) return `FAILED: over ${limitMinutes} min`;
  return code === 0 ? 'ok' : `FAILED: exit ${code ?? 'none'}`;
}

async function runAll(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const step of STEPS) {
    console.log(`\n== ${step.name}`);
    if (step.report) rmSync(step.report.path, { force: true });
    const outcome = await runStep(step.command, { timeoutMs: step.limitMinutes * 60_000 });
    const counts = step.report ? countTests(step.report.kind, step.report.path) : null;
    // A test step without a whole report has not shown that it passed.
    const isOk = outcome.code === 0 && (!step.report || counts !== null);
    rows.push({
      name: step.name,
      verdict: describeVerdict(outcome.isTimeout, isOk ? 0 : (outcome.code ?? 1), step.limitMinutes),
      seconds: outcome.seconds,
      counts: settleCounts(counts, isOk),
    });
  }
  return rows;
}

function printRows(rows: readonly Row[]): void {
  console.log(
    `\n${'step'.padEnd(16)}${'seconds'.padStart(9)}${'passed'.padStart(8)}${'failed'.padStart(8)}  verdict`,
  );
  for (const { name, seconds, counts, verdict } of rows) {
    console.log(
      `${name.padEnd(16)}${seconds.toFixed(1).padStart(9)}${String(counts.passed).padStart(8)}` +
        `${String(counts.failed).padStart(8)}  ${verdict}`,
    );
  }
}

mkdirSync(REPORTS, { recursive: true });
const rows = await runAll();
printRows(rows);
const sum = (pick: (counts: TestCounts) => number) =>
  rows.reduce((total, row) => total + pick(row.counts), 0);
const failed = sum((counts) => counts.failed);
const skipped = sum((counts) => counts.skipped);
console.log(
  `\n${sum((counts) => counts.passed)} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);
process.exitCode = failed === 0 ? 0 : 1;
