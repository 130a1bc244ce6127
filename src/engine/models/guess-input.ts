/** How a picture becomes the input: what the graph fixes, and for the rest what the family's publication does. */
import type { GuessReason } from './guess-reason.ts';
import type { OutputGuess } from './guess-output.ts';
import { IMAGENET_MEAN, IMAGENET_STD } from './hub-file.ts';
import type { ImageInput } from './image-input.ts';
import type { InputSpec, ResizeSpec } from './manifest.ts';
import type { OnnxInspection } from './onnx-inspect.ts';

const PILLOW_BICUBIC: ResizeSpec = { filter: 'bicubic', cubicA: -0.5, antialias: true, precision: 'u8' };
const PILLOW_BILINEAR: ResizeSpec = { filter: 'bilinear', antialias: true, precision: 'u8' };
const OPENCV_CUBIC: ResizeSpec = { filter: 'bicubic', cubicA: -0.75, antialias: false, precision: 'float' };
const OPENCV_LINEAR_U8: ResizeSpec = { filter: 'bilinear', antialias: false, precision: 'u8' };
const TORCH_BILINEAR: ResizeSpec = { filter: 'bilinear', antialias: false, precision: 'float' };

interface InputGuess {
  readonly input: InputSpec;
  readonly reasons: readonly GuessReason[];
}

/** A part of the input and why it is thought so. */
interface Guess<Part> {
  readonly spec: Part;
  readonly reason: GuessReason;
}

export function guessInput(inspection: OnnxInspection, image: ImageInput, output: OutputGuess): InputGuess {
  const { name } = image.info;
  if (output.family === 'schp') return guessSchp(image);
  if (output.published !== null) {
    return {
      input: { ...output.published.input, name },
      reasons: [{ code: 'size-dynamic', details: { multipleOf: 32 } }],
    };
  }
  const normalisation = guessNormalisation(inspection, name, output);
  const size = guessSize(image, output);
  return {
    input: {
      name,
      layout: 'NCHW',
      channelOrder: 'RGB',
      scale: 1 / 255,
      ...normalisation.spec,
      ...size.spec,
      resize: chooseResize(output),
    },
    reasons: [normalisation.reason, size.reason],
  };
}

/** Its mean and deviation are ImageNet's, in the order of the swapped channels. */
function guessSchp({ info, widthPx, heightPx }: ImageInput): InputGuess {
  const sidePx = widthPx ?? heightPx ?? 512;
  return {
    input: {
      name: info.name,
      layout: 'NCHW',
      channelOrder: 'BGR',
      scale: 1 / 255,
      mean: [0.406, 0.456, 0.485],
      std: [0.225, 0.224, 0.229],
      size: { rule: 'affine-square' },
      detail: { defaultPx: sidePx, minPx: sidePx, maxPx: sidePx, stepPx: 1 },
      resize: OPENCV_LINEAR_U8,
    },
    reasons: [{ code: 'channels-swapped', details: {} }],
  };
}

/** Arithmetic right behind the input is mean and standard deviation inside of the graph. */
function findInGraphNormalisation(inspection: OnnxInspection, name: string): string | null {
  return (
    inspection.firstOperators[name]?.find((operator) => ['Sub', 'Mul', 'Div', 'Add'].includes(operator)) ??
    null
  );
}

function guessNormalisation(
  inspection: OnnxInspection,
  name: string,
  { family }: OutputGuess,
): Guess<Pick<InputSpec, 'mean' | 'std'>> {
  const operator = findInGraphNormalisation(inspection, name);
  if (operator !== null) {
    return {
      spec: { mean: null, std: null },
      reason: { code: 'normalisation-in-graph', details: { operator } },
    };
  }
  if (family === 'dpt' || family === 'depth-pro') {
    return {
      spec: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
      reason: { code: 'normalisation-assumed', details: { mean: '0.5' } },
    };
  }
  return {
    spec: { mean: IMAGENET_MEAN, std: IMAGENET_STD },
    reason: { code: 'normalisation-assumed', details: { mean: 'ImageNet' } },
  };
}

function chooseResize({ family, output }: OutputGuess): ResizeSpec {
  if (family === 'midas') return OPENCV_CUBIC;
  if (family === 'depth-pro') return TORCH_BILINEAR;
  return output.kind === 'semantic-labels' ? PILLOW_BILINEAR : PILLOW_BICUBIC;
}

/** One side that is fixed fixes the other; where both are dynamic, the network's step decides. */
function guessSize(
  { widthPx, heightPx }: ImageInput,
  { family }: OutputGuess,
): Guess<Pick<InputSpec, 'size' | 'detail'>> {
  const published = family === 'segformer' ? 512 : null;
  const fixedWidthPx = widthPx ?? heightPx ?? published;
  const fixedHeightPx = heightPx ?? widthPx ?? published;
  if (fixedWidthPx !== null && fixedHeightPx !== null) {
    const sidePx = Math.max(fixedWidthPx, fixedHeightPx);
    return {
      spec: {
        size: { rule: 'fixed', widthPx: fixedWidthPx, heightPx: fixedHeightPx },
        detail: { defaultPx: sidePx, minPx: sidePx, maxPx: sidePx, stepPx: 1 },
      },
      reason: { code: 'size-fixed', details: { widthPx: fixedWidthPx, heightPx: fixedHeightPx } },
    };
  }
  // Plain ViT exports want multiples of 14; others are safe at 32.
  const detail =
    family === 'depth-anything'
      ? { defaultPx: 518, minPx: 14 * 18, maxPx: 1022, stepPx: 14 }
      : { defaultPx: 512, minPx: 32 * 8, maxPx: 1024, stepPx: 32 };
  return {
    spec: { size: { rule: 'closest-scale', multipleOf: detail.stepPx }, detail },
    reason: { code: 'size-dynamic', details: { multipleOf: detail.stepPx } },
  };
}
