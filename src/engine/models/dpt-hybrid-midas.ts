/** DPT-hybrid of MiDaS 3.0 (Ranftl et al. 2021, arXiv 2103.13413), as exported for the hub. */
import { describeHubVariant } from './hub-file.ts';
import type { ModelManifest } from './manifest.ts';

const REPOSITORY = 'Xenova/dpt-hybrid-midas';

/** `pixel_values` 1x3x384x384, stretched, mean and std 0.5 -> `predicted_depth` 1x384x384. */
export const DPT_HYBRID_MIDAS: ModelManifest = {
  schemaVersion: 1,
  id: 'dpt-hybrid-midas',
  revision: 'main',
  name: 'DPT-hybrid MiDaS',
  task: 'depth',
  isEmbedded: false,
  summary: 'The classic transformer for relative depth: smooth, calm maps at a fixed size.',
  sourceUrl: `https://huggingface.co/${REPOSITORY}`,
  qualityLevel: 3,
  licence: {
    name: 'MIT',
    url: 'https://github.com/isl-org/MiDaS/blob/master/LICENSE',
    isNonCommercial: false,
    note: null,
  },
  variants: [
    describeHubVariant(REPOSITORY, 'int8', 208, 'onnx/model_quantized.onnx'),
    describeHubVariant(REPOSITORY, 'fp16', 267),
    describeHubVariant(REPOSITORY, 'fp32', 533),
  ],
  input: {
    name: 'pixel_values',
    layout: 'NCHW',
    channelOrder: 'RGB',
    scale: 1 / 255,
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
    size: { rule: 'fixed', widthPx: 384, heightPx: 384 },
    detail: { defaultPx: 384, minPx: 384, maxPx: 384, stepPx: 32 },
    resize: { filter: 'bicubic', cubicA: -0.5, antialias: true, precision: 'u8' },
  },
  output: {
    kind: 'disparity',
    name: 'predicted_depth',
    upsample: { filter: 'bicubic', cubicA: -0.75 },
  },
  tolerance: { wasm: 1e-3, gpu: 2e-2 },
};
