/** Edits of a user model's contract, as the form makes them. Pure: each returns a new manifest. */
import { IMAGENET_MEAN, IMAGENET_STD } from '../../../engine/models/hub-file.ts';
import type { InputSpec, ModelManifest } from '../../../engine/models/manifest.ts';

export type Normalisation = 'graph' | 'imagenet' | 'half' | 'raw' | 'other';

const HALF = [0.5, 0.5, 0.5] as const;
const TO_UNIT = 1 / 255;

const SCHEMES: Readonly<Record<Exclude<Normalisation, 'other'>, Pick<InputSpec, 'scale' | 'mean' | 'std'>>> =
  {
    graph: { scale: TO_UNIT, mean: null, std: null },
    imagenet: { scale: TO_UNIT, mean: IMAGENET_MEAN, std: IMAGENET_STD },
    half: { scale: TO_UNIT, mean: HALF, std: HALF },
    raw: { scale: 1, mean: null, std: null },
  };

/** Mean and std belong to channels: swapped channels carry them along. */
function inOrder(
  values: readonly [number, number, number] | null,
  order: InputSpec['channelOrder'],
): readonly [number, number, number] | null {
  return values !== null && order === 'BGR' ? [values[2], values[1], values[0]] : values;
}

function isSame(a: readonly number[] | null, b: readonly number[] | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Which of the usual schemes an input follows. */
export function readNormalisation(input: InputSpec): Normalisation {
  for (const [name, scheme] of Object.entries(SCHEMES)) {
    const isMatch =
      Math.abs(input.scale - scheme.scale) < 1e-9 &&
      isSame(input.mean, inOrder(scheme.mean, input.channelOrder)) &&
      isSame(input.std, inOrder(scheme.std, input.channelOrder));
    if (isMatch) return name as Normalisation;
  }
  return 'other';
}

export function withNormalisation(manifest: ModelManifest, choice: Normalisation): ModelManifest {
  if (choice === 'other') return manifest;
  const { input } = manifest;
  const { scale, mean, std } = SCHEMES[choice];
  const { channelOrder } = input;
  return {
    ...manifest,
    input: { ...input, scale, mean: inOrder(mean, channelOrder), std: inOrder(std, channelOrder) },
  };
}

/** Mean and std turn with the channels. */
export function withChannelOrder(
  manifest: ModelManifest,
  channelOrder: InputSpec['channelOrder'],
): ModelManifest {
  const { input } = manifest;
  if (input.channelOrder === channelOrder) return manifest;
  const turn = (values: readonly [number, number, number] | null) => inOrder(values, 'BGR');
  return { ...manifest, input: { ...input, channelOrder, mean: turn(input.mean), std: turn(input.std) } };
}

/** Between relative and metric depth; other kinds stay what they are. */
export function withDepthKind(manifest: ModelManifest, kind: 'disparity' | 'metric-depth'): ModelManifest {
  const { output } = manifest;
  if (output.kind === kind || (output.kind !== 'disparity' && output.kind !== 'metric-depth'))
    return manifest;
  const { name, upsample } = output;
  return {
    ...manifest,
    output: kind === 'disparity' ? { kind, name, upsample } : { kind, name, upsample, focalLengthName: null },
  };
}

/** The default size in pixels, to the model's multiple and within its range. */
export function withDetail(manifest: ModelManifest, detailPx: number): ModelManifest {
  const { input } = manifest;
  const { minPx, maxPx, stepPx } = input.detail;
  const step = Math.max(1, stepPx);
  const snapped = Math.round(detailPx / step) * step;
  const defaultPx = Math.min(maxPx, Math.max(minPx, snapped));
  return { ...manifest, input: { ...input, detail: { ...input.detail, defaultPx } } };
}

/** The multiple that sides must have, for models of any size; the default size follows. */
export function withMultiple(manifest: ModelManifest, multipleOf: number): ModelManifest {
  const { input } = manifest;
  const { size } = input;
  if (size.rule !== 'long-side' && size.rule !== 'closest-scale') return manifest;
  const toMultiple = (px: number) => Math.max(1, Math.round(px / multipleOf)) * multipleOf;
  const { defaultPx, minPx, maxPx } = input.detail;
  const detail = {
    defaultPx: toMultiple(defaultPx),
    minPx: Math.min(toMultiple(minPx), toMultiple(defaultPx)),
    maxPx: Math.max(Math.floor(maxPx / multipleOf) * multipleOf, toMultiple(defaultPx)),
    stepPx: multipleOf,
  };
  return { ...manifest, input: { ...input, size: { ...size, multipleOf }, detail } };
}
