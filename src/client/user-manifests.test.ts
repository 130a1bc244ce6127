import { expect, it } from 'vitest';
import { DEPTH_ANYTHING_V2_SMALL } from '../engine/models/depth-anything-v2-small.ts';
import type { ModelManifest } from '../engine/models/manifest.ts';
import { parseUserManifests, writeManifestFile } from './user-manifests.ts';

it('a manifest that was exported is read again, without addresses that end with the tab', async () => {
  const inMemory: ModelManifest = {
    ...DEPTH_ANYTHING_V2_SMALL,
    variants: DEPTH_ANYTHING_V2_SMALL.variants.map((variant) => ({
      ...variant,
      files: variant.files.map((file) => ({ ...file, url: 'blob:https://app.example/1' })),
    })),
  };
  const file = writeManifestFile(inMemory);
  expect(file.name).toBe(`${DEPTH_ANYTHING_V2_SMALL.id}.isobath-model.json`);
  const [read] = await parseUserManifests([await file.text()]);
  expect(read).toMatchObject({ id: DEPTH_ANYTHING_V2_SMALL.id, revision: DEPTH_ANYTHING_V2_SMALL.revision });
  expect(read!.variants.flatMap(({ files }) => files.map(({ url }) => url))).toEqual(
    inMemory.variants.flatMap(({ files }) => files.map(() => null)),
  );
});

it('a manifest that this version does not understand is left out, the others stay', async () => {
  const good = await writeManifestFile(DEPTH_ANYTHING_V2_SMALL).text();
  const read = await parseUserManifests(['{"id":"from-the-future"}', good, 'not json']);
  expect(read.map(({ id }) => id)).toEqual([DEPTH_ANYTHING_V2_SMALL.id]);
});
