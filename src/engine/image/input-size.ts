/** The network's input size, from the source size and the manifest's rule. */
import type { PipelineOptions } from '../api.ts';
import type { InputSpec, SizeRule } from '../models/manifest.ts';

export interface SizePx {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Where the picture lies in the network's input. */
export interface InputGeometry {
  /** Size of the input tensor. */
  readonly network: SizePx;
  /** Size that the picture is resized to; smaller than `network` where the rule pads: right and below, or around (`fit-centered`). */
  readonly content: SizePx;
}

/**
 * Longest side, in units of the nominal size, that a keep-aspect rule may ask for. A 4000x300 panorama would otherwise
 * become 6907x518; beyond this both sides shrink until the longer one fits.
 */
const MAX_LONG_SIDE_FACTOR = 4;

/** Default cap for rules that fix the short side: attention grows with the square of the area. */
const DEFAULT_MAX_LONG_SIDE_PX = 1024;

/** Python's `round`: halves go to the even neighbour. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function floorToMultiple(value: number, multipleOf: number): number {
  return Math.max(multipleOf, Math.floor(value / multipleOf) * multipleOf);
}

function ceilToMultiple(value: number, multipleOf: number): number {
  return Math.max(multipleOf, Math.ceil(value / multipleOf) * multipleOf);
}

function resolveLongSide(source: SizePx, nominalPx: number, multipleOf: number): SizePx {
  const scale = nominalPx / Math.max(source.widthPx, source.heightPx);
  const toMultiple = (lengthPx: number): number =>
    Math.max(multipleOf, roundHalfToEven((lengthPx * scale) / multipleOf) * multipleOf);
  return { widthPx: toMultiple(source.widthPx), heightPx: toMultiple(source.heightPx) };
}

/** `get_resize_output_image_size` of the DPT image processor (transformers). */
function resolveClosestScale(source: SizePx, nominalPx: number, multipleOf: number): SizePx {
  const scaleHeight = nominalPx / source.heightPx;
  const scaleWidth = nominalPx / source.widthPx;
  const scale = Math.abs(1 - scaleWidth) < Math.abs(1 - scaleHeight) ? scaleWidth : scaleHeight;
  const toMultiple = (lengthPx: number): number =>
    Math.max(multipleOf, roundHalfToEven((lengthPx * scale) / multipleOf) * multipleOf);
  return { widthPx: toMultiple(source.widthPx), heightPx: toMultiple(source.heightPx) };
}

/** `ResizeShortestEdge` of detectron2. */
function resolveShortSide(source: SizePx, nominalPx: number, maxLongSidePx: number): SizePx {
  let scale = nominalPx / Math.min(source.widthPx, source.heightPx);
  const longSidePx = Math.max(source.widthPx, source.heightPx) * scale;
  if (longSidePx > maxLongSidePx) scale *= maxLongSidePx / longSidePx;
  const toPx = (lengthPx: number): number => Math.max(1, Math.floor(lengthPx * scale + 0.5));
  return { widthPx: toPx(source.widthPx), heightPx: toPx(source.heightPx) };
}

/** `center_to_target_size_test` of M2FP: shrunk where it does not fit, truncated as Python's `int` does. */
function resolveFit(source: SizePx, frame: SizePx): SizePx {
  const scale = Math.min(1, frame.widthPx / source.widthPx, frame.heightPx / source.heightPx);
  // The tiny term keeps a side that fits exactly from being truncated to one pixel less.
  const toPx = (lengthPx: number): number => Math.max(1, Math.trunc(lengthPx * scale + 1e-9));
  return { widthPx: toPx(source.widthPx), heightPx: toPx(source.heightPx) };
}

/** Brings the longer side down to the cap; the other follows, at least one multiple. */
function capLongSide(size: SizePx, capPx: number, multipleOf: number): SizePx {
  const longSidePx = Math.max(size.widthPx, size.heightPx);
  if (longSidePx <= capPx) return size;
  const scale = capPx / longSidePx;
  const shrink = (lengthPx: number): number =>
    lengthPx === longSidePx
      ? floorToMultiple(capPx, multipleOf)
      : Math.max(multipleOf, Math.round((lengthPx * scale) / multipleOf) * multipleOf);
  return { widthPx: shrink(size.widthPx), heightPx: shrink(size.heightPx) };
}

function resolveContent(source: SizePx, rule: SizeRule, options: PipelineOptions): SizePx {
  const nominalPx = options.detailPx;
  const capPx = Math.min(options.maxLongSidePx ?? Infinity, nominalPx * MAX_LONG_SIDE_FACTOR);
  switch (rule.rule) {
    case 'fixed':
      return { widthPx: rule.widthPx, heightPx: rule.heightPx };
    case 'fit-centered':
      return resolveFit(source, rule);
    case 'affine-square':
      return { widthPx: nominalPx, heightPx: nominalPx };
    case 'long-side':
      return capLongSide(resolveLongSide(source, nominalPx, rule.multipleOf), capPx, rule.multipleOf);
    case 'closest-scale':
      return capLongSide(resolveClosestScale(source, nominalPx, rule.multipleOf), capPx, rule.multipleOf);
    case 'short-side-padded': {
      const maxLongSidePx = Math.min(rule.maxLongSidePx, options.maxLongSidePx ?? Infinity);
      return resolveShortSide(source, nominalPx, maxLongSidePx);
    }
  }
}

/**
 * Resolves the rule for a source of at least 1x1. Every side of the network's input is at least one multiple.
 * Extreme aspects are capped (`options.maxLongSidePx`, at most 4 times the nominal size).
 */
export function resolveInputGeometry(
  source: SizePx,
  rule: SizeRule,
  options: PipelineOptions,
): InputGeometry {
  const content = resolveContent(source, rule, options);
  if (rule.rule === 'fit-centered') {
    return { content, network: { widthPx: rule.widthPx, heightPx: rule.heightPx } };
  }
  if (rule.rule !== 'short-side-padded') return { network: content, content };
  return {
    content,
    network: {
      widthPx: ceilToMultiple(content.widthPx, rule.multipleOf),
      heightPx: ceilToMultiple(content.heightPx, rule.multipleOf),
    },
  };
}

/** What a user may ask for: null means the model's default. */
export interface DetailSettings {
  readonly detailPx: number | null;
  /** null: no cap; absent: the rule's default (1024 for `closest-scale`, none else). */
  readonly maxLongSidePx?: number | null;
}

/** Side multiple of the rule; 1 where the size is not free. */
function multipleOfRule(rule: SizeRule): number {
  return 'multipleOf' in rule ? rule.multipleOf : 1;
}

/** Turns settings into the resolved options of a request: detail clamped to the model's range and steps, cap rounded down to its multiple. */
export function resolveOptions(
  input: Pick<InputSpec, 'size' | 'detail'>,
  settings: DetailSettings = { detailPx: null },
): PipelineOptions {
  const { defaultPx, minPx, maxPx, stepPx } = input.detail;
  const wantedPx = Math.min(Math.max(settings.detailPx ?? defaultPx, minPx), maxPx);
  const steps = stepPx > 0 ? Math.round((wantedPx - minPx) / stepPx) * stepPx : 0;
  const defaultCapPx = input.size.rule === 'closest-scale' ? DEFAULT_MAX_LONG_SIDE_PX : null;
  const capPx = settings.maxLongSidePx === undefined ? defaultCapPx : settings.maxLongSidePx;
  return {
    detailPx: wantedPx === defaultPx ? defaultPx : Math.min(minPx + steps, maxPx),
    maxLongSidePx: capPx === null ? null : floorToMultiple(capPx, multipleOfRule(input.size)),
  };
}

/** Cost of `options` relative to the model's default detail for the same picture: the ratio of network pixels. */
export function estimateRelativeCost(
  input: Pick<InputSpec, 'size' | 'detail'>,
  options: PipelineOptions,
  source: SizePx = { widthPx: 4, heightPx: 3 },
): number {
  const area = ({ network }: InputGeometry): number => network.widthPx * network.heightPx;
  const standard = resolveInputGeometry(source, input.size, resolveOptions(input));
  return area(resolveInputGeometry(source, input.size, options)) / area(standard);
}
