/** What the benchmark measures of human parsing. */
import type { Browser } from '@playwright/test';
import type { BenchSetting } from './bench-setting.ts';
import { makePhotos } from './make-photos.ts';
import { openPhotoApp, type PhotoApp } from './photo-app.ts';
import { measurePostprocessing } from './post-processing.ts';
import { formatMs, median, type BenchRow } from './table.ts';

const ROUNDS = 3;
const LARGE = { widthPx: 4000, heightPx: 3000 } as const;

/** Two workers against one, one thread each: from import to done. */
async function measureWorkers({ browser, site, photos }: BenchSetting): Promise<BenchRow> {
  const perSecond: Record<1 | 2, number[]> = { 1: [], 2: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const workers of [1, 2] as const) {
      const app = await openPhotoApp(browser, site, {
        photo: photos[0] ?? Buffer.of(),
        params: { ep: 'wasm', task: 'parsing', workers: String(workers), threads: '1' },
      });
      const name = (photo: Buffer, index: number) => ({ name: `parts-${index}.jpg`, bytes: photo });
      // The first runs of a worker are compiled while they run.
      await app.runAll(photos.slice(1, 7).map(name));
      const batch = photos.slice(7).map((photo, index) => name(photo, index + 7));
      perSecond[workers].push((1000 * batch.length) / (await app.runAll(batch)));
      await app.close();
    }
  }
  const [one, two] = [median(perSecond[1]), median(perSecond[2])];
  return {
    name: `${photos.length - 7} photos parsed, from import to done, 2 workers against 1`,
    ours: `${two.toFixed(1)} images/s`,
    theirs: `${one.toFixed(1)} images/s`,
    ratio: two / one,
    wanted: { atLeast: 1.8 },
  };
}

async function chooseTask({ page }: PhotoApp, name: 'Depth' | 'Both'): Promise<void> {
  await page.getByLabel('All pictures').getByRole('radio', { name, exact: true }).click();
}

/** From choosing both tasks for a picture that has depth to its parts being done; by clocks in the page. */
async function timeSecondTask({ page }: PhotoApp, cardName: string): Promise<number> {
  return page.evaluate(async (name) => {
    const card = document.querySelector(`[data-testid="card"][data-name="${name}"]`);
    const both = [...document.querySelectorAll('[role="radio"]')].find(
      ({ textContent }) => textContent === 'Both',
    );
    if (card === null || !(both instanceof HTMLElement)) throw new Error('no card, or no task to choose');
    const startedMs = performance.now();
    return new Promise<number>((resolve) => {
      let hasLeft = false;
      new MutationObserver((_, observer) => {
        const isDone = card.getAttribute('data-state') === 'done';
        hasLeft ||= !isDone;
        if (!hasLeft || !isDone) return;
        observer.disconnect();
        resolve(performance.now() - startedMs);
      }).observe(card, { attributes: true, attributeFilter: ['data-state'] });
      both.click();
    });
  }, cardName);
}

/** Depth and parsing of a large JPEG at once, which decodes it once, against one after the other. */
async function measureBothTasks({ browser, site, photos }: BenchSetting): Promise<BenchRow> {
  const large = await makeLargePhotos(browser);
  const [together, apart]: [number[], number[]] = [[], []];
  for (const [round, bytes] of large.entries()) {
    const open = () =>
      openPhotoApp(browser, site, {
        photo: photos[round] ?? Buffer.of(),
        // Both models are loaded for the first picture; one slot, so that two runs cannot overlap.
        params: { ep: 'wasm', task: 'both', workers: '1', threads: '1' },
      });
    const name = `large-${round}.jpg`;
    const once = await open();
    together.push((await once.runOne({ name, bytes })).doneMs);
    await once.close();
    const twice = await open();
    await chooseTask(twice, 'Depth');
    const depthMs = (await twice.runOne({ name, bytes })).doneMs;
    apart.push(depthMs + (await timeSecondTask(twice, name)));
    await twice.close();
  }
  return {
    name: 'both tasks of a 12-megapixel JPEG from one decode, against one task after the other',
    ours: formatMs(median(together)),
    theirs: formatMs(median(apart)),
    ratio: median(together) / median(apart),
    wanted: { atMost: 0.9 },
  };
}

async function makeLargePhotos(browser: Browser): Promise<Buffer[]> {
  const page = await browser.newPage();
  try {
    return await makePhotos(page, ROUNDS, LARGE.widthPx, LARGE.heightPx);
  } finally {
    await page.close();
  }
}

/** Post-processing in Node; throughput and shared decoding in the app. */
export async function measureParsing(setting: BenchSetting): Promise<BenchRow[]> {
  return [...measurePostprocessing(), await measureWorkers(setting), await measureBothTasks(setting)];
}
