/** Models of ViT-S size: download, memory, sessions, second start. */
import { startHub } from '../hub/hub-server.ts';
import { buildApp, serveApp } from '../support/app-site.ts';
import { ROUNDS, type BenchSetting } from './bench-setting.ts';
import { withProfile } from './disk-profile.ts';
import { measureDownload } from './model-download.ts';
import { measureSessions } from './model-sessions.ts';
import { addPeerModel } from './peer-site.ts';
import { firstOf } from './photo-batch.ts';
import { makeRandomVit, VIT_S } from './random-vit.ts';
import { measurePeerStart, measureSecondStart } from './second-start.ts';
import { formatMb, formatMs, median, type BenchRow } from './table.ts';

const HUB_PORT = 5473;
const MODEL_ID = 'depth-anything-v2-small';
/** The smallest that the model offers: a start is measured, not the network's work. */
const DETAIL_PX = 252;

/** The app against a hub of its own: download, then second starts in turns with the peer's. */
async function measureApp({ peerUrl, photos }: BenchSetting, model: Buffer): Promise<BenchRow[]> {
  const photo = firstOf(photos);
  const hub = await startHub((path) => (path.includes(MODEL_ID) ? model : null), { port: HUB_PORT });
  const modelUrl = `${hub.url()}/${MODEL_ID}/model.onnx`;
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
        { siteUrl: site.url, modelUrl, modelId: MODEL_ID },
        model,
      );
      await page.close();
      const opened = { url: site.url, modelId: MODEL_ID };
      const ours: number[] = [];
      const theirs: number[] = [];
      // The first of each fills caches.
      await measureSecondStart(context, opened, photo, 'warm');
      await measurePeerStart(context, peerUrl);
      for (let round = 0; round < ROUNDS; round++) {
        ours.push(await measureSecondStart(context, opened, photo, `round-${round}`));
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

export async function measureModels(setting: BenchSetting): Promise<BenchRow[]> {
  const model = makeRandomVit(VIT_S);
  return [...(await measureApp(setting, model)), ...(await measureSessions(model))];
}
