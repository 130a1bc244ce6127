/** Models for tests of downloading: addresses that the test hub serves. */
import { DEPTH_ANYTHING_V2_SMALL } from '../engine/models/depth-anything-v2-small.ts';
import type { ModelManifest } from '../engine/models/manifest.ts';

/** Length of {@link BULK}. */
export const BULK_BYTES = 3_000_000;

/** A model of made-up bytes: the library does not look inside of what a hub's hash vouches for. */
export const BULK: ModelManifest = {
  ...DEPTH_ANYTHING_V2_SMALL,
  id: 'bulk',
  variants: [
    {
      id: 'fp32',
      weights: 'fp32',
      needsShaderF16: false,
      memoryBytes: 1,
      files: [
        {
          role: 'graph',
          name: 'model.onnx',
          url: `{hub}/bulk/${BULK_BYTES}/resolve/main/model.onnx`,
          sizeBytes: BULK_BYTES,
          isSizeApproximate: true,
          sha256: null,
        },
      ],
    },
  ],
};

/** Two files: the graph names the other. */
export const EXTERNAL: ModelManifest = {
  ...DEPTH_ANYTHING_V2_SMALL,
  id: 'external',
  variants: [
    {
      id: 'fp32',
      weights: 'fp32',
      needsShaderF16: false,
      memoryBytes: 1,
      files: ['model.onnx', 'model.onnx_data'].map((name, index) => ({
        role: index === 0 ? ('graph' as const) : ('external-data' as const),
        name,
        url: `{hub}/fixtures/models/resolve/main/depth-anything-tiny-external/${name}`,
        sizeBytes: 500_000,
        isSizeApproximate: true,
        sha256: null,
      })),
    },
  ],
};
