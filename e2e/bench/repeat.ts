/** What the result cache gains. */
import type { BenchSetting } from './bench-setting.ts';
import { makeHeavyModel } from './heavy-model.ts';
import { openPhotoApp } from './photo-app.ts';
import { firstOf, vary } from './photo-batch.ts';
import { formatMs, median, type BenchRow } from './table.ts';

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
