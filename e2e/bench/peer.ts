/** Against transformers.js. */
import type { Page } from '@playwright/test';
import { ROUNDS, type BenchSetting } from './bench-setting.ts';
import { runCalls, type CallTimes } from './call-page.ts';
import { openPhotoApp, WINDOW_SETTLE_MS } from './photo-app.ts';
import { firstOf, nameAll, vary } from './photo-batch.ts';
import { formatMs, median, type BenchRow } from './table.ts';

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
  const ours: (Awaited<ReturnType<typeof runOurs>> & CallTimes)[] = [];
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
