/**
 * Pictures of the main screens for people to look at: desktop and phone, light and dark, into `test-results/screenshots/`.
 * `npm run screenshots`, or `npm run screenshots -- parsing` for some of it; builds first.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from '@playwright/test';
import { makeGroupPhoto, makePngs } from '../support/pictures.ts';
import { CHROMIUM_LAUNCH } from './chromium.ts';
import { runStep } from './run-step.ts';
import { serveBuild } from './serve.ts';

const FOLDER = 'test-results/screenshots';
const PORT = 5349;
const BROKEN = { name: 'zoo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('this is no picture') };

const SAMPLES = ['desk', 'office', 'park', 'tabletop', 'vase'];

const SIZES = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

function readSamples() {
  return SAMPLES.map((sample) => ({
    name: `${sample}.jpg`,
    mimeType: 'image/jpeg',
    buffer: readFileSync(`public/samples/${sample}.jpg`),
  }));
}

async function waitForDone(page: Page, count: number): Promise<void> {
  await page.locator(`[data-testid="library"][data-count-done="${count}"]`).waitFor({ state: 'attached' });
  await page.waitForTimeout(600);
}

/** Each screen from the one before it, as a person would go. */
async function walk(page: Page, name: (screen: string) => string, isPhone: boolean): Promise<void> {
  const shoot = async (screen: string) => {
    await page.screenshot({ path: name(screen) });
  };
  await shoot('1-loading');
  await waitForDone(page, 1);
  await shoot('2-first-visit');
  await page.getByRole('radio', { name: 'Map', exact: true }).click();
  await page.waitForTimeout(400);
  await shoot('3-map');
  await page.getByTestId('file-input').setInputFiles([...readSamples(), ...makePngs(9, 1, 800, 600), BROKEN]);
  await page.waitForTimeout(700);
  await shoot('4-working');
  await waitForDone(page, 14);
  await page.locator('[data-testid="card"][data-state="failed"]').click();
  await page.waitForTimeout(400);
  await shoot('5-failed');
  await page.locator('[data-testid="card"]').first().click();
  for (const [screen, button] of [
    ['6-settings', 'Settings'],
    ['7-help', 'Help'],
  ] as const) {
    const opener = page.getByRole('button', { name: button, exact: true });
    if (!(await opener.isVisible())) continue;
    await opener.click();
    await page.waitForTimeout(400);
    await shoot(screen);
    await page.keyboard.press('Escape');
    await page.waitForTimeout(300);
  }
  if (!isPhone) return;
  const sheet = page.getByRole('button', { name: /adjust/i }).first();
  if (!(await sheet.isVisible())) return;
  await sheet.click();
  await page.waitForTimeout(500);
  await shoot('8-sheet');
}

/** Human parsing of a group: each style, blurred faces, people, files. */
async function walkParsing(page: Page, name: (screen: string) => string, isPhone: boolean): Promise<void> {
  const shoot = async (screen: string) => {
    await page.waitForTimeout(300);
    await page.locator('[data-testid="viewer-canvas"]:not([data-busy])').waitFor();
    await page.waitForTimeout(1500);
    await page.screenshot({ path: name(`parsing-${screen}`) });
  };
  const showSection = async (title: string) => {
    await page.getByRole('region', { name: title, exact: true }).evaluate((section) => {
      section.scrollIntoView({ block: 'start' });
    });
  };
  const sheet = page.getByRole('button', { name: /inspector|panel|adjust/i }).first();
  const toggleSheet = async () => {
    if (!isPhone) return;
    await sheet.click();
    await page.waitForTimeout(400);
  };
  await page.getByTestId('file-input').setInputFiles([makeGroupPhoto()]);
  await waitForDone(page, 1);
  await page.getByRole('toolbar').getByRole('radio', { name: 'Parsing' }).click();
  await page.getByRole('radio', { name: 'Map', exact: true }).click();
  await shoot('1-overlay');
  await toggleSheet();
  await showSection('Parts');
  await page.getByRole('radio', { name: 'Mosaic' }).click();
  await shoot('2-mosaic');
  await page.getByRole('radio', { name: 'Colour by person' }).click();
  await showSection('People');
  await page.getByRole('switch', { name: 'Show boxes' }).click();
  await shoot('3-people');
  await page.getByRole('radio', { name: 'Colour by part' }).click();
  await page.getByRole('radio', { name: 'Outline' }).click();
  await showSection('Parts');
  await shoot('4-outline');
  await page.getByRole('switch', { name: 'Blur faces', exact: true }).click();
  await showSection('Faces');
  await shoot('5-blur');
  await showSection('Save');
  await shoot('6-save');
}

const WALKS = {
  main: { params: '', walk },
  parsing: { params: '?task=both&ep=wasm', walk: walkParsing },
} as const;

async function shootAll(browser: Browser, url: string, walkName: keyof typeof WALKS): Promise<void> {
  const { params, walk: walkPage } = WALKS[walkName];
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ['dark', 'light'] as const) {
      const isPhone = size === 'phone';
      const context = await browser.newContext({
        viewport,
        colorScheme,
        hasTouch: isPhone,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      await page.goto(url + params);
      await walkPage(page, (screen) => `${FOLDER}/${size}-${colorScheme}-${screen}.png`, isPhone);
      await context.close();
    }
  }
}

mkdirSync(FOLDER, { recursive: true });
const build = await runStep(['node_modules/.bin/vite', 'build', '--logLevel', 'warn'], {
  timeoutMs: 300_000,
});
if (build.code !== 0) throw new Error('the build failed');
const site = await serveBuild(PORT);
const browser = await chromium.launch(CHROMIUM_LAUNCH);
try {
  const chosen = process.argv.slice(2);
  for (const name of Object.keys(WALKS) as (keyof typeof WALKS)[]) {
    if (chosen.length === 0 || chosen.includes(name)) await shootAll(browser, site.url, name);
  }
  console.log(`Screenshots are in ${FOLDER}/`);
} finally {
  await browser.close();
  await site.close();
}
