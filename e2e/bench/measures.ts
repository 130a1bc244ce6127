/** What the benchmark measures; each function gives rows of its table. */
import type { Browser, Page } from '@playwright/test';
import type { BuildSite } from '../tools/serve.ts';
import type { Calls } from './call-site/page.ts';
import { makeHeavyModel } from './heavy-model.ts';
import { openPhotoApp, WINDOW_SETTLE_MS, type NamedPhoto } from './photo-app.ts';
import { formatMs, median, type BenchRow } from './table.ts';

export interface BenchSetting {
  readonly browser: Browser;
  readonly site: BuildSite;
  readonly peerUrl: string;
  /** The client on a page without the app's UI. */
  readonly callUrl: string;
  /** 40 photos of 640 x 480. */
  readonly photos: readonly Buffer[];
}

const ROUNDS = 3;

function nameAll(photos: readonly Buffer[], prefix: string): NamedPhoto[] {
  return photos.map((bytes, index) => ({ name: `${prefix}-${index}.jpg`, bytes }));
}

/** The same photo with other bytes at its end, after the JPEG's last marker: another key, the same work. */
function vary(photo: Buffer, salt: number): Buffer {
  return Buffer.concat([photo, Buffer.from(`salt ${salt}`)]);
}

function firstOf(photos: readonly Buffer[]): Buffer {
  const [first] = photos;
  if (first === undefined) throw new Error('the benchmark has no photos');
  return first;
}

type CallWindow = Window & { calls: Calls };

/** The slot for lone pictures starts in a pause. */
const PAUSE_MS = 3000;

/** Calls of the client: milliseconds per photo of all at once, and of each in its turn. Warm. */
async function runCalls(
  { browser, callUrl, photos }: BenchSetting,
  params: Readonly<Record<string, string>> = {},
): Promise<{ togetherMs: number; aloneMs: number }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${callUrl}?${new URLSearchParams(params).toString()}`);
  await page.waitForFunction(() => 'calls' in window);
  const urls = photos.map((_, index) => `/photos/${index}.jpg`);
  const runTogether = (list: readonly string[]) =>
    page.evaluate((all) => (window as unknown as CallWindow).calls.runTogether(all), list);
  // The first runs of a worker are compiled while they run.
  await runTogether(urls.slice(0, 12));
  const togetherMs = (await runTogether(urls)) / urls.length;
  await page.waitForTimeout(PAUSE_MS);
  const times = await page.evaluate(
    (all) => (window as unknown as CallWindow).calls.runInTurn(all),
    urls.slice(0, 20),
  );
  await context.close();
  return { togetherMs, aloneMs: median(times.slice(4)) };
}

/** Two workers against one, one thread each: as calls, and in the app from import to done and computed again. */
export async function measurePool(setting: BenchSetting): Promise<BenchRow[]> {
  const { browser, site, photos } = setting;
  const measure = async (workers: number) => {
    const params = { ep: 'wasm', workers: String(workers), threads: '1' };
    const { togetherMs: callMs } = await runCalls(setting, params);
    const app = await openPhotoApp(browser, site, { photo: vary(firstOf(photos), workers), params });
    // The first runs of a worker are compiled while they run.
    await app.runAll(
      nameAll(photos.slice(0, 8), 'warm').map((photo) => ({ ...photo, bytes: vary(photo.bytes, 1) })),
    );
    const importMs = (await app.runAll(nameAll(photos, 'pool'))) / photos.length;
    const againMs = (await app.rerunAll()) / (photos.length + 7);
    await app.close();
    return { callMs, importMs, againMs };
  };
  const one: Awaited<ReturnType<typeof measure>>[] = [];
  const two: typeof one = [];
  for (let round = 0; round < ROUNDS; round++) {
    one.push(await measure(1));
    two.push(await measure(2));
  }
  const compare = (name: string, key: keyof (typeof one)[number], wanted: BenchRow['wanted']): BenchRow => {
    const [slow, fast] = [one, two].map((times) => 1000 / median(times.map((time) => time[key]))) as [
      number,
      number,
    ];
    return {
      name,
      ours: `${fast.toFixed(1)} images/s`,
      theirs: `${slow.toFixed(1)} images/s`,
      ratio: fast / slow,
      wanted,
    };
  };
  return [
    compare(`${photos.length} photos, 2 workers against 1`, 'callMs', { atLeast: 1.8 }),
    compare('the same in the app, from import to done', 'importMs', null),
    compare('the same in the app, computed again at detail 288', 'againMs', null),
  ];
}

interface PeerTimes {
  readonly firstDepthMs: number;
  readonly imageMs: number;
  readonly longTasksMs: number;
}

type PeerWindow = Window & {
  peer: { firstDepthMs: number; run(urls: readonly string[]): Promise<number[]> };
  longTasks: { startMs: number; durationMs: number }[];
};

/** The peer's page on an empty profile. */
async function runPeer({ browser, peerUrl, photos }: BenchSetting): Promise<PeerTimes> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page: Page = await context.newPage();
  await page.addInitScript(() => {
    const peerWindow = window as unknown as PeerWindow;
    peerWindow.longTasks = [];
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) {
        peerWindow.longTasks.push({ startMs: startTime, durationMs: duration });
      }
    }).observe({ type: 'longtask', buffered: true });
  });
  await page.waitForTimeout(WINDOW_SETTLE_MS);
  await page.goto(peerUrl);
  await page.waitForFunction(() => 'peer' in window, null, { timeout: 120_000 });
  const urls = photos.map((_, index) => `/photos/${index}.jpg`);
  const times = await page.evaluate((list) => (window as unknown as PeerWindow).peer.run(list), urls);
  const { firstDepthMs, longTasksMs } = await page.evaluate(() => {
    const { peer, longTasks } = window as unknown as PeerWindow;
    const paintMs = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0;
    const after = longTasks.filter(({ startMs }) => startMs > paintMs);
    return {
      firstDepthMs: peer.firstDepthMs,
      longTasksMs: after.reduce((sum, { durationMs }) => sum + durationMs, 0),
    };
  });
  await context.close();
  return { firstDepthMs, longTasksMs, imageMs: times.reduce((sum, ms) => sum + ms, 0) / times.length };
}

async function runOurs({ browser, site, photos }: BenchSetting): Promise<PeerTimes & { appAloneMs: number }> {
  const app = await openPhotoApp(browser, site, { photo: vary(firstOf(photos), 99) });
  const imageMs = (await app.runAll(nameAll(photos, 'pool'))) / photos.length;
  const alone: number[] = [];
  for (const [index, photo] of photos.slice(0, 8).entries()) {
    alone.push((await app.runOne({ name: `alone-${index}.jpg`, bytes: vary(photo, index) })).doneMs);
  }
  const longTasksMs = await app.readLongTasksMs();
  await app.close();
  return { firstDepthMs: app.firstDepthMs, imageMs, appAloneMs: median(alone), longTasksMs };
}

/** Against transformers.js with the same model and photos, as it comes: its own choice of threads. */
export async function measurePeer(setting: BenchSetting): Promise<BenchRow[]> {
  const ours: (Awaited<ReturnType<typeof runOurs>> & Awaited<ReturnType<typeof runCalls>>)[] = [];
  const peers: PeerTimes[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push({ ...(await runOurs(setting)), ...(await runCalls(setting)) });
    peers.push(await runPeer(setting));
  }
  const theirs = (key: keyof PeerTimes) => median(peers.map((times) => times[key]));
  const mine = (key: keyof (typeof ours)[number]) => median(ours.map((times) => times[key]));
  const compare = (name: string, own: number, peer: number, atMost: number | null): BenchRow => ({
    name,
    ours: formatMs(own),
    theirs: formatMs(peer),
    ratio: own / peer,
    wanted: atMost === null ? null : { atMost },
  });
  return [
    compare(
      'page load to first depth drawn, against the peer',
      mine('firstDepthMs'),
      theirs('firstDepthMs'),
      0.4,
    ),
    // The peer's page calls and draws: so does this one.
    compare('per image with the pool, call against call', mine('togetherMs'), theirs('imageMs'), 0.4),
    compare('one image alone, call against call', mine('aloneMs'), theirs('imageMs'), 0.6),
    compare('per image in the app, from import to done', mine('imageMs'), theirs('imageMs'), null),
    compare('one image in the app, from import to done', mine('appAloneMs'), theirs('imageMs'), null),
    compare('long tasks after first paint, against the peer', mine('longTasksMs'), theirs('longTasksMs'), 0),
  ];
}

/** The same photo again, from import to drawn map: from the cache against the first run of a page just opened. */
export async function measureRepeat({ browser, site, photos }: BenchSetting): Promise<BenchRow[]> {
  const opening: number[] = [];
  const first: number[] = [];
  const again: number[] = [];
  const edges: number[] = [];
  for (const [index, photo] of photos.slice(0, 5).entries()) {
    const app = await openPhotoApp(browser, site, { photo: vary(photo, 7), params: { ep: 'wasm' } });
    opening.push(app.firstRunMs);
    first.push((await app.runOne({ name: `first-${index}.jpg`, bytes: photo })).drawnMs);
    const hit = await app.runOne({ name: `again-${index}.jpg`, bytes: photo });
    again.push(hit.drawnMs);
    edges.push(hit.edgesMs);
    await app.close();
  }
  const compare = (name: string, base: readonly number[]): BenchRow => ({
    name: `same photo again, from import to drawn map, against ${name}`,
    ours: formatMs(median(again)),
    theirs: formatMs(median(base)),
    ratio: median(again) / median(base),
    wanted: { atMost: 0.1 },
  });
  return [
    compare('the first run of a page (model loaded)', opening),
    compare('a later run (model ready)', first),
    {
      name: 'the same until its edges are followed, against drawn',
      ours: formatMs(median(edges)),
      theirs: formatMs(median(again)),
      ratio: median(edges) / median(again),
      wanted: null,
    },
  ];
}

/** The same with a model of ViT-S size. */
export async function measureHeavyRepeat({ browser, site, photos }: BenchSetting): Promise<BenchRow[]> {
  const model = makeHeavyModel();
  try {
    const app = await openPhotoApp(browser, site, {
      photo: vary(firstOf(photos), 9),
      params: { ep: 'wasm', model: model.id },
      prepare: (page) => model.install(page, site.url),
    });
    const first: number[] = [];
    const again: number[] = [];
    for (const [index, photo] of photos.slice(0, 3).entries()) {
      first.push((await app.runOne({ name: `first-${index}.jpg`, bytes: photo })).drawnMs);
      again.push((await app.runOne({ name: `again-${index}.jpg`, bytes: photo })).drawnMs);
    }
    await app.close();
    return [
      {
        name: `the same with a ViT-S of ${Math.round(model.sizeBytes / 1e6)} MB`,
        ours: formatMs(median(again)),
        theirs: formatMs(median(first)),
        ratio: median(again) / median(first),
        wanted: { atMost: 0.01 },
      },
    ];
  } finally {
    model.dispose();
  }
}

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
