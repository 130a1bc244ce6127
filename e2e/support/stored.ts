/** What a reload will find: it is written in the background, which takes its time on a busy machine. */
import { expect, type Page } from '@playwright/test';
import { MAPS, PICTURES, readField } from './in-page.ts';

export interface StoredCounts {
  /** Of the library, exactly. */
  readonly pictures?: number;
  /** Of the result cache, at least; the sample's is one of them. */
  readonly maps?: number;
}

/** Waits until so many pictures and maps are on the disk. */
export async function untilStored(page: Page, { pictures, maps }: StoredCounts): Promise<void> {
  const countPictures = async () => (await page.evaluate(readField, PICTURES)).length;
  if (pictures !== undefined) await expect.poll(countPictures).toBe(pictures);
  const countMaps = async () => (await page.evaluate(readField, MAPS)).length;
  if (maps !== undefined) await expect.poll(countMaps).toBeGreaterThanOrEqual(maps);
}

/** When the newest of the stored maps was used last: milliseconds since the epoch. */
export async function readLastUse(page: Page): Promise<number> {
  return Math.max(...((await page.evaluate(readField, MAPS)) as number[]));
}
