import type { ModelFile, ModelManifest, ModelVariant } from './manifest.ts';

/** The hub's table gives megabytes; the exact length comes with the download. */
function hubFile(name: string, sizeMb: number): ModelFile {
  return {
    role: 'graph',
    name,
    url: `{hub}/onnx-community/depth-anything-v2-small/resolve/main/onnx/${name}`,
    sizeBytes: Math.round(sizeMb * 1e6),
    sha256: null,
  };
}

/** ViT-S at 518 pixels: measured heap per worker, most of it activations; the weights add what they weigh. */
const ACTIVATION_BYTES = 209_000_000;

function variant(
  id: ModelVariant['weights'],
  name: string,
  sizeMb: number,
  needsShaderF16: boolean,
): ModelVariant {
  const file = hubFile(name, sizeMb);
  return { id, weights: id, needsShaderF16, files: [file], memoryBytes: ACTIVATION_BYTES + file.sizeBytes };
}

/** Depth Anything V2 Small (Yang et al. 2024), ViT-S/14 with a DPT head. */
export const DEPTH_ANYTHING_V2_SMALL: ModelManifest = {
  schemaVersion: 1,
  id: 'depth-anything-v2-small',
  revision: 'main',
  name: 'Depth Anything V2 Small',
  task: 'depth',
  isEmbedded: false,
  summary: 'Sharp outlines and thin structures; about 25 times the work of the built-in model.',
  sourceUrl: 'https://huggingface.co/onnx-community/depth-anything-v2-small',
  licence: {
    name: 'Apache-2.0',
    url: 'https://www.apache.org/licenses/LICENSE-2.0',
    isNonCommercial: false,
    note: null,
  },
  variants: [
    variant('fp32', 'model.onnx', 99.1, false),
    variant('fp16', 'model_fp16.onnx', 49.6, true),
    variant('uint8', 'model_uint8.onnx', 27.3, false),
    variant('int8', 'model_int8.onnx', 27.3, false),
    variant('q4', 'model_q4.onnx', 27.4, false),
    variant('q4f16', 'model_q4f16.onnx', 19.1, true),
  ],
  input: {
    name: 'pixel_values',
    layout: 'NCHW',
    channelOrder: 'RGB',
    scale: 1 / 255,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    size: { rule: 'closest-scale', multipleOf: 14 },
    detail: { defaultPx: 518, minPx: 252, maxPx: 770, stepPx: 14 },
    resize: { filter: 'bicubic', cubicA: -0.5, antialias: true, precision: 'u8' },
  },
  output: {
    kind: 'disparity',
    name: 'predicted_depth',
    upsample: { filter: 'bicubic', cubicA: -0.75 },
  },
  tolerance: { wasm: 1e-3, gpu: 2e-2 },
};
