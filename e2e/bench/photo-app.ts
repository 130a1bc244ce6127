/** The app in a fresh browser profile, from opening to a picture that is drawn. */
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { DEMO_SAMPLE } from '../../src/ui/samples.ts';
import type { BuildSite } from '../tools/serve.ts';
import { importPhotos, type NamedPhoto } from './import-photos.ts';
import { readClocks, readLongTasksMs, startClocks, type ClockWindow } from './page-clocks.ts';

/** A new window's own start, before the page is opened. */
export const WINDOW_SETTLE_MS = 1500;

/** After a map is drawn nothing else is drawn for this long. */
const SETTLE_MS = 400;

export interface PhotoApp {
  readonly page: Page;
  readonly context: BrowserContext;
  /** From the moment the page can take a picture to the first one done: what the first drop on a new page costs. */
  readonly firstRunMs: number;
  /**
   * From the start of navigation to the first map drawn. The site serves `photo` as its sample: a driver that stands
   * between the page and its requests would cost a tenth of the time.
   */
  readonly firstDepthMs: number;
  /** Imports all at once; milliseconds from the import to the last one done. */
  runAll(photos: readonly NamedPhoto[]): Promise<number>;
  /** One step more of detail: all pictures but the selected are computed again; milliseconds to the last one. */
  rerunAll(): Promise<number>;
  /**
   * Imports one; milliseconds to its card being done, to its map being drawn, and to the last draw (where the processor
   * draws, following edges comes a moment after the map).
   */
  runOne(photo: NamedPhoto): Promise<{ doneMs: number; drawnMs: number; edgesMs: number }>;
  /** Sum of the tasks over 50 ms on the main thread since the first paint. */
  readLongTasksMs(): Promise<number>;
  close(): Promise<void>;
}

interface PhotoAppOptions {
  /** Takes the place of the bundled sample. */
  readonly photo: Buffer;
  readonly params?: Readonly<Record<string, string>>;
  /** Runs on the empty profile before the app is opened. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** Opens the app on an empty profile and waits for the first map; the caller closes it. */
export async function openPhotoApp(
  browser: Browser,
  site: BuildSite,
  { photo, params = {}, prepare }: PhotoAppOptions,
): Promise<PhotoApp> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await prepare?.(page);
  await page.addInitScript(startClocks);
  site.files.set(`/samples/${DEMO_SAMPLE}.jpg`, photo);
  // A new window loads parts of the browser's own; that is not the page's time.
  await page.waitForTimeout(WINDOW_SETTLE_MS);
  await page.goto(`${site.url}?${new URLSearchParams(params).toString()}`);
  const waitForDone = (count: number) =>
    page.waitForFunction((wanted) => (window as unknown as ClockWindow).clocks.doneCount >= wanted, count, {
      timeout: 120_000,
      polling: 50,
    });
  await waitForDone(1);
  await page.waitForFunction(
    () => (window as unknown as ClockWindow).clocks.draws.some(({ hasMap }) => hasMap),
    null,
    { polling: 50 },
  );
  /** The bundled sample gives way to the first import. */
  let importedCount = 0;
  const opened = await readClocks(page);
  const firstDepthMs = opened.draws.find(({ hasMap }) => hasMap)?.atMs ?? Number.NaN;
  const firstRunMs = Math.min(...Object.values(opened.doneAtMs)) - opened.readyAtMs;
  // Then the app keeps itself for offline use, once in its life: what is measured from here on comes after that.
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  /** Only the cards on screen carry a state; the library's count says when the last one is done. */
  const watchForAllDone = (wanted: number) =>
    page.evaluate((count) => {
      const { clocks } = window as unknown as ClockWindow;
      delete clocks.doneAtMs['(all)'];
      new MutationObserver((_, observer) => {
        const library = document.querySelector('[data-testid="library"]');
        if (Number(library?.getAttribute('data-count-done')) < count) return;
        clocks.doneAtMs['(all)'] = performance.now();
        observer.disconnect();
      }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-count-done'] });
    }, wanted);
  return {
    page,
    context,
    firstDepthMs,
    firstRunMs,
    async runAll(photos) {
      importedCount += photos.length;
      await watchForAllDone(importedCount);
      await importPhotos(page, photos);
      await waitForDone(importedCount);
      const { doneAtMs, addedAtMs } = await readClocks(page);
      return (doneAtMs['(all)'] ?? Number.NaN) - addedAtMs;
    },
    async rerunAll() {
      const detail = page.getByRole('slider', { name: 'Detail' });
      await detail.press('ArrowRight');
      await page.getByRole('button', { name: 'Run all again' }).waitFor();
      await waitForDone(importedCount);
      await watchForAllDone(importedCount);
      await page.evaluate(() => {
        const button = [...document.querySelectorAll('button')].find(
          ({ textContent }) => textContent === 'Run all again',
        );
        (window as unknown as ClockWindow).clocks.addedAtMs = performance.now();
        button?.click();
      });
      await page.waitForFunction(() => '(all)' in (window as unknown as ClockWindow).clocks.doneAtMs, null, {
        timeout: 120_000,
        polling: 50,
      });
      const { doneAtMs, addedAtMs } = await readClocks(page);
      return (doneAtMs['(all)'] ?? Number.NaN) - addedAtMs;
    },
    async runOne(photo) {
      importedCount += 1;
      await importPhotos(page, [photo]);
      await page.waitForFunction(
        (name) => {
          const { clocks } = window as unknown as ClockWindow;
          return name in clocks.doneAtMs && clocks.draws.some((draw) => draw.hasMap && draw.name === name);
        },
        photo.name,
        { timeout: 120_000, polling: 50 },
      );
      await page.waitForTimeout(SETTLE_MS);
      const { doneAtMs, addedAtMs, draws } = await readClocks(page);
      const doneMs = doneAtMs[photo.name] ?? Number.NaN;
      // The card may say so after the viewer has drawn it.
      const drawnMs = draws.find(({ hasMap, name }) => hasMap && name === photo.name)?.atMs ?? Number.NaN;
      const edgesMs = draws.at(-1)?.atMs ?? Number.NaN;
      return { doneMs: doneMs - addedAtMs, drawnMs: drawnMs - addedAtMs, edgesMs: edgesMs - addedAtMs };
    },
    readLongTasksMs: () => readLongTasksMs(page),
    close: () => context.close(),
  };
}
