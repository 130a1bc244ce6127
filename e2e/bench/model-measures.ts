/** Models of ViT-S size: download, memory, sessions, second start; each function gives rows of the table. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { startHub } from '../hub/hub-server.ts';
import { buildApp, serveApp } from '../support/app-site.ts';
import { CHROMIUM_LAUNCH, WEBGPU_FLAGS } from '../tools/chromium.ts';
import { serveBenchSite } from './bench-site.ts';
import type { BenchSetting } from './measures.ts';
import { addPeerModel } from './peer-site.ts';
import { canReadMemory, readMemory, watchPeak } from './process-memory.ts';
import { makeRandomVit, makeSplitVit, VIT_S } from './random-vit.ts';
import type { Sessions } from './session-site/page.ts';
import { formatMs, median, type BenchRow } from './table.ts';

const HUB_PORT = 5473;
const SESSION_PORT = 5346;
const MODEL_ID = 'depth-anything-v2-small';
const DATA_NAME = 'weights.bin';
/** The smallest that the model offers: a start is measured, not the network's work. */
const DETAIL_PX = 252;
const ROUNDS = 3;
const SETTLE_MS = 3000;

const formatMb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A profile on disk, as people have: without one, private storage would lie in memory and be counted. */
async function withProfile<T>(
  run: (context: BrowserContext, profile: string) => Promise<T>,
  flags: readonly string[] = [],
): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), 'isobath-bench-'));
  const context = await chromium.launchPersistentContext(profile, {
    ...CHROMIUM_LAUNCH,
    args: [...CHROMIUM_LAUNCH.args.filter((flag) => !WEBGPU_FLAGS.includes(flag)), ...flags],
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
  });
  try {
    return await run(context, profile);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/** From the click on Download to "ready", and what it takes in memory meanwhile. */
async function measureDownload(
  page: Page,
  profile: string,
  url: string,
  modelUrl: string,
  model: Buffer,
): Promise<BenchRow[]> {
  await page.goto(`${url}?view=models&ep=wasm`);
  const card = page.locator(`[data-testid="model-card"][data-model="${MODEL_ID}"]`);
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
    .locator(`[data-testid="model-card"][data-model="${MODEL_ID}"][data-state="ready"]`)
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

function describeMemory(name: string, bytes: number, sizeBytes: number, atMost: number): BenchRow {
  return {
    name: `${name}, over the baseline, against the file`,
    ours: formatMb(bytes),
    theirs: formatMb(sizeBytes),
    ratio: bytes / sizeBytes,
    wanted: { atMost },
  };
}

/**
 * Runs in the page before anything else: hands a photo over as soon as the app takes one, and notes when it is done.
 * An event before the app listens is lost, so that the photo is offered until it is taken.
 */
function importAtOnce({ name, base64 }: { name: string; base64: string }): void {
  // No named functions in here: the runner marks them with a helper that pages do not have.
  const clock = window as Window & { doneAtMs?: number };
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const offered = { isOut: false, timer: 0 };
  offered.timer = window.setInterval(() => {
    const input = document.querySelector<HTMLInputElement>('[data-testid="file-input"]');
    if (input === null || document.querySelector('[data-testid="library"]') === null) return;
    // The app empties the input when it has taken what is in it.
    if (offered.isOut && input.files?.length === 0) return clearInterval(offered.timer);
    if (!offered.isOut) {
      const files = new DataTransfer();
      files.items.add(new File([bytes], name, { type: 'image/jpeg' }));
      input.files = files.files;
      offered.isOut = true;
    }
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }, 50);
  new MutationObserver(() => {
    const done = `[data-testid="card"][data-name="${name}"][data-state="done"]`;
    if (document.querySelector(done) !== null) clock.doneAtMs ??= performance.now();
  }).observe(document, { subtree: true, childList: true, attributes: true });
}

/** Opens the app again with the installed model and a new photo: milliseconds to its map. */
async function measureSecondStart(
  context: BrowserContext,
  url: string,
  photo: Buffer,
  round: string,
): Promise<number> {
  // Another name and other bytes each time: the library brings back the photos of earlier visits, done.
  const name = `${round}.jpg`;
  const page = await context.newPage();
  await page.addInitScript(importAtOnce, { name, base64: vary(photo, round).toString('base64') });
  await page.goto(`${url}?ep=wasm&workers=1&threads=2&model=${MODEL_ID}`);
  const done = await page.waitForFunction(
    () => (window as Window & { doneAtMs?: number }).doneAtMs,
    undefined,
    { timeout: 120_000 },
  );
  const doneAtMs = (await done.jsonValue()) ?? Number.NaN;
  // A map of another model, or out of the cache, would be no start of this one.
  const card = page.locator(`[data-testid="card"][data-name="${name}"][data-cache="miss"]`);
  await card.click();
  await page.locator('.facts').getByText('Depth Anything V2 Small').first().waitFor();
  await page.close();
  return doneAtMs;
}

async function measurePeerStart(context: BrowserContext, url: string): Promise<number> {
  const page = await context.newPage();
  await page.goto(`${url}?model=vit-s&threads=2`);
  await page.waitForFunction(() => 'peer' in window, undefined, { timeout: 120_000 });
  const ms = await page.evaluate(
    () => (window as unknown as { peer: { firstDepthMs: number } }).peer.firstDepthMs,
  );
  await page.close();
  return ms;
}

function vary(photo: Buffer, salt: string): Buffer {
  return Buffer.concat([photo, Buffer.from(salt)]);
}

/** The app against a hub of its own: download, then second starts in turns with the peer's. */
async function measureApp({ peerUrl, photos }: BenchSetting, model: Buffer): Promise<BenchRow[]> {
  const [photo] = photos;
  if (photo === undefined) throw new Error('the benchmark has no photos');
  const hub = await startHub((path) => (path.includes(MODEL_ID) ? model : null), { port: HUB_PORT });
  const built = await buildApp(`${hub.url()}`);
  const site = await serveApp(built);
  addPeerModel('vit-s', model, { width: DETAIL_PX + 84, height: DETAIL_PX });
  try {
    return await withProfile(async (context, profile) => {
      const page = await context.newPage();
      await page.goto(`${site.url}?view=photos`);
      await page.evaluate(
        ([id, detailPx, baseUrl]) => {
          // As `settings-store` saves them.
          const state = { hub: baseUrl, detailPx: { [id as string]: detailPx } };
          localStorage.setItem('isobath.settings', JSON.stringify({ state, version: 1 }));
        },
        [MODEL_ID, DETAIL_PX, hub.url()],
      );
      const rows = await measureDownload(
        page,
        profile,
        site.url,
        `${hub.url()}/${MODEL_ID}/model.onnx`,
        model,
      );
      await page.close();
      const ours: number[] = [];
      const theirs: number[] = [];
      // The first of each fills caches.
      await measureSecondStart(context, site.url, photo, 'warm');
      await measurePeerStart(context, peerUrl);
      for (let round = 0; round < ROUNDS; round++) {
        ours.push(await measureSecondStart(context, site.url, photo, `round-${round}`));
        theirs.push(await measurePeerStart(context, peerUrl));
      }
      rows.push({
        name: `second start with an installed model of ${formatMb(model.length)}, to the first map, against the peer`,
        ours: formatMs(median(ours)),
        theirs: formatMs(median(theirs)),
        ratio: median(ours) / median(theirs),
        wanted: { atMost: 0.5 },
      });
      return rows;
    });
  } finally {
    await site.close();
    await built.remove();
    await hub.close();
  }
}

type SessionWindow = Window & { sessions: Sessions };

async function measureSessionMemory(page: Page, profile: string, name: string): Promise<number> {
  await page.evaluate(() => (window as unknown as SessionWindow).sessions.start());
  await wait(SETTLE_MS);
  const baselineBytes = readMemory(profile);
  await page.evaluate((model) => (window as unknown as SessionWindow).sessions.create(model), name);
  await wait(SETTLE_MS);
  const bytes = readMemory(profile) - baselineBytes;
  await page.evaluate(() => (window as unknown as SessionWindow).sessions.stop());
  return bytes;
}

/** Sessions from installed files: memory kept, and time against bytes that are in memory already. */
async function measureSessions(model: Buffer): Promise<BenchRow[]> {
  const split = makeSplitVit(VIT_S, DATA_NAME);
  const site = await serveBenchSite('session-site', SESSION_PORT, {
    'models/vit.onnx': model,
    'models/split.onnx': split.graph,
    [`models/${DATA_NAME}`]: split.data,
  });
  const models = { whole: ['vit.onnx'], split: ['split.onnx', DATA_NAME] };
  try {
    return await withProfile(
      async (context, profile) => {
        const page = await context.newPage();
        await page.goto(site.url);
        for (const [name, files] of Object.entries(models)) {
          await page.evaluate(
            ([id, urls]) => (window as unknown as SessionWindow).sessions.install(id, urls),
            [name, files.map((file) => `/models/${file}`)] as const,
          );
        }
        const times = { storage: [] as number[], buffers: [] as number[] };
        for (let round = 0; round < ROUNDS + 2; round++) {
          for (const from of ['storage', 'buffers'] as const) {
            times[from].push(
              await page.evaluate(
                (url) => (window as unknown as SessionWindow).sessions.time('whole', url),
                from === 'buffers' ? '/models/vit.onnx' : null,
              ),
            );
          }
        }
        const rows: BenchRow[] = [
          {
            name: `session of ${formatMb(model.length)} from private storage, against from an ArrayBuffer`,
            ours: formatMs(median(times.storage)),
            theirs: formatMs(median(times.buffers)),
            ratio: median(times.storage) / median(times.buffers),
            wanted: { atMost: 1.1 },
          },
        ];
        if (!canReadMemory()) return rows;
        const wholeBytes = await measureSessionMemory(page, profile, 'whole');
        const splitBytes = await measureSessionMemory(page, profile, 'split');
        return [
          ...rows,
          describeMemory('memory after session creation', wholeBytes, model.length, 3.3),
          describeMemory('the same with external data', splitBytes, model.length, 1.6),
        ];
      },
      ['--js-flags=--expose-gc'],
    );
  } finally {
    await site.close();
  }
}

export async function measureModels(setting: BenchSetting): Promise<BenchRow[]> {
  const model = makeRandomVit(VIT_S);
  return [...(await measureApp(setting, model)), ...(await measureSessions(model))];
}
