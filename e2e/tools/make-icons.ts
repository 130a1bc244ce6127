/** Rasterises the app's icons from `public/icon.svg`: run it after the drawing changed (`npx tsx e2e/tools/make-icons.ts`). */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROMIUM_LAUNCH } from './chromium.ts';

const PUBLIC = join(import.meta.dirname, '../../public');
const BACKGROUND = '#1a1a1a';

interface Icon {
  readonly file: string;
  readonly sizePx: number;
  /** Share of the side that the drawing takes. A mask may cut everything outside of the inner 80 % (W3C manifest, 1.9.3). */
  readonly scale: number;
  readonly background: string;
}

const ICONS: readonly Icon[] = [
  { file: 'icon-192.png', sizePx: 192, scale: 1, background: 'transparent' },
  { file: 'icon-512.png', sizePx: 512, scale: 1, background: 'transparent' },
  { file: 'maskable-192.png', sizePx: 192, scale: 0.86, background: BACKGROUND },
  { file: 'maskable-512.png', sizePx: 512, scale: 0.86, background: BACKGROUND },
  // iOS cuts its own corners.
  { file: 'apple-touch-icon.png', sizePx: 180, scale: 0.96, background: BACKGROUND },
];

const svg = await readFile(join(PUBLIC, 'icon.svg'), 'utf8');
await mkdir(join(PUBLIC, 'icons'), { recursive: true });
const browser = await chromium.launch(CHROMIUM_LAUNCH);
try {
  const page = await browser.newPage();
  for (const { file, sizePx, scale, background } of ICONS) {
    await page.setViewportSize({ width: sizePx, height: sizePx });
    const sidePx = sizePx * scale;
    await page.setContent(
      `<style>body{margin:0;width:${sizePx}px;height:${sizePx}px;display:grid;place-items:center;background:${background}}` +
        `svg{width:${sidePx}px;height:${sidePx}px;display:block}</style>${svg}`,
    );
    await page.screenshot({ path: join(PUBLIC, 'icons', file), omitBackground: true });
  }
} finally {
  await browser.close();
}
