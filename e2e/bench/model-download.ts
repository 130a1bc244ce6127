/** What a download takes, in time and memory. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { describeMemory } from './memory-row.ts';
import { canReadMemory, readMemory, watchPeak } from './process-memory.ts';
import { formatMb, formatMs, type BenchRow } from './table.ts';

/** What the page and the browser still have to do comes to rest. */
const SETTLE_MS = 3000;

/** From the click on Download to "ready", and what it takes in memory meanwhile. */
export async function measureDownload(
  page: Page,
  profile: string,
  {
    siteUrl,
    modelUrl,
    modelId,
  }: { readonly siteUrl: string; readonly modelUrl: string; readonly modelId: string },
  model: Buffer,
): Promise<BenchRow[]> {
  await page.goto(`${siteUrl}?view=models&ep=wasm`);
  const card = page.locator(`[data-testid="model-card"][data-model="${modelId}"]`);
  const button = card.getByRole('button', { name: 'Download', exact: true });
  await button.waitFor();
  // The app keeps itself for offline use meanwhile; that is not the download's.
  await page.evaluate(() => navigator.serviceWorker.ready);
  // The pointer is there already: what the page draws on its way to the button is not the download's, either.
  await button.hover();
  await wait(SETTLE_MS);
  const baselineBytes = canReadMemory() ? readMemory(profile) : 0;
  const peak = canReadMemory() ? watchPeak(profile) : null;
  const startedMs = performance.now();
  await button.click();
  await page
    .locator(`[data-testid="model-card"][data-model="${modelId}"][data-state="ready"]`)
    .waitFor({ timeout: 120_000 });
  const downloadMs = performance.now() - startedMs;
  const peakBytes = peak?.stop() ?? 0;
  const fetchMs = await page.evaluate(async (address) => {
    const before = performance.now();
    await (await fetch(address)).arrayBuffer();
    return performance.now() - before;
  }, modelUrl);
  const rows: BenchRow[] = [
    {
      name: `click to usable model of ${formatMb(model.length)}, against fetching it into memory`,
      ours: formatMs(downloadMs),
      theirs: formatMs(fetchMs),
      ratio: downloadMs / fetchMs,
      wanted: null,
    },
  ];
  if (peak !== null) {
    rows.push(describeMemory('memory peak while downloading', peakBytes - baselineBytes, model.length, 0.3));
  }
  return rows;
}
