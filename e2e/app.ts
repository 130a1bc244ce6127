/** The app as tests see it: only through its stable hooks, its roles and its names. */
import { test as base, expect, type CDPSession, type Locator, type Page } from '@playwright/test';
import { decode, type DecodedPng } from 'fast-png';
import type { PictureFile } from './support/pictures.ts';
import { untilStored, type StoredCounts } from './support/stored.ts';

export type CardState = 'queued' | 'processing' | 'done' | 'failed' | 'cancelled';

export interface LibraryCounts {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
}

export interface App {
  readonly page: Page;
  readonly library: Locator;
  readonly canvas: Locator;
  readonly statusBackend: Locator;
  readonly statusQueue: Locator;
  /** Opens the app with URL parameters and waits until it takes pictures. */
  open(params?: Readonly<Record<string, string>>): Promise<void>;
  /** Through the file input, as the picker does. */
  add(files: readonly PictureFile[] | readonly string[]): Promise<void>;
  /** A real drag from the desktop: absolute paths of files and folders. */
  dropPaths(paths: readonly string[]): Promise<void>;
  card(name: string): Locator;
  cards(state?: CardState): Locator;
  counts(): Promise<LibraryCounts>;
  waitForCounts(counts: Partial<LibraryCounts>, timeoutMs?: number): Promise<void>;
  /** Waits until nothing waits or runs. */
  waitUntilIdle(timeoutMs?: number): Promise<void>;
  untilStored(wanted: StoredCounts): Promise<void>;
  select(name: string): Promise<void>;
  setMode(name: 'Photo' | 'Map' | 'Side by side' | 'Compare' | 'Overlay'): Promise<void>;
  /** How many times the viewer has drawn. */
  frame(): Promise<number>;
  /** Waits until the viewer has drawn after `frame` and stopped drawing. */
  settle(sinceFrame?: number): Promise<number>;
  /** What is on screen where the viewer is: a decoded screenshot of the canvas. */
  pixels(): Promise<DecodedPng>;
}

/** A screen that never stands still is the test's own to judge. */
const MAX_SHOTS = 8;

/** Of a page that a test opens itself, beside its own. */
export function createApp(page: Page): App {
  const library = page.getByTestId('library');
  const canvas = page.getByTestId('viewer-canvas');
  const counts = async (): Promise<LibraryCounts> => {
    const read = async (name: string) => Number(await library.getAttribute(name));
    return {
      total: await read('data-count'),
      done: await read('data-count-done'),
      failed: await read('data-count-failed'),
    };
  };
  const frame = async () => Number(await canvas.getAttribute('data-frame'));
  let drag: CDPSession | null = null;
  return {
    page,
    library,
    canvas,
    statusBackend: page.getByTestId('status-backend'),
    statusQueue: page.getByTestId('status-queue'),
    counts,
    frame,
    async open(params = {}) {
      await page.goto(`?${new URLSearchParams(params).toString()}`);
      await expect(page.getByTestId('file-input')).toBeAttached();
      await expect(library).toBeAttached();
    },
    async add(files) {
      await page.getByTestId('file-input').setInputFiles([...files] as PictureFile[] | string[]);
    },
    async dropPaths(paths) {
      drag ??= await page.context().newCDPSession(page);
      const data = { items: [], files: [...paths], dragOperationsMask: 1 };
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
        await drag.send('Input.dispatchDragEvent', { type, x: 640, y: 300, data });
      }
    },
    card: (name) => page.locator(`[data-testid="card"][data-name="${name}"]`),
    cards: (state) =>
      page.locator(state ? `[data-testid="card"][data-state="${state}"]` : '[data-testid="card"]'),
    async waitForCounts(wanted, timeoutMs = 120_000) {
      await expect.poll(counts, { timeout: timeoutMs }).toMatchObject(wanted);
    },
    async waitUntilIdle(timeoutMs = 120_000) {
      // Both at one moment: a crashed worker's picture goes back from work into the line.
      const active = ['queued', 'processing'].map((state) => `[data-testid="card"][data-state="${state}"]`);
      await expect(page.locator(active.join(', '))).toHaveCount(0, { timeout: timeoutMs });
    },
    untilStored: (wanted) => untilStored(page, wanted),
    async select(name) {
      await page.locator(`[data-testid="card"][data-name="${name}"]`).click();
    },
    async setMode(name) {
      await page.getByRole('radio', { name, exact: true }).click();
    },
    async settle(sinceFrame = -1) {
      await expect.poll(frame).toBeGreaterThan(sinceFrame);
      await expect(canvas).toHaveAttribute('data-content', /map|labels/);
      let last = Number.NaN;
      await expect
        .poll(
          async () => {
            const { now, isBusy } = await canvas.evaluate(({ dataset }) => ({
              now: Number(dataset.frame),
              isBusy: dataset.busy !== undefined || dataset.loading !== undefined,
            }));
            const isStill = now === last && !isBusy;
            last = now;
            return isStill;
          },
          { intervals: [100, 300] },
        )
        .toBe(true);
      // Drawn by a worker: on screen a few frames later.
      await page.waitForTimeout(300);
      return last;
    },
    async pixels() {
      // More frames later on a busy machine: until two shots are the same.
      let shot = await canvas.screenshot();
      for (let attempt = 0; attempt < MAX_SHOTS; attempt++) {
        const next = await canvas.screenshot();
        if (next.equals(shot)) break;
        shot = next;
      }
      return decode(shot);
    },
  };
}

/** What every test watches for without saying so. */
interface Watch {
  readonly errors: string[];
  readonly foreignRequests: string[];
}

function watchPage(page: Page, origin: string): Watch {
  const watch: Watch = { errors: [], foreignRequests: [] };
  page.on('pageerror', (error) => watch.errors.push(String(error)));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== origin) watch.foreignRequests.push(request.url());
  });
  return watch;
}

/** A test gets the app on an empty profile; afterwards nothing may have been thrown, and no request may have left the origin. */
export const test = base.extend<{ app: App; expectedErrors: RegExp[] }>({
  expectedErrors: [[], { option: true }],
  app: async ({ page, baseURL, expectedErrors }, use) => {
    const watch = watchPage(page, new URL(baseURL ?? '').origin);
    await use(createApp(page));
    const unexpected = watch.errors.filter((text) => !expectedErrors.some((pattern) => pattern.test(text)));
    expect(unexpected, 'uncaught errors in the page').toEqual([]);
    expect(watch.foreignRequests, 'requests that left the origin').toEqual([]);
  },
});

export { expect };
