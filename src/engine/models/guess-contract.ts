/** From what a graph declares to a draft manifest: what a user's own model most likely is, why, and how sure that is. */
import { EngineError } from '../errors.ts';
import { LABEL_SETS } from '../parsing/label-sets.ts';
import type { TensorInfo } from '../platform.ts';
import { estimateMemoryBytes, IMAGENET_MEAN, IMAGENET_STD } from './hub-file.ts';
import { M2FP_MULTI, M2FP_SINGLE } from './m2fp.ts';
import type { InputSpec, ModelFile, ModelManifest, OutputSpec, ResizeSpec } from './manifest.ts';
import type { OnnxInspection } from './onnx-inspect.ts';

/** Why the draft says what it says; the UI words them (`models.guess.<code>`). */
export interface GuessReason {
  readonly code:
    | 'family-recognised' // family
    | 'output-by-name' // name
    | 'output-by-shape' // name
    | 'size-fixed' // widthPx, heightPx
    | 'size-dynamic' // multipleOf
    | 'normalisation-in-graph' // operator
    | 'normalisation-assumed' // mean
    | 'channels-swapped'
    | 'labels-by-count' // count, labelSet
    | 'labels-unknown'; // count
  readonly details: Readonly<Record<string, string | number>>;
}

export interface ContractGuess {
  readonly manifest: ModelManifest;
  /** `certain`: a published contract, recognised; `likely`: by names; `unsure`: by shape only, look at the preview. */
  readonly confidence: 'certain' | 'likely' | 'unsure';
  readonly reasons: readonly GuessReason[];
}

/** The files that the user gave, already hashed or not. */
export interface GivenFiles {
  readonly id: string;
  readonly name: string;
  readonly files: readonly ModelFile[];
}

function mismatch(message: string, found: string, expected: string): EngineError {
  return new EngineError('MODEL_CONTRACT_MISMATCH', message, { details: { found, expected } });
}

function describeTensor(tensor: TensorInfo): string {
  return `${tensor.name}: ${tensor.type} [${tensor.shape.map((axis) => axis ?? '?').join(', ')}]`;
}

interface ImageInput {
  readonly info: TensorInfo;
  /** null: dynamic. */
  readonly widthPx: number | null;
  readonly heightPx: number | null;
}

const EXPECTED_INPUT = 'one float32 input of 1 x 3 x height x width';

/** The one picture input. Throws MODEL_CONTRACT_MISMATCH. */
export function findImageInput(inspection: OnnxInspection): ImageInput {
  const [info, ...others] = inspection.inputs;
  if (info === undefined) throw mismatch('The model has no input', 'none', EXPECTED_INPUT);
  const found = inspection.inputs.map(describeTensor).join(', ');
  if (others.length > 0) throw mismatch('The model wants more than a picture', found, EXPECTED_INPUT);
  if (info.type !== 'float32') {
    throw mismatch(`The model's input is ${info.type}, not a float32 picture`, found, EXPECTED_INPUT);
  }
  if (info.shape.length !== 4) {
    throw mismatch(`The model's input has ${info.shape.length} axes, not 4`, found, EXPECTED_INPUT);
  }
  const [batch, channels, height, width] = info.shape;
  if (typeof batch === 'number' && batch !== 1) {
    throw mismatch(`The model wants ${batch} pictures at a time`, found, EXPECTED_INPUT);
  }
  if (typeof channels === 'number' && channels !== 3) {
    throw mismatch(`The model wants ${channels} channels, not 3 (red, green, blue)`, found, EXPECTED_INPUT);
  }
  return {
    info,
    widthPx: typeof width === 'number' && width > 0 ? width : null,
    heightPx: typeof height === 'number' && height > 0 ? height : null,
  };
}

interface OutputGuess {
  readonly output: OutputSpec;
  readonly family: 'm2fp' | 'depth-pro' | 'schp' | 'segformer' | 'midas' | 'dpt' | 'depth-anything' | null;
  readonly reasons: readonly GuessReason[];
}

const BICUBIC = { filter: 'bicubic', cubicA: -0.75 } as const;

function findByName(outputs: readonly TensorInfo[], name: string): TensorInfo | undefined {
  return outputs.find((output) => output.name === name);
}

/** A map per class: float [1, classes, h, w]. */
function countClasses(output: TensorInfo): number | null {
  const classes = output.shape.length === 4 ? output.shape[1] : undefined;
  return output.type === 'float32' && typeof classes === 'number' && classes >= 2 ? classes : null;
}

/** A single map: float [1, h, w] or [1, 1, h, w]. */
function isSingleMap(output: TensorInfo): boolean {
  const { shape } = output;
  return output.type === 'float32' && (shape.length === 3 || (shape.length === 4 && shape[1] === 1));
}

function guessLabels(count: number): { labels: readonly string[]; labelSet: string; reason: GuessReason } {
  const known = Object.values(LABEL_SETS).find((set) => set.labels.length === count);
  if (known !== undefined) {
    const reason: GuessReason = { code: 'labels-by-count', details: { count, labelSet: known.id } };
    return { labels: known.labels, labelSet: known.id, reason };
  }
  const labels = Array.from({ length: count }, (_, index) => (index === 0 ? 'Background' : `Class ${index}`));
  return { labels, labelSet: `user-${count}`, reason: { code: 'labels-unknown', details: { count } } };
}

/** Single-person M2FP has the 20 classes of LIP and no person class: 21 columns with "no object", not 22. */
function chooseM2fp(logits: TensorInfo | undefined): ModelManifest {
  return logits?.shape[2] === 21 ? M2FP_SINGLE : M2FP_MULTI;
}

function guessOutput(inspection: OnnxInspection, input: ImageInput): OutputGuess {
  const { outputs } = inspection;
  const logits = findByName(outputs, 'pred_logits');
  const masks = findByName(outputs, 'pred_masks');
  if (logits !== undefined && masks !== undefined) {
    return {
      family: 'm2fp',
      output: chooseM2fp(logits).output,
      reasons: [{ code: 'family-recognised', details: { family: 'M2FP' } }],
    };
  }
  const classMaps = outputs.filter((output) => countClasses(output) !== null);
  if (classMaps.length > 0) return guessParsing(classMaps, input);
  const depth = findByName(outputs, 'predicted_depth') ?? outputs.find(isSingleMap);
  if (depth === undefined || !isSingleMap(depth)) {
    throw mismatch(
      'No output of the model is a map',
      outputs.map(describeTensor).join(', '),
      'one float32 map (1 x height x width) or one per class (1 x classes x height x width)',
    );
  }
  return guessDepth(inspection, input, depth);
}

function guessParsing(classMaps: readonly TensorInfo[], input: ImageInput): OutputGuess {
  // SCHP has three: parsing, fusion (the one to use) and a two-class edge map.
  const isSchp = classMaps.length === 3 && classMaps.some((output) => countClasses(output) === 2);
  const wanted = isSchp ? classMaps.filter((output) => countClasses(output) !== 2)[1] : undefined;
  const chosen =
    wanted ??
    findByName(classMaps, 'logits') ??
    [...classMaps].sort((a, b) => (countClasses(b) ?? 0) - (countClasses(a) ?? 0))[0];
  if (chosen === undefined) throw new Error('guessParsing needs a class map');
  const { labels, labelSet, reason } = guessLabels(countClasses(chosen) ?? 2);
  const isSegformer = !isSchp && chosen.name === 'logits' && input.info.name === 'pixel_values';
  return {
    family: isSchp ? 'schp' : isSegformer ? 'segformer' : null,
    output: { kind: 'semantic-labels', name: chosen.name, labels, labelSet },
    reasons: [
      isSchp
        ? { code: 'family-recognised', details: { family: 'SCHP' } }
        : { code: isSegformer ? 'output-by-name' : 'output-by-shape', details: { name: chosen.name } },
      reason,
    ],
  };
}

function guessDepth(inspection: OnnxInspection, input: ImageInput, depth: TensorInfo): OutputGuess {
  const disparity: OutputSpec = { kind: 'disparity', name: depth.name, upsample: BICUBIC };
  const focal = inspection.outputs.find((output) => /focal/i.test(output.name));
  if (focal !== undefined) {
    return {
      family: 'depth-pro',
      output: {
        kind: 'metric-depth',
        name: depth.name,
        focalLengthName: focal.name,
        upsample: { filter: 'bilinear' },
      },
      reasons: [{ code: 'family-recognised', details: { family: 'Depth Pro' } }],
    };
  }
  if (depth.name === '797' && input.info.name === '0') {
    return {
      family: 'midas',
      output: disparity,
      reasons: [{ code: 'family-recognised', details: { family: 'MiDaS v2.1 small' } }],
    };
  }
  if (depth.name === 'predicted_depth') {
    return {
      family: input.widthPx === 384 && input.heightPx === 384 ? 'dpt' : 'depth-anything',
      output: disparity,
      reasons: [{ code: 'output-by-name', details: { name: depth.name } }],
    };
  }
  return {
    family: input.widthPx === 256 && input.heightPx === 256 ? 'midas' : null,
    output: disparity,
    reasons: [{ code: 'output-by-shape', details: { name: depth.name } }],
  };
}

const PILLOW_BICUBIC: ResizeSpec = { filter: 'bicubic', cubicA: -0.5, antialias: true, precision: 'u8' };
const PILLOW_BILINEAR: ResizeSpec = { filter: 'bilinear', antialias: true, precision: 'u8' };
const OPENCV_CUBIC: ResizeSpec = { filter: 'bicubic', cubicA: -0.75, antialias: false, precision: 'float' };

/** Arithmetic right behind the input is mean and standard deviation inside of the graph. */
function findInGraphNormalisation(inspection: OnnxInspection, name: string): string | null {
  return (
    inspection.firstOperators[name]?.find((operator) => ['Sub', 'Mul', 'Div', 'Add'].includes(operator)) ??
    null
  );
}

function guessInput(
  inspection: OnnxInspection,
  image: ImageInput,
  guess: OutputGuess,
): { input: InputSpec; reasons: GuessReason[] } {
  const reasons: GuessReason[] = [];
  const { widthPx, heightPx } = image;
  const base = { name: image.info.name, layout: 'NCHW', channelOrder: 'RGB', scale: 1 / 255 } as const;

  if (guess.family === 'schp') {
    const sidePx = widthPx ?? heightPx ?? 512;
    reasons.push({ code: 'channels-swapped', details: {} });
    return {
      reasons,
      input: {
        ...base,
        channelOrder: 'BGR',
        mean: [0.406, 0.456, 0.485],
        std: [0.225, 0.224, 0.229],
        size: { rule: 'affine-square' },
        detail: { defaultPx: sidePx, minPx: sidePx, maxPx: sidePx, stepPx: 1 },
        resize: { filter: 'bilinear', antialias: false, precision: 'u8' },
      },
    };
  }
  if (guess.family === 'm2fp') {
    reasons.push({ code: 'size-dynamic', details: { multipleOf: 32 } });
    const published = chooseM2fp(findByName(inspection.outputs, 'pred_logits'));
    return { reasons, input: { ...published.input, name: base.name } };
  }

  const operator = findInGraphNormalisation(inspection, image.info.name);
  const halves = guess.family === 'dpt' || guess.family === 'depth-pro';
  if (operator !== null) reasons.push({ code: 'normalisation-in-graph', details: { operator } });
  else reasons.push({ code: 'normalisation-assumed', details: { mean: halves ? '0.5' : 'ImageNet' } });
  const normalisation =
    operator !== null
      ? { mean: null, std: null }
      : halves
        ? { mean: [0.5, 0.5, 0.5] as const, std: [0.5, 0.5, 0.5] as const }
        : { mean: IMAGENET_MEAN, std: IMAGENET_STD };
  const resize: ResizeSpec =
    guess.family === 'midas'
      ? OPENCV_CUBIC
      : guess.family === 'depth-pro'
        ? { filter: 'bilinear', antialias: false, precision: 'float' }
        : guess.output.kind === 'semantic-labels'
          ? PILLOW_BILINEAR
          : PILLOW_BICUBIC;

  const fixed = guess.family === 'segformer' ? 512 : null;
  const fixedWidthPx = widthPx ?? (heightPx === null ? fixed : heightPx);
  const fixedHeightPx = heightPx ?? (widthPx === null ? fixed : widthPx);
  if (fixedWidthPx !== null && fixedHeightPx !== null) {
    reasons.push({ code: 'size-fixed', details: { widthPx: fixedWidthPx, heightPx: fixedHeightPx } });
    const sidePx = Math.max(fixedWidthPx, fixedHeightPx);
    return {
      reasons,
      input: {
        ...base,
        ...normalisation,
        size: { rule: 'fixed', widthPx: fixedWidthPx, heightPx: fixedHeightPx },
        detail: { defaultPx: sidePx, minPx: sidePx, maxPx: sidePx, stepPx: 1 },
        resize,
      },
    };
  }
  // Plain ViT exports want multiples of 14; others are safe at 32.
  const multipleOf = guess.family === 'depth-anything' ? 14 : 32;
  const defaultPx = multipleOf === 14 ? 518 : 512;
  reasons.push({ code: 'size-dynamic', details: { multipleOf } });
  return {
    reasons,
    input: {
      ...base,
      ...normalisation,
      size: { rule: 'closest-scale', multipleOf },
      detail: {
        defaultPx,
        minPx: multipleOf * (multipleOf === 14 ? 18 : 8),
        maxPx: multipleOf === 14 ? 1022 : 1024,
        stepPx: multipleOf,
      },
      resize,
    },
  };
}

/**
 * A draft manifest for a user's own model. Throws MODEL_CONTRACT_MISMATCH when no picture goes in or no map comes
 * out; `details.found` and `details.expected` say it in tensor terms.
 */
export function guessContract(inspection: OnnxInspection, given: GivenFiles): ContractGuess {
  const image = findImageInput(inspection);
  const guess = guessOutput(inspection, image);
  const { input, reasons } = guessInput(inspection, image, guess);
  const weightsBytes = given.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const isCertain = guess.reasons.some((reason) => reason.code === 'family-recognised');
  // Nothing in the file tells whose weights they are: those of an export of M2FP are most likely the published ones.
  const published =
    guess.family === 'm2fp' ? chooseM2fp(findByName(inspection.outputs, 'pred_logits')) : null;
  const isByName = guess.reasons.some((reason) => reason.code === 'output-by-name');
  return {
    confidence: isCertain ? 'certain' : isByName ? 'likely' : 'unsure',
    reasons: [...guess.reasons, ...reasons],
    manifest: {
      schemaVersion: 1,
      id: given.id,
      revision: 'user',
      name: given.name,
      task: guess.output.kind === 'disparity' || guess.output.kind === 'metric-depth' ? 'depth' : 'parsing',
      isEmbedded: false,
      summary: '',
      sourceUrl: null,
      licence: published?.licence ?? { name: 'unknown', url: null, isNonCommercial: false, note: null },
      variants: [
        {
          id: 'user',
          weights: 'fp32',
          needsShaderF16: false,
          files: given.files,
          memoryBytes: estimateMemoryBytes(weightsBytes),
        },
      ],
      input,
      output: guess.output,
      tolerance: published?.tolerance ?? { wasm: 1e-3, gpu: 2e-2 },
    },
  };
}
