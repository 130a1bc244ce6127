/** Self-Correction for Human Parsing (Li et al. 2019), as the ONNX copies of virtual try-on projects carry it. */
import { ATR_LABELS, LIP_LABELS } from '../parsing/label-sets.ts';
import type { InputSpec, Licence, ModelFile, ModelManifest } from './manifest.ts';

function input(sizePx: number): InputSpec {
  return {
    name: 'input.1',
    layout: 'NCHW',
    // The published code reads with OpenCV; mean and std are in the network's channel order.
    channelOrder: 'BGR',
    scale: 1 / 255,
    mean: [0.406, 0.456, 0.485],
    std: [0.225, 0.224, 0.229],
    size: { rule: 'affine-square' },
    detail: { defaultPx: sizePx, minPx: sizePx, maxPx: sizePx, stepPx: 0 },
    // Of the warp: plain bilinear, rounded to 8 bit.
    resize: { filter: 'bilinear', antialias: false, precision: 'u8' },
  };
}

const LICENCE: Licence = {
  name: 'MIT (code)',
  url: 'https://github.com/GoGoDuck912/Self-Correction-Human-Parsing/blob/master/LICENSE',
  // The training pictures decide.
  isNonCommercial: true,
  note: 'The authors’ code is MIT; the weights carry no licence of their own, and the training pictures (ATR, LIP) are for non-commercial research. The ONNX copy is a third party’s.',
};

const REVISION = '4fd18f98561bae00b5c24342c92307b4780b2a8d';

const BASE = {
  schemaVersion: 1,
  revision: REVISION,
  task: 'parsing',
  isEmbedded: false,
  sourceUrl: 'https://github.com/GoGoDuck912/Self-Correction-Human-Parsing',
  downloadPageUrl: 'https://huggingface.co/basso4/humanparsing',
  qualityLevel: 4,
  licence: LICENCE,
  tolerance: { wasm: 1e-3, gpu: 2e-2 },
} as const;

function variants(
  file: Pick<ModelFile, 'name' | 'sizeBytes' | 'isSizeApproximate' | 'sha256'>,
): ModelManifest['variants'] {
  return [
    {
      id: 'fp32',
      weights: 'fp32',
      needsShaderF16: false,
      memoryBytes: 900_000_000,
      files: [{ role: 'graph', url: `{hub}/basso4/humanparsing/resolve/${REVISION}/${file.name}`, ...file }],
    },
  ];
}

export const SCHP_ATR: ModelManifest = {
  ...BASE,
  id: 'schp-atr',
  name: 'SCHP ATR',
  summary: 'Clothes and body parts of one person, 18 classes with left and right.',
  variants: variants({
    name: 'parsing_atr.onnx',
    sizeBytes: 266_859_305,
    sha256: '04c7d1d070d0e0ae943d86b18cb5aaaea9e278d97462e9cfb270cbbe4cd977f4',
  }),
  input: input(512),
  // Outputs: parsing, fusion (the one to use), edge. Their names are numbers that a re-export changes.
  output: { kind: 'semantic-labels', name: '355', fallbackIndex: 1, labels: ATR_LABELS, labelSet: 'atr' },
};

export const SCHP_LIP: ModelManifest = {
  ...BASE,
  id: 'schp-lip',
  name: 'SCHP LIP',
  summary: 'Clothes and body parts of one person, 20 classes: also coat, socks, glove and jumpsuit.',
  variants: variants({
    name: 'parsing_lip.onnx',
    sizeBytes: 266_900_000,
    isSizeApproximate: true,
    sha256: '8436e1dae96e2601c373d1ace29c8f0978b16357d9038c17a8ba756cca376dbc',
  }),
  input: input(473),
  output: { kind: 'semantic-labels', name: '355', fallbackIndex: 1, labels: LIP_LABELS, labelSet: 'lip' },
};
