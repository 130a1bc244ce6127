/**
 * `npm run bench`: speed and memory as ratios from one run, because absolute times differ between machines.
 * Everything is measured in one Chromium, the sides of a ratio in turns, and the median counts.
 */
import { existsSync, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from '@playwright/test';
import { readAppShell } from '../tools/app-shell.ts';
import { CHROMIUM_LAUNCH, WEBGPU_FLAGS } from '../tools/chromium.ts';
import { runStep } from '../tools/run-step.ts';
import { serveBuild } from '../tools/serve.ts';
import type { BenchSetting } from './bench-setting.ts';
import { serveBenchSite } from './bench-site.ts';
import { measureFlicker } from './flicker.ts';
import { measureHeap } from './heap.ts';
import { makePhotos } from './make-photos.ts';
import { measureModels } from './models.ts';
import { measureParsing } from './parsing.ts';
import { servePeer } from './peer-site.ts';
import { measurePeer } from './peer.ts';
import { measurePool } from './pool.ts';
import { measureHeavyRepeat, measureRepeat } from './repeat.ts';
import { printRows, type BenchRow } from './table.ts';

const PORT = 5347;
const PEER_PORT = 5348;
const CALL_PORT = 5349;
const SHELL_LIMIT_KIB = 250;

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

function describeMachine(browser: Browser): string {
  const [first] = cpus();
  return (
    `${first?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ` +
    `${Math.round(totalmem() / 2 ** 30)} GiB, Chromium ${browser.version()} headless, Node ${process.version}`
  );
}

function measureShell(): BenchRow[] {
  const { files, gzipBytes } = readAppShell();
  return [
    {
      name: `JS before the first paint (${files.length} files, gzip)`,
      ours: `${(gzipBytes / 1024).toFixed(1)} KiB`,
      theirs: `${SHELL_LIMIT_KIB} KiB`,
      ratio: gzipBytes / 1024 / SHELL_LIMIT_KIB,
      wanted: { atMost: 1 },
    },
  ];
}

type Measure = (setting: BenchSetting) => Promise<BenchRow[]> | BenchRow[];

/** `npm run bench -- pool heap` runs just these. */
const MEASURES: Readonly<Record<string, Measure>> = {
  pool: measurePool,
  peer: measurePeer,
  repeat: measureRepeat,
  heavy: measureHeavyRepeat,
  models: measureModels,
  heap: measureHeap,
  flicker: measureFlicker,
  parsing: measureParsing,
  shell: measureShell,
};

async function measureAll(setting: BenchSetting): Promise<BenchRow[]> {
  const chosen = process.argv.slice(2);
  const rows: BenchRow[] = [];
  for (const [name, measure] of Object.entries(MEASURES)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    console.log(`measuring: ${name}`);
    try {
      rows.push(...(await measure(setting)));
    } catch (error) {
      // What was measured before is not lost.
      console.error(error);
      process.exitCode = 1;
    }
  }
  return rows;
}

const build = await runStep(['node_modules/.bin/vite', 'build', '--logLevel', 'warn'], {
  timeoutMs: 300_000,
});
if (build.code !== 0 || !existsSync('dist/index.html')) throw new Error('the build failed');

const browser = await chromium.launch({
  ...CHROMIUM_LAUNCH,
  args: [
    // As people start it: a WebGPU in software is for tests only.
    ...CHROMIUM_LAUNCH.args.filter((flag) => !WEBGPU_FLAGS.includes(flag)),
    // Memory is measured at once instead of at the next garbage collection.
    '--enable-blink-features=ForceEagerMeasureMemory',
  ],
});
const page = await browser.newPage();
const photos = await makePhotos(page, 40, 640, 480);
await page.close();
const site = await serveBuild(PORT);
const peer = await servePeer(PEER_PORT, photos);
const MODEL = 'models/isobath-depth-tiny/model.onnx';
const callSite = await serveBenchSite('call-site', CALL_PORT, {
  [MODEL]: readFileSync(`public/${MODEL}`),
  ...Object.fromEntries(photos.map((photo, index) => [`photos/${index}.jpg`, photo])),
});
try {
  console.log(describeMachine(browser));
  printRows(await measureAll({ browser, site, peerUrl: peer.url, callUrl: callSite.url, photos }));
} finally {
  await browser.close();
  await callSite.close();
  await peer.close();
  await site.close();
}
