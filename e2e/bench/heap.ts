/** What stays in memory when pictures come and go. */
import type { Page } from '@playwright/test';
import type { BenchSetting } from './bench-setting.ts';
import { openPhotoApp } from './photo-app.ts';
import { firstOf, vary } from './photo-batch.ts';
import type { BenchRow } from './table.ts';

/** Bytes that scripts of the page and its workers hold, after a garbage collection. */
async function readHeap(page: Page): Promise<{ pageBytes: number; allBytes: number | null }> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const pageBytes = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
  await session.detach();
  const allBytes = await page.evaluate(async () => {
    const { measureUserAgentSpecificMemory: measure } = performance as Performance & {
      measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }>;
    };
    return measure === undefined ? null : (await measure.call(performance)).bytes;
  });
  return { pageBytes, allBytes };
}

/** Heap after 300 pictures against after 30. */
export async function measureHeap({ browser, site, photos }: BenchSetting): Promise<BenchRow[]> {
  const app = await openPhotoApp(browser, site, {
    photo: vary(firstOf(photos), 8),
    // Without the slot for lone pictures: its second thread sleeps, and the browser waits for its answer about memory
    // until it gives up and leaves workers out.
    params: { ep: 'wasm', workers: '2', threads: '1' },
  });
  const batch = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      name: `heap-${from + index}.jpg`,
      bytes: vary(photos[(from + index) % photos.length] ?? firstOf(photos), 1000 + from + index),
    }));
  await app.runAll(batch(0, 30));
  // Computed again, so that the engine has compiled what it will compile: code is no heap of pictures.
  for (let round = 0; round < 3; round++) await app.rerunAll();
  const early = await readHeap(app.page);
  for (let from = 30; from < 300; from += 90) await app.runAll(batch(from, 90));
  const late = await readHeap(app.page);
  await app.close();
  const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const rows: BenchRow[] = [
    {
      name: 'JS heap of the page after 300 pictures, against after 30',
      ours: mib(late.pageBytes),
      theirs: mib(early.pageBytes),
      ratio: late.pageBytes / early.pageBytes,
      wanted: { atMost: 1.1 },
    },
  ];
  if (early.allBytes !== null && late.allBytes !== null) {
    rows.push({
      name: 'memory of page and workers after 300 pictures, against after 30',
      ours: mib(late.allBytes),
      theirs: mib(early.allBytes),
      ratio: late.allBytes / early.allBytes,
      wanted: { atMost: 1.1 },
    });
  }
  return rows;
}
