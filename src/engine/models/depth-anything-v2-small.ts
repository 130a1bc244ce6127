import { DEPTH_ANYTHING_INPUT, DEPTH_ANYTHING_OUTPUT } from './depth-anything.ts';
import { describeHubVariant } from './hub-file.ts';
import type { ModelManifest } from './manifest.ts';

const REPOSITORY = 'onnx-community/depth-anything-v2-small';

/** Depth Anything V2 Small (Yang et al. 2024, arXiv 2406.09414): ViT-S/14 with a DPT head. */
export const DEPTH_ANYTHING_V2_SMALL: ModelManifest = {
  schemaVersion: 1,
  id: 'depth-anything-v2-small',
  revision: 'main',
  name: 'Depth Anything V2 Small',
  task: 'depth',
  isEmbedded: false,
  summary: 'Sharp outlines and thin structures: the best of the freely licensed models that phones can run.',
  sourceUrl: `https://huggingface.co/${REPOSITORY}`,
  qualityLevel: 3,
  licence: {
    name: 'Apache-2.0',
    url: 'https://www.apache.org/licenses/LICENSE-2.0',
    isNonCommercial: false,
    note: null,
  },
  variants: [
    describeHubVariant(REPOSITORY, 'fp32', 99.1),
    describeHubVariant(REPOSITORY, 'fp16', 49.6),
    describeHubVariant(REPOSITORY, 'uint8', 27.3),
    describeHubVariant(REPOSITORY, 'int8', 27.3),
    describeHubVariant(REPOSITORY, 'q4', 27.4),
    describeHubVariant(REPOSITORY, 'q4f16', 19.1),
  ],
  input: DEPTH_ANYTHING_INPUT,
  output: DEPTH_ANYTHING_OUTPUT,
  tolerance: { wasm: 1e-3, gpu: 2e-2 },
};
