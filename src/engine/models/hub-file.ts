/** How catalogue entries describe files of a model hub: one line per file. */
import type { ModelFile, ModelVariant } from './manifest.ts';

/** ImageNet mean and standard deviation, RGB, of values in [0, 1]. */
export const IMAGENET_MEAN = [0.485, 0.456, 0.406] as const;
export const IMAGENET_STD = [0.229, 0.224, 0.225] as const;

const BYTES_PER_MB = 1_000_000;

/** Weights are copied once (`onnx-weights.ts`), and packed: 1.3 times the file, measured with ViT-S (97 MB) and ViT-L (1.29 GB). */
const WEIGHT_COPIES = 1.45;
/** What a run needs beside them, attention above all: no more than this for pictures of the usual size. */
const MAX_RUN_BYTES = 150 * BYTES_PER_MB;
const RUN_SHARE = 1.65;

/** Heap of one worker while a session of the model lives and runs. */
export function estimateMemoryBytes(weightsBytes: number): number {
  return Math.round(weightsBytes * WEIGHT_COPIES + Math.min(weightsBytes * RUN_SHARE, MAX_RUN_BYTES));
}

/** A file of a hub repository; `sizeMb` is decimal, as hubs print it, and therefore approximate. */
export function describeHubFile(
  repository: string,
  path: string,
  sizeMb: number,
  role: ModelFile['role'] = 'graph',
): ModelFile {
  return {
    role,
    name: path.slice(path.lastIndexOf('/') + 1),
    url: `{hub}/${repository}/resolve/main/${path}`,
    sizeBytes: Math.round(sizeMb * BYTES_PER_MB),
    isSizeApproximate: true,
    sha256: null,
  };
}

/** A one-file variant of a hub repository, in the naming that the hub's ONNX exports share. */
export function describeHubVariant(
  repository: string,
  weights: ModelVariant['weights'],
  sizeMb: number,
  path: string = HUB_PATHS[weights],
): ModelVariant {
  const file = describeHubFile(repository, path, sizeMb);
  return {
    id: weights,
    weights,
    needsShaderF16: weights === 'fp16' || weights === 'q4f16',
    files: [file],
    memoryBytes: estimateMemoryBytes(file.sizeBytes),
  };
}

const HUB_PATHS: Readonly<Record<ModelVariant['weights'], string>> = {
  fp32: 'onnx/model.onnx',
  fp16: 'onnx/model_fp16.onnx',
  int8: 'onnx/model_int8.onnx',
  uint8: 'onnx/model_uint8.onnx',
  q4: 'onnx/model_q4.onnx',
  q4f16: 'onnx/model_q4f16.onnx',
};
