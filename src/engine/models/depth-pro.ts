/** Depth Pro (Bochkovskii et al. 2024, arXiv 2410.02073): metres and focal length from one picture. */
import { describeHubFile, describeHubVariant, estimateMemoryBytes } from './hub-file.ts';
import type { ModelManifest } from './manifest.ts';

const REPOSITORY = 'onnx-community/DepthPro-ONNX';
const FP32_FILES = [
  describeHubFile(REPOSITORY, 'onnx/model.onnx', 5),
  describeHubFile(REPOSITORY, 'onnx/model.onnx_data', 3800, 'external-data'),
];

/** `pixel_values` 1x3x1536x1536, stretched, mean and std 0.5 -> `predicted_depth` in metres, `focallength_px` at 1536. */
export const DEPTH_PRO: ModelManifest = {
  schemaVersion: 1,
  id: 'depth-pro',
  revision: 'main',
  name: 'Depth Pro',
  task: 'depth',
  isEmbedded: false,
  summary: 'True metres and the focal length, with razor-sharp outlines. Very large and slow.',
  sourceUrl: `https://huggingface.co/${REPOSITORY}`,
  qualityLevel: 5,
  licence: {
    name: 'apple-ascl',
    url: 'https://github.com/apple/ml-depth-pro/blob/main/LICENSE',
    isNonCommercial: false,
    note: "Apple's sample code licence: read it before you use the maps elsewhere.",
  },
  variants: [
    describeHubVariant(REPOSITORY, 'q4', 730),
    describeHubVariant(REPOSITORY, 'q4f16', 600),
    {
      id: 'fp32',
      weights: 'fp32',
      needsShaderF16: false,
      files: FP32_FILES,
      memoryBytes: estimateMemoryBytes(FP32_FILES.reduce((sum, file) => sum + file.sizeBytes, 0)),
    },
  ],
  input: {
    name: 'pixel_values',
    layout: 'NCHW',
    channelOrder: 'RGB',
    scale: 1 / 255,
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
    size: { rule: 'fixed', widthPx: 1536, heightPx: 1536 },
    detail: { defaultPx: 1536, minPx: 1536, maxPx: 1536, stepPx: 32 },
    resize: { filter: 'bilinear', antialias: false, precision: 'float' },
  },
  output: {
    kind: 'metric-depth',
    name: 'predicted_depth',
    focalLengthName: 'focallength_px',
    // Linear in disparity: 1 / bilinear(1 / metres).
    upsample: { filter: 'bilinear' },
  },
  tolerance: { wasm: 1e-3, gpu: 2e-2 },
};
