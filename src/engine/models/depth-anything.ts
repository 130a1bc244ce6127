/**
 * Depth Anything beyond V2 Small: V2 Base and Large (Yang et al. 2024, arXiv 2406.09414) and V1 Large
 * (arXiv 2401.10891), as exported for the hub. One contract, four sizes; sizes are the hub's, in decimal MB.
 */
import { describeHubVariant, IMAGENET_MEAN, IMAGENET_STD } from './hub-file.ts';
import type { InputSpec, Licence, ModelManifest, ModelVariant, OutputSpec } from './manifest.ts';

/** `pixel_values` 1x3xHxW: nominal 518, aspect kept, sides multiples of the ViT's patch of 14. */
export const DEPTH_ANYTHING_INPUT: InputSpec = {
  name: 'pixel_values',
  layout: 'NCHW',
  channelOrder: 'RGB',
  scale: 1 / 255,
  mean: IMAGENET_MEAN,
  std: IMAGENET_STD,
  size: { rule: 'closest-scale', multipleOf: 14 },
  detail: { defaultPx: 518, minPx: 252, maxPx: 1022, stepPx: 14 },
  resize: { filter: 'bicubic', cubicA: -0.5, antialias: true, precision: 'u8' },
};

/** `predicted_depth` 1xHxW, relative inverse depth. */
export const DEPTH_ANYTHING_OUTPUT: OutputSpec = {
  kind: 'disparity',
  name: 'predicted_depth',
  upsample: { filter: 'bicubic', cubicA: -0.75 },
};

const NON_COMMERCIAL: Licence = {
  name: 'CC-BY-NC-4.0',
  url: 'https://creativecommons.org/licenses/by-nc/4.0/',
  isNonCommercial: true,
  note: 'The Base and Large weights may not be used commercially; only Small is Apache-2.0.',
};

function describe(
  parts: Pick<ModelManifest, 'id' | 'name' | 'summary' | 'sourceUrl' | 'licence' | 'qualityLevel'> & {
    readonly variants: readonly ModelVariant[];
  },
): ModelManifest {
  return {
    schemaVersion: 1,
    revision: 'main',
    task: 'depth',
    isEmbedded: false,
    input: DEPTH_ANYTHING_INPUT,
    output: DEPTH_ANYTHING_OUTPUT,
    tolerance: { wasm: 1e-3, gpu: 2e-2 },
    ...parts,
  };
}

const V2_BASE = 'onnx-community/depth-anything-v2-base';
const V2_LARGE = 'onnx-community/depth-anything-v2-large';
const V1_LARGE = 'Xenova/depth-anything-large-hf';

export const DEPTH_ANYTHING_V2_BASE = describe({
  id: 'depth-anything-v2-base',
  name: 'Depth Anything V2 Base',
  summary: 'Finer outlines than Small, for photos that deserve a wait. Needs about four times the work.',
  sourceUrl: `https://huggingface.co/${V2_BASE}`,
  licence: NON_COMMERCIAL,
  qualityLevel: 4,
  variants: [
    describeHubVariant(V2_BASE, 'int8', 102),
    describeHubVariant(V2_BASE, 'q4f16', 72.5),
    describeHubVariant(V2_BASE, 'fp16', 195),
    describeHubVariant(V2_BASE, 'fp32', 389),
  ],
});

export const DEPTH_ANYTHING_V2_LARGE = describe({
  id: 'depth-anything-v2-large',
  name: 'Depth Anything V2 Large',
  summary: 'The finest relative depth in the list: thin structures, glass, far objects. For strong devices.',
  sourceUrl: `https://huggingface.co/${V2_LARGE}`,
  licence: NON_COMMERCIAL,
  qualityLevel: 5,
  variants: [
    describeHubVariant(V2_LARGE, 'int8', 347),
    describeHubVariant(V2_LARGE, 'q4f16', 235),
    describeHubVariant(V2_LARGE, 'fp16', 669),
    describeHubVariant(V2_LARGE, 'fp32', 1340),
  ],
});

export const DEPTH_ANYTHING_V1_LARGE = describe({
  id: 'depth-anything-v1-large',
  name: 'Depth Anything V1 Large (ViT-L/14)',
  summary: 'The first generation at its largest: robust on real photos, softer on thin structures than V2.',
  sourceUrl: `https://huggingface.co/${V1_LARGE}`,
  licence: {
    name: 'Apache-2.0',
    url: 'https://github.com/LiheYoung/Depth-Anything/blob/main/LICENSE',
    isNonCommercial: false,
    note: 'The code is Apache-2.0; which licence the weights carry is under discussion (LiheYoung/Depth-Anything issue 252).',
  },
  qualityLevel: 4,
  variants: [
    describeHubVariant(V1_LARGE, 'int8', 348, 'onnx/model_quantized.onnx'),
    describeHubVariant(V1_LARGE, 'fp16', 669),
    describeHubVariant(V1_LARGE, 'fp32', 1340),
  ],
});
