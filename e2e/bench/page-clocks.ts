/** Clocks inside the page, so that the driver's own delays are not measured. */
import type { Page } from '@playwright/test';

/** What the clocks in the page noted; times are `performance.now()`. */
export interface Clocks {
  /** First time each picture was seen as done, by name. */
  doneAtMs: Record<string, number>;
  /** Start of the last import. */
  addedAtMs: number;
  /** When the file input was there. */
  readyAtMs: number;
  /** Each draw of the viewer, and the name of the picture that was drawn. */
  draws: { atMs: number; hasMap: boolean; name: string }[];
  /** Start and length of tasks over 50 ms. */
  longTasks: { startMs: number; durationMs: number }[];
  doneCount: number;
}

export type ClockWindow = Window & { clocks: Clocks };

/** Runs in the page before anything else. */
export function startClocks(): void {
  const clocks: Clocks = {
    doneAtMs: {},
    addedAtMs: 0,
    readyAtMs: 0,
    draws: [],
    longTasks: [],
    doneCount: 0,
  };
  (window as unknown as ClockWindow).clocks = clocks;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      clocks.longTasks.push({ startMs: startTime, durationMs: duration });
    }
  }).observe({ type: 'longtask', buffered: true });
  new MutationObserver((records) => {
    const now = performance.now();
    for (const { attributeName, target } of records) {
      if (attributeName !== 'data-frame' || !(target instanceof HTMLElement)) continue;
      const hasMap = /map|labels/.test(target.dataset.content ?? '');
      clocks.draws.push({ atMs: now, hasMap, name: target.ariaLabel ?? '' });
    }
    for (const card of document.querySelectorAll('[data-testid="card"][data-state="done"]')) {
      clocks.doneAtMs[card.getAttribute('data-name') ?? ''] ??= now;
    }
    if (clocks.readyAtMs === 0 && document.querySelector('[data-testid="file-input"]') !== null) {
      clocks.readyAtMs = now;
    }
    const library = document.querySelector('[data-testid="library"]');
    clocks.doneCount = Number(library?.getAttribute('data-count-done') ?? 0);
  }).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-state', 'data-frame', 'data-count-done'],
  });
}

export function readClocks(page: Page): Promise<Clocks> {
  return page.evaluate(() => (window as unknown as ClockWindow).clocks);
}

/** Sum of the tasks over 50 ms on the main thread since the first paint. */
export async function readLongTasksMs(page: Page): Promise<number> {
  const firstPaintMs = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
  );
  const { longTasks } = await readClocks(page);
  return longTasks
    .filter(({ startMs }) => startMs > firstPaintMs)
    .reduce((sum, { durationMs }) => sum + durationMs, 0);
}
