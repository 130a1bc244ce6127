import type { ModelManifest } from './manifest.ts';

/** MiDaS v2.1 small (Ranftl et al. 2020), EfficientNet-Lite3; the release's own ONNX file. */
export const MIDAS_SMALL_V2_1: ModelManifest = {
  schemaVersion: 1,
  id: 'midas-small-v2-1',
  revision: 'v2_1',
  name: 'MiDaS v2.1 small',
  task: 'depth',
  isEmbedded: false,
  summary: 'A well-known small model at a fixed 256x256; bring the file from its release page.',
  sourceUrl: 'https://arxiv.org/abs/1907.01341',
  downloadPageUrl: 'https://github.com/isl-org/MiDaS/releases/tag/v2_1',
  qualityLevel: 2,
  licence: {
    name: 'MIT',
    url: 'https://github.com/isl-org/MiDaS/blob/master/LICENSE',
    isNonCommercial: false,
    note: null,
  },
  variants: [
    {
      id: 'fp32',
      weights: 'fp32',
      needsShaderF16: false,
      files: [
        {
          role: 'graph',
          name: 'model-small.onnx',
          // The release host sends no CORS header, so a page cannot fetch it: a mirror, or the user's file.
          url: null,
          sizeBytes: 66_764_249,
          // The publisher names none; projects that do not know each other record this one for this length.
          sha256: '2d8c6cb8f415229daf1eb041024208e2608c9f98e17c81cc7c6ecb449c56fd58',
          mirrorPath: 'isl-org/MiDaS/releases/download/v2_1/model-small.onnx',
        },
      ],
      memoryBytes: 160_000_000,
    },
  ],
  input: {
    name: '0',
    layout: 'NCHW',
    channelOrder: 'RGB',
    // 0..1: mean and std are the first nodes of the graph.
    scale: 1 / 255,
    mean: null,
    std: null,
    size: { rule: 'fixed', widthPx: 256, heightPx: 256 },
    detail: { defaultPx: 256, minPx: 256, maxPx: 256, stepPx: 0 },
    resize: { filter: 'bicubic', cubicA: -0.75, antialias: false, precision: 'float' },
  },
  output: { kind: 'disparity', name: '797', upsample: { filter: 'bicubic', cubicA: -0.75 } },
  tolerance: { wasm: 1e-3, gpu: 2e-2 },
};
