/** What a second worker gains. */
import { ROUNDS, type BenchSetting } from './bench-setting.ts';
import { runCalls } from './call-page.ts';
import { openPhotoApp } from './photo-app.ts';
import { firstOf, nameAll, vary } from './photo-batch.ts';
import { median, type BenchRow } from './table.ts';

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
