/** The fixture pack's tiny models under the contracts of the published ones they stand for. Node only. */
import type { ModelManifest } from '../engine/models/manifest.ts';
import type { Platform } from '../engine/platform.ts';
import { createNodePlatform } from '../platform/node/node-platform.ts';
import { decodeRawPixels, type RawPixels } from '../platform/node/raw-pixels.ts';
import { readFixtureBytes } from './fixtures.ts';

/** `published` with the fixture's file: what holds for the one holds for the other. `path` is below e2e/fixtures. */
export function describeFixtureModel(published: ModelManifest, path: string): ModelManifest {
  return {
    ...published,
    id: path,
    variants: [
      {
        id: 'fp32',
        weights: 'fp32',
        needsShaderF16: false,
        memoryBytes: 10_000_000,
        files: [{ role: 'graph', name: path, url: null, sizeBytes: 0, sha256: null }],
      },
    ],
  };
}

/** The Node platform over raw pixels; models come from the fixture pack by file name. */
export function createFixturePlatform(): Platform<RawPixels> {
  return {
    ...createNodePlatform<RawPixels>({ modelsDir: '', decodeImage: decodeRawPixels }),
    async loadModel(_model, variant) {
      return { graph: readFixtureBytes(variant.files[0]!.name), externalData: [] };
    },
  };
}
