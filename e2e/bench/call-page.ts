/** The client on a page without the app's UI: calls, as the peer's page makes them. */
import type { BenchSetting } from './bench-setting.ts';
import type { Calls } from './call-site/page.ts';
import { median } from './table.ts';

type CallWindow = Window & { calls: Calls };

/** The slot for lone pictures starts in a pause. */
const PAUSE_MS = 3000;

export interface CallTimes {
  readonly togetherMs: number;
  readonly aloneMs: number;
}

/** Calls of the client: milliseconds per photo of all at once, and of each in its turn. Warm. */
export async function runCalls(
  { browser, callUrl, photos }: BenchSetting,
  params: Readonly<Record<string, string>> = {},
): Promise<CallTimes> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${callUrl}?${new URLSearchParams(params).toString()}`);
  await page.waitForFunction(() => 'calls' in window);
  const urls = photos.map((_, index) => `/photos/${index}.jpg`);
  const runTogether = (list: readonly string[]) =>
    page.evaluate((all) => (window as unknown as CallWindow).calls.runTogether(all), list);
  // The first runs of a worker are compiled while they run.
  await runTogether(urls.slice(0, 12));
  const togetherMs = (await runTogether(urls)) / urls.length;
  await page.waitForTimeout(PAUSE_MS);
  const times = await page.evaluate(
    (all) => (window as unknown as CallWindow).calls.runInTurn(all),
    urls.slice(0, 20),
  );
  await context.close();
  return { togetherMs, aloneMs: median(times.slice(4)) };
}
