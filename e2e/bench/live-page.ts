/** Live view in a page of the benchmark: opens it, reads its figures, memory and long tasks. */
import type { Browser, Page } from '@playwright/test';
import { writeScene, type Scene } from '../support/fake-camera.ts';

/** A textured room with a box that goes from side to side, as cameras see: 640 x 480, 30 a second. */
const ROOM: Scene = {
  widthPx: 640,
  heightPx: 480,
  fps: 30,
  frameCount: 60,
  luma(x, y, frame) {
    const boxX = 60 + 8 * (frame < 30 ? frame : 60 - frame);
    const texture = ((x * 7) ^ (y * 13)) % 24;
    if (x >= boxX && x < boxX + 180 && y >= 140 && y < 420) return 200 - (x - boxX) * 0.2 + texture / 2;
    return (y > 260 ? 70 + (y - 260) * 0.5 : 100 - y * 0.15) + texture;
  },
};

export function writeRoom(path: string): void {
  writeScene(path, ROOM);
}

export interface Memory {
  readonly pageBytes: number;
  readonly allBytes: number;
}

/** Garbage is collected first, so that what is left is what is held. */
export async function readMemory(page: Page): Promise<Memory> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  const allBytes = await page.evaluate(async () => {
    const { measureUserAgentSpecificMemory } = performance as Performance & {
      measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }>;
    };
    return (await measureUserAgentSpecificMemory?.call(performance))?.bytes ?? 0;
  });
  return { pageBytes: usedSize, allBytes };
}

export async function watchLongTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const watched = window as Window & { longTasksMs?: number[] };
    watched.longTasksMs = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) watched.longTasksMs?.push(entry.duration);
    }).observe({ type: 'longtask' });
  });
}

/** Takes what was noted so far. */
export function takeLongTasks(page: Page): Promise<number[]> {
  return page.evaluate(() => (window as Window & { longTasksMs?: number[] }).longTasksMs?.splice(0) ?? []);
}

export const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** `params` of the address, `prepare` before it is opened; returns when `frames` maps have been shown. */
export async function openLive(
  browser: Browser,
  url: string,
  {
    params = {},
    prepare,
    frames = 30,
  }: {
    readonly params?: Readonly<Record<string, string>>;
    readonly prepare?: (page: Page) => Promise<void>;
    readonly frames?: number;
  } = {},
): Promise<Page> {
  const context = await browser.newContext({
    // Fetching the app for offline use happens once in its life: not while the camera is measured.
    serviceWorkers: 'block',
    viewport: { width: 1280, height: 800 },
    permissions: ['camera'],
  });
  const page = await context.newPage();
  await watchLongTasks(page);
  await prepare?.(page);
  const search = new URLSearchParams({ view: 'live', source: 'camera', ...params });
  await page.goto(`${url}?${search.toString()}`);
  await page.waitForFunction(
    (wanted) =>
      Number(document.querySelector<HTMLElement>('[data-testid=live-canvas]')?.dataset.frame) > wanted,
    frames,
    { timeout: 120_000 },
  );
  return page;
}

async function readShown(page: Page): Promise<number> {
  return Number(await page.getByTestId('live-canvas').getAttribute('data-frame'));
}

/** Frames shown a second over so long. */
export async function measureRate(page: Page, durationMs: number): Promise<number> {
  const from = await readShown(page);
  const startedMs = performance.now();
  await page.waitForTimeout(durationMs);
  return ((await readShown(page)) - from) / ((performance.now() - startedMs) / 1000);
}

export interface LiveFigures {
  readonly latencyMs: number;
  readonly backend: string;
  readonly stagesMs: Readonly<Record<string, number>>;
}

/** What the page's own panel says now. */
export async function readFigures(page: Page): Promise<LiveFigures> {
  const hud = page.getByTestId('live-hud');
  const stages = await page
    .locator('[data-stage]')
    .evaluateAll((rows) =>
      rows.map((row) => [row.getAttribute('data-stage') ?? '', Number(row.getAttribute('data-ms'))] as const),
    );
  return {
    latencyMs: Number(await hud.getAttribute('data-latency-ms')),
    backend: (await hud.getAttribute('data-backend')) ?? '',
    stagesMs: Object.fromEntries(stages),
  };
}
