/**
 * `npm run bench:live [minutes]`: live view on a film that plays the camera, against transformers.js in a page with
 * the same film and model, then a soak (five minutes unless told otherwise): memory, latency, blocked page.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from '@playwright/test';
import { writeScene, type Scene } from '../support/fake-camera.ts';
import { CHROMIUM_LAUNCH } from '../tools/chromium.ts';
import { runStep } from '../tools/run-step.ts';
import { serveBuild } from '../tools/serve.ts';
import { makePhotos } from './make-photos.ts';
import { servePeer } from './peer-site.ts';
import { printRows, type BenchRow } from './table.ts';

const PORT = 5365;
const PEER_PORT = 5366;
const COMPARE_MS = 20_000;
const MINUTES = Number(process.argv[2] ?? 5);

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

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

interface Memory {
  readonly pageBytes: number;
  readonly allBytes: number;
}

/** Garbage is collected first, so that what is left is what is held. */
async function readMemory(page: Page): Promise<Memory> {
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

async function watchLongTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const watched = window as Window & { longTasksMs?: number[] };
    watched.longTasksMs = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) watched.longTasksMs?.push(entry.duration);
    }).observe({ type: 'longtask' });
  });
}

/** Takes what was noted so far. */
function takeLongTasks(page: Page): Promise<number[]> {
  return page.evaluate(() => (window as Window & { longTasksMs?: number[] }).longTasksMs?.splice(0) ?? []);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

async function openLive(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ['camera'],
  });
  const page = await context.newPage();
  await watchLongTasks(page);
  await page.goto(`${url}?view=live&source=camera&ep=wasm`);
  await page.waitForFunction(
    () => Number(document.querySelector<HTMLElement>('[data-testid=live-canvas]')?.dataset.frame) > 30,
    null,
    { timeout: 120_000 },
  );
  return page;
}

async function readShown(page: Page): Promise<number> {
  return Number(await page.getByTestId('live-canvas').getAttribute('data-frame'));
}

async function readFigures(
  page: Page,
): Promise<{ readonly latencyMs: number; readonly inferenceMs: number }> {
  const latencyMs = Number(await page.getByTestId('live-hud').getAttribute('data-latency-ms'));
  const text = await page.locator('[data-stage="inference"] dd').innerText();
  const value = Number.parseFloat(text.replace(',', ''));
  return { latencyMs, inferenceMs: /\d\s*s$/.test(text) ? value * 1000 : value };
}

async function compare(browser: Browser, page: Page, peerUrl: string): Promise<BenchRow[]> {
  await takeLongTasks(page);
  const from = await readShown(page);
  await page.waitForTimeout(COMPARE_MS);
  const fps = ((await readShown(page)) - from) / (COMPARE_MS / 1000);
  const blockedMs = sum(await takeLongTasks(page));
  await page.getByRole('button', { name: 'Stop', exact: true }).click();

  const context = await browser.newContext({ permissions: ['camera'] });
  const peerPage = await context.newPage();
  await watchLongTasks(peerPage);
  await peerPage.goto(`${peerUrl}?threads=2`);
  await peerPage.waitForFunction(() => 'peer' in window, null, { timeout: 120_000 });
  await takeLongTasks(peerPage);
  const peerFps = await peerPage.evaluate(
    (durationMs) =>
      (window as Window & { peer?: { live(ms: number): Promise<number> } }).peer?.live(durationMs) ?? 0,
    COMPARE_MS,
  );
  const peerBlockedMs = sum(await takeLongTasks(peerPage));
  await context.close();
  return [
    {
      name: 'maps per second of a 640 x 480 camera',
      ours: `${fps.toFixed(1)} fps`,
      theirs: `transformers.js ${peerFps.toFixed(1)} fps`,
      ratio: fps / peerFps,
      wanted: { atLeast: 1.5 },
    },
    {
      name: 'page blocked by long tasks, of 20 s',
      ours: `${(blockedMs / 1000).toFixed(2)} s`,
      theirs: `transformers.js ${(peerBlockedMs / 1000).toFixed(1)} s`,
      ratio: blockedMs / Math.max(1, peerBlockedMs),
      wanted: { atMost: 0.02 },
    },
  ];
}

async function soak(page: Page): Promise<BenchRow[]> {
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.waitForTimeout(60_000);
  const early = await readMemory(page);
  await takeLongTasks(page);
  await page.waitForTimeout((MINUTES - 1) * 60_000);
  const late = await readMemory(page);
  const longTasksMs = await takeLongTasks(page);
  const { latencyMs, inferenceMs } = await readFigures(page);
  const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const longest = Math.max(0, ...longTasksMs);
  return [
    {
      name: `JS heap of the page, minute ${MINUTES} against minute 1`,
      ours: mib(late.pageBytes),
      theirs: mib(early.pageBytes),
      ratio: late.pageBytes / early.pageBytes,
      wanted: { atMost: 1.05 },
    },
    {
      name: `memory of page and workers, minute ${MINUTES} against minute 1`,
      ours: mib(late.allBytes),
      theirs: mib(early.allBytes),
      ratio: late.allBytes / early.allBytes,
      wanted: { atMost: 1.05 },
    },
    {
      name: 'capture to screen, in inference times',
      ours: `${latencyMs} ms`,
      theirs: `${inferenceMs} ms`,
      ratio: latencyMs / inferenceMs,
      wanted: { atMost: 2.5 },
    },
    {
      name: `longest task of the page (${longTasksMs.length} over 50 ms)`,
      ours: `${longest.toFixed(0)} ms`,
      theirs: '50 ms',
      ratio: longest / 50,
      wanted: { atMost: 1 },
    },
  ];
}

const build = await runStep(['node_modules/.bin/vite', 'build', '--logLevel', 'warn'], {
  timeoutMs: 300_000,
});
if (build.code !== 0) throw new Error('the build failed');
const film = join(mkdtempSync(join(tmpdir(), 'isobath-live-')), 'camera.y4m');
writeScene(film, ROOM);
const browser = await chromium.launch({
  ...CHROMIUM_LAUNCH,
  args: [
    ...CHROMIUM_LAUNCH.args,
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${film}`,
    '--enable-blink-features=ForceEagerMeasureMemory',
  ],
});
const site = await serveBuild(PORT);
// The page of the peer starts with one picture.
const still = await browser.newPage();
const photos = await makePhotos(still, 1, 640, 480);
await still.close();
const peer = await servePeer(PEER_PORT, photos);
try {
  const page = await openLive(browser, site.url);
  const rows = await compare(browser, page, peer.url);
  printRows([...rows, ...(MINUTES > 1 ? await soak(page) : [])]);
} finally {
  await browser.close();
  await peer.close();
  await site.close();
}
