/** Sessions of a large model: what they keep in memory, and what reading from private storage costs. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { serveBenchSite } from './bench-site.ts';
import { ROUNDS } from './bench-setting.ts';
import { withProfile } from './disk-profile.ts';
import { describeMemory } from './memory-row.ts';
import { canReadMemory, readMemory } from './process-memory.ts';
import { makeSplitVit, VIT_S } from './random-vit.ts';
import type { Sessions } from './session-site/page.ts';
import { formatMb, formatMs, median, type BenchRow } from './table.ts';

const SESSION_PORT = 5346;
const DATA_NAME = 'weights.bin';
/** Until memory has come to rest. */
const SETTLE_MS = 3000;

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
export async function measureSessions(model: Buffer): Promise<BenchRow[]> {
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
