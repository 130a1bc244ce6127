/**
 * M2FP: Mask2Former for human parsing (Yang et al. 2023, "Deep Learning Technique for Human Parsing").
 * No public ONNX: `m2fp-export/export_m2fp.py` turns the published checkpoint into one.
 */
import { CIHP_LABELS, LIP_LABELS } from '../parsing/label-sets.ts';
import type { InputSpec, Licence, ModelManifest, ModelVariant } from './manifest.ts';

const LICENCE: Licence = {
  name: 'CC-BY-NC-4.0',
  url: 'https://creativecommons.org/licenses/by-nc/4.0/',
  isNonCommercial: true,
  note: 'Code and weights are for non-commercial use; the training pictures (CIHP, LIP) are for research.',
};

const PIXELS: Pick<InputSpec, 'name' | 'layout' | 'channelOrder' | 'scale' | 'mean' | 'std' | 'resize'> = {
  name: 'pixel_values',
  layout: 'NCHW',
  channelOrder: 'RGB',
  scale: 1,
  mean: [123.675, 116.28, 103.53],
  std: [58.395, 57.12, 57.375],
  resize: { filter: 'bilinear', antialias: true, precision: 'u8' },
};

// 63.0 M parameters; memory grows with the picture, the figure is for 640 x 864.
const VARIANTS: readonly ModelVariant[] = [
  {
    id: 'fp32',
    weights: 'fp32',
    needsShaderF16: false,
    memoryBytes: 1_600_000_000,
    files: [
      {
        role: 'graph',
        name: 'm2fp.onnx',
        url: null,
        sizeBytes: 254_000_000,
        isSizeApproximate: true,
        sha256: null,
      },
    ],
  },
];

export const M2FP_MULTI: ModelManifest = {
  schemaVersion: 1,
  id: 'm2fp-multi',
  revision: 'v1.0',
  name: 'M2FP multi-person (ResNet-101)',
  task: 'parsing',
  isEmbedded: false,
  summary: 'Tells people apart: who wears what, for every person. You export the file yourself, once.',
  sourceUrl: 'https://arxiv.org/abs/2301.00394',
  downloadPageUrl: 'https://modelscope.cn/models/damo/cv_resnet101_image-multiple-human-parsing',
  qualityLevel: 5,
  licence: LICENCE,
  variants: VARIANTS,
  input: {
    ...PIXELS,
    size: { rule: 'short-side-padded', multipleOf: 32, maxLongSidePx: 1333 },
    detail: { defaultPx: 640, minPx: 128, maxPx: 800, stepPx: 32 },
  },
  output: {
    kind: 'mask2former',
    logitsName: 'pred_logits',
    masksName: 'pred_masks',
    labels: CIHP_LABELS,
    labelSet: 'cihp',
    humanClass: CIHP_LABELS.indexOf('Human'),
    scoreThreshold: 0.3,
  },
  tolerance: { wasm: 2e-2, gpu: 5e-2 },
};

export const M2FP_SINGLE: ModelManifest = {
  ...M2FP_MULTI,
  id: 'm2fp-single',
  name: 'M2FP single person (ResNet-101)',
  summary: 'One person who fills the picture, 20 classes. You export the file yourself, once.',
  downloadPageUrl: 'https://modelscope.cn/models/damo/cv_resnet101_image-single-human-parsing',
  input: {
    ...PIXELS,
    // SINGLE_HUMAN.SIZES of the published configuration; padded with mid grey before normalising.
    size: { rule: 'fit-centered', widthPx: 384, heightPx: 512, padValue: 128 },
    detail: { defaultPx: 512, minPx: 512, maxPx: 512, stepPx: 0 },
  },
  output: {
    kind: 'mask2former',
    logitsName: 'pred_logits',
    masksName: 'pred_masks',
    labels: LIP_LABELS,
    labelSet: 'lip',
    humanClass: null,
    scoreThreshold: 0.3,
  },
};
