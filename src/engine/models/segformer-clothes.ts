/** SegFormer fine-tuned on ATR (Xie et al. 2021, "SegFormer"; cards of mattmdjaga and of the hub's ONNX copies). */
import { ATR_LABELS } from '../parsing/label-sets.ts';
import type { InputSpec, Licence, ModelManifest, ModelVariant, OutputSpec } from './manifest.ts';

const INPUT: InputSpec = {
  name: 'pixel_values',
  layout: 'NCHW',
  channelOrder: 'RGB',
  scale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  size: { rule: 'fixed', widthPx: 512, heightPx: 512 },
  detail: { defaultPx: 512, minPx: 512, maxPx: 512, stepPx: 0 },
  resize: { filter: 'bilinear', antialias: true, precision: 'u8' },
};

const OUTPUT: OutputSpec = {
  kind: 'semantic-labels',
  name: 'logits',
  labels: ATR_LABELS,
  labelSet: 'atr',
};

const LICENCE: Licence = {
  name: 'MIT (card), NVIDIA Source Code License (base)',
  url: 'https://github.com/NVlabs/SegFormer/blob/master/LICENSE',
  // The stricter of the two counts.
  isNonCommercial: true,
  note: 'The model card says MIT; the base weights are NVIDIA’s, for research or evaluation only. The ATR pictures are for research.',
};

function variant(
  repository: string,
  weights: ModelVariant['weights'],
  suffix: string,
  sizeBytes: number,
  memoryBytes: number,
): ModelVariant {
  const name = `model${suffix}.onnx`;
  return {
    id: weights,
    weights,
    needsShaderF16: weights === 'fp16',
    memoryBytes,
    files: [
      {
        role: 'graph',
        name,
        url: `{hub}/${repository}/resolve/main/onnx/${name}`,
        sizeBytes,
        isSizeApproximate: true,
        sha256: null,
      },
    ],
  };
}

export const SEGFORMER_B2_CLOTHES: ModelManifest = {
  schemaVersion: 1,
  id: 'segformer-b2-clothes',
  revision: 'main',
  name: 'SegFormer B2 clothes',
  task: 'parsing',
  isEmbedded: false,
  summary: 'Clothes and body parts, 18 classes with left and right; does not tell people apart.',
  sourceUrl: 'https://huggingface.co/Xenova/segformer_b2_clothes',
  qualityLevel: 4,
  licence: LICENCE,
  variants: [
    variant('Xenova/segformer_b2_clothes', 'fp32', '', 110_000_000, 620_000_000),
    variant('Xenova/segformer_b2_clothes', 'fp16', '_fp16', 55_500_000, 620_000_000),
    variant('Xenova/segformer_b2_clothes', 'uint8', '_quantized', 28_800_000, 420_000_000),
  ],
  input: INPUT,
  output: OUTPUT,
  tolerance: { wasm: 1e-3, gpu: 2e-2 },
};

export const SEGFORMER_B0_CLOTHES: ModelManifest = {
  ...SEGFORMER_B2_CLOTHES,
  id: 'segformer-b0-clothes',
  name: 'SegFormer B0 clothes',
  summary: 'The small one: same classes, a seventh of the download, rougher edges.',
  sourceUrl: 'https://huggingface.co/Xenova/segformer_b0_clothes',
  qualityLevel: 3,
  variants: [
    variant('Xenova/segformer_b0_clothes', 'fp32', '', 15_200_000, 300_000_000),
    variant('Xenova/segformer_b0_clothes', 'fp16', '_fp16', 7_870_000, 300_000_000),
    variant('Xenova/segformer_b0_clothes', 'uint8', '_quantized', 4_380_000, 250_000_000),
  ],
};
