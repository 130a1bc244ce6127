/** What comes out of a graph: told by names, else by shapes. */
import { LABEL_SETS } from '../parsing/label-sets.ts';
import type { TensorInfo } from '../platform.ts';
import { createMismatch, describeTensor } from './contract-mismatch.ts';
import type { GuessReason } from './guess-reason.ts';
import type { ImageInput } from './image-input.ts';
import { M2FP_MULTI, M2FP_SINGLE } from './m2fp.ts';
import type { ModelManifest, OutputSpec } from './manifest.ts';
import type { OnnxInspection } from './onnx-inspect.ts';

export interface OutputGuess {
  readonly output: OutputSpec;
  readonly family: 'm2fp' | 'depth-pro' | 'schp' | 'segformer' | 'midas' | 'dpt' | 'depth-anything' | null;
  /** The manifest that it is an export of, where the outputs tell; nothing in the file says whose weights they are. */
  readonly published: ModelManifest | null;
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
function chooseM2fp(logits: TensorInfo): ModelManifest {
  return logits.shape[2] === 21 ? M2FP_SINGLE : M2FP_MULTI;
}

/** Throws MODEL_CONTRACT_MISMATCH when no output is a map. */
export function guessOutput(inspection: OnnxInspection, input: ImageInput): OutputGuess {
  const { outputs } = inspection;
  const logits = findByName(outputs, 'pred_logits');
  const masks = findByName(outputs, 'pred_masks');
  if (logits !== undefined && masks !== undefined) {
    const published = chooseM2fp(logits);
    return {
      family: 'm2fp',
      output: published.output,
      published,
      reasons: [{ code: 'family-recognised', details: { family: 'M2FP' } }],
    };
  }
  const classMaps = outputs.filter((output) => countClasses(output) !== null);
  if (classMaps.length > 0) return guessParsing(classMaps, input);
  const depth = findByName(outputs, 'predicted_depth') ?? outputs.find(isSingleMap);
  if (depth === undefined || !isSingleMap(depth)) {
    throw createMismatch(
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
    published: null,
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
      published: null,
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
      published: null,
      output: disparity,
      reasons: [{ code: 'family-recognised', details: { family: 'MiDaS v2.1 small' } }],
    };
  }
  if (depth.name === 'predicted_depth') {
    return {
      family: input.widthPx === 384 && input.heightPx === 384 ? 'dpt' : 'depth-anything',
      published: null,
      output: disparity,
      reasons: [{ code: 'output-by-name', details: { name: depth.name } }],
    };
  }
  return {
    family: input.widthPx === 256 && input.heightPx === 256 ? 'midas' : null,
    published: null,
    output: disparity,
    reasons: [{ code: 'output-by-shape', details: { name: depth.name } }],
  };
}
