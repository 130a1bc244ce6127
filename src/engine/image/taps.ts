/**
 * Filter taps of one axis: which source samples, with which weights, make one target sample.
 * Two conventions, because the reference libraries have two: Pillow and torchvision widen the kernel when they
 * shrink and drop the taps outside the picture; OpenCV and torch's `interpolate` keep the kernel and repeat the border.
 */
import type { ResizeSpec } from '../models/manifest.ts';

export type ResampleFilter = Pick<ResizeSpec, 'filter' | 'cubicA' | 'antialias'>;

/** Target sample i = sum over k < counts[i] of weights[i * stride + k] * source[starts[i] + k]. Weights of a sample sum to 1. */
export interface Taps {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Float64Array;
  /** Room per target sample in `weights`. */
  readonly stride: number;
}

/** Bits of the fixed-point weights: Pillow's `PRECISION_BITS`, which leaves a 32-bit sum room for 8-bit samples. */
export const FIXED_POINT_BITS = 32 - 8 - 2;

/** Keys (1981); a = -0.5 in Pillow, -0.75 in OpenCV and torch. */
function cubicWeight(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

function linearWeight(distance: number): number {
  const x = Math.abs(distance);
  return x < 1 ? 1 - x : 0;
}

/** Pillow's `precompute_coeffs` (Resample.c), same order of operations so that the weights are the same doubles. */
function createAntialiasedTaps(sourceLength: number, targetLength: number, filter: ResampleFilter): Taps {
  const a = filter.cubicA ?? -0.5;
  const scale = sourceLength / targetLength;
  const filterScale = Math.max(scale, 1);
  const support = (filter.filter === 'bicubic' ? 2 : 1) * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(targetLength);
  const counts = new Int32Array(targetLength);
  const weights = new Float64Array(targetLength * stride);
  const inverseScale = 1 / filterScale;
  for (let i = 0; i < targetLength; i++) {
    const center = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(sourceLength, Math.trunc(center + support + 0.5)) - start;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const distance = (k + start - center + 0.5) * inverseScale;
      const weight = filter.filter === 'bicubic' ? cubicWeight(distance, a) : linearWeight(distance);
      weights[i * stride + k] = weight;
      sum += weight;
    }
    if (sum !== 0) for (let k = 0; k < count; k++) weights[i * stride + k]! /= sum;
    starts[i] = start;
    counts[i] = count;
  }
  return { starts, counts, weights, stride };
}

/** Half-pixel centres, border repeated: the weights of taps beyond the edge are added to the edge sample. */
function createInterpolationTaps(sourceLength: number, targetLength: number, filter: ResampleFilter): Taps {
  const isCubic = filter.filter === 'bicubic';
  const a = filter.cubicA ?? -0.75;
  const reach = isCubic ? 2 : 1;
  const stride = reach * 2;
  // torch finds the centre in float32; a pixel's 2e-5 is more than the reference inputs allow.
  const scale = Math.fround(sourceLength / targetLength);
  const starts = new Int32Array(targetLength);
  const counts = new Int32Array(targetLength);
  const weights = new Float64Array(targetLength * stride);
  for (let i = 0; i < targetLength; i++) {
    const center = Math.fround(Math.fround((i + 0.5) * scale) - 0.5);
    const first = Math.floor(center) - reach + 1;
    const start = Math.min(Math.max(first, 0), sourceLength - 1);
    let count = 1;
    for (let k = first; k < first + stride; k++) {
      const slot = Math.min(Math.max(k, 0), sourceLength - 1) - start;
      weights[i * stride + slot]! += isCubic ? cubicWeight(k - center, a) : linearWeight(k - center);
      count = Math.max(count, slot + 1);
    }
    starts[i] = start;
    counts[i] = count;
  }
  return { starts, counts, weights, stride };
}

/** Taps from `sourceLength` samples to `targetLength` samples (both at least 1). `cubicA` defaults to the convention's own. */
export function createTaps(sourceLength: number, targetLength: number, filter: ResampleFilter): Taps {
  return filter.antialias
    ? createAntialiasedTaps(sourceLength, targetLength, filter)
    : createInterpolationTaps(sourceLength, targetLength, filter);
}

/** Pillow's `normalize_coeffs_8bpc`: weights in units of 2^-{@link FIXED_POINT_BITS}, rounded half away from zero. */
export function toFixedPointWeights(taps: Taps): Int32Array {
  const one = 2 ** FIXED_POINT_BITS;
  return Int32Array.from(taps.weights, (weight) => Math.trunc(weight * one + (weight < 0 ? -0.5 : 0.5)));
}

/** Rows of the source that the vertical pass reads: the others need no horizontal pass. */
export function markRowsRead(taps: Taps, sourceHeightPx: number): Uint8Array {
  const isRead = new Uint8Array(sourceHeightPx);
  for (let y = 0; y < taps.starts.length; y++) {
    const start = taps.starts[y]!;
    isRead.fill(1, start, start + taps.counts[y]!);
  }
  return isRead;
}
