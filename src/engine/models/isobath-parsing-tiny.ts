import { ISOBATH_LABELS } from '../parsing/label-sets.ts';
import type { ModelManifest } from './manifest.ts';

/** The embedded human parser: ships with the app. Contract and limits: `public/models/isobath-parsing-tiny/README.md`. */
export const ISOBATH_PARSING_TINY: ModelManifest = {
  schemaVersion: 1,
  id: 'isobath-parsing-tiny',
  revision: 'v0',
  name: 'Isobath parsing tiny',
  task: 'parsing',
  isEmbedded: true,
  summary: 'Ships with the app: clothes and body parts of any number of people, without telling them apart.',
  sourceUrl: null,
  qualityLevel: 2,
  licence: {
    name: 'Apache-2.0',
    url: 'https://www.apache.org/licenses/LICENSE-2.0',
    isNonCommercial: false,
    note: 'Trained on Clothing Co-Parsing (repository licence Apache-2.0; the photographers’ rights are not settled by it) and pictures some of which are for research use only. Whoever needs weights free of that must retrain.',
  },
  variants: [
    {
      id: 'fp32',
      weights: 'fp32',
      needsShaderF16: false,
      memoryBytes: 90_000_000,
      files: [
        {
          role: 'graph',
          name: 'model.onnx',
          url: 'models/isobath-parsing-tiny/model.onnx',
          sizeBytes: 4_338_883,
          sha256: '838e7e27bba2eb9fdc35e4c149a3caa2be16d4c93d0a443d96180fb5dfb9cc92',
        },
      ],
    },
  ],
  input: {
    name: 'pixel_values',
    layout: 'NCHW',
    channelOrder: 'RGB',
    scale: 1 / 255,
    // In the graph.
    mean: null,
    std: null,
    size: { rule: 'long-side', multipleOf: 32 },
    detail: { defaultPx: 384, minPx: 192, maxPx: 640, stepPx: 32 },
    resize: { filter: 'bilinear', antialias: true, precision: 'u8' },
  },
  output: { kind: 'semantic-labels', name: 'logits', labels: ISOBATH_LABELS, labelSet: 'isobath' },
  tolerance: { wasm: 1e-3, gpu: 2e-2 },
  selfTest: { url: 'models/isobath-parsing-tiny/self-test.f32', widthPx: 64, heightPx: 64 },
};
