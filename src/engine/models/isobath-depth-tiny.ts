import type { ModelManifest } from './manifest.ts';

/** The embedded depth model: ships with the app, so that the first depth map needs no download. */
export const ISOBATH_DEPTH_TINY: ModelManifest = {
  schemaVersion: 1,
  id: 'isobath-depth-tiny',
  revision: 'v0',
  name: 'Isobath tiny',
  task: 'depth',
  isEmbedded: true,
  summary: 'Built in: instant, small and good on rooms, people, streets and landscapes.',
  sourceUrl: null,
  qualityLevel: 1,
  licence: {
    name: 'Apache-2.0',
    url: 'https://www.apache.org/licenses/LICENSE-2.0',
    isNonCommercial: false,
    note: 'Some of the training pictures are for research use only; whoever needs weights free of that must retrain.',
  },
  variants: [
    {
      id: 'fp32',
      weights: 'fp32',
      needsShaderF16: false,
      files: [
        {
          role: 'graph',
          name: 'model.onnx',
          url: 'models/isobath-depth-tiny/model.onnx',
          sizeBytes: 4_097_742,
          sha256: 'b45625096096708039cbb2fd1dad259c9cbc47de850b304e2a4b0a55b7037116',
        },
      ],
      memoryBytes: 48_000_000,
      skipsGraphOptimization: true,
    },
  ],
  input: {
    name: 'pixel_values',
    layout: 'NCHW',
    channelOrder: 'RGB',
    // 0..1: mean and std are the first nodes of the graph.
    scale: 1 / 255,
    mean: null,
    std: null,
    size: { rule: 'long-side', multipleOf: 32 },
    // Beyond 512 large surfaces start to wobble (model card).
    detail: { defaultPx: 256, minPx: 128, maxPx: 512, stepPx: 32 },
    resize: { filter: 'bilinear', antialias: true, precision: 'u8' },
  },
  output: { kind: 'disparity', name: 'predicted_depth', upsample: { filter: 'bilinear' } },
  tolerance: { wasm: 1e-3, gpu: 2e-2 },
  selfTest: { url: 'models/isobath-depth-tiny/self-test.f32', widthPx: 64, heightPx: 64 },
};
