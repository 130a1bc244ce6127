/** What the specs of human parsing do with the page. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from '@playwright/test';
import { decode, type DecodedPng } from 'fast-png';
import { expect, type App } from '../app.ts';

/** Drawn people, 640 x 480. */
export const PEOPLE_NAME = 'photo-640x480.jpg';
const PHOTO = fileURLToPath(new URL(`../fixtures/images/${PEOPLE_NAME}`, import.meta.url));

/** Opens the app with the drawn people, computed and in the viewer. */
export async function openPeople(app: App, params: Readonly<Record<string, string>>): Promise<void> {
  await app.open({ ep: 'wasm', ...params });
  await app.add([PHOTO]);
  await expect(app.card(PEOPLE_NAME)).toHaveAttribute('data-state', 'done');
  await app.select(PEOPLE_NAME);
}

/** The file that a press on `action` saves. */
export async function save(page: Page, action: string): Promise<{ name: string; bytes: Buffer }> {
  const started = page.waitForEvent('download');
  await page.getByRole('button', { name: action, exact: true }).click();
  const download = await started;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

export async function savePng(page: Page, action: string): Promise<DecodedPng> {
  return decode((await save(page, action)).bytes);
}

export interface LegendRow {
  readonly name: string;
  readonly share: number;
}

export async function readLegend(page: Page): Promise<LegendRow[]> {
  const rows = page.getByTestId('legend-item');
  await expect(rows.first()).toBeVisible();
  return rows.evaluateAll((items) =>
    items.map((row) => ({
      name: row.getAttribute('data-class') ?? '',
      share: Number(row.getAttribute('data-share')),
    })),
  );
}

export const legendRow = (page: Page, name: string): Locator =>
  page.locator(`[data-testid="legend-item"][data-class="${name}"]`);
