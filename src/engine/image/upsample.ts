import type { OutputSpec } from '../models/manifest.ts';
import type { SizePx } from './input-size.ts';
import { resizeMap } from './resize-float.ts';

type DepthUpsampling = Pick<Extract<OutputSpec, { kind: 'disparity' | 'metric-depth' }>, 'kind' | 'upsample'>;

function invert(values: Float32Array): Float32Array {
  return values.map((value) => 1 / value);
}

/**
 * Brings a raw map to the source's size by the model's published rule. Metres are interpolated as disparity and come
 * back as metres (Depth Pro): between a near and a far pixel the mean of the disparities is what a lens would see.
 */
export function upsampleToSource(
  values: Float32Array,
  map: SizePx,
  source: SizePx,
  output: DepthUpsampling,
): Float32Array<ArrayBuffer> {
  if (output.kind === 'disparity') return resizeMap(values, map, source, output.upsample);
  const disparity = resizeMap(invert(values), map, source, output.upsample);
  for (let i = 0; i < disparity.length; i++) disparity[i] = 1 / disparity[i]!;
  return disparity;
}
