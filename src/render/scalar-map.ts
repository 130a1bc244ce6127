/** From results to what renderers draw. */
import type { DisparityResult, MetricDepthResult } from '../engine/api.ts';
import type { ScalarMap } from './renderer.ts';

/** Disparity as it is; metric depth as inverse depth in 1/m, so that larger is nearer. Depth that is 0, negative or NaN becomes NaN, infinite depth 0. */
export function toScalarMap(result: DisparityResult | MetricDepthResult): ScalarMap {
  const { widthPx, heightPx } = result;
  if (result.kind === 'disparity') return { widthPx, heightPx, values: result.disparity };
  return { widthPx, heightPx, values: result.depthM.map((depthM) => (depthM > 0 ? 1 / depthM : NaN)) };
}

/** Values without NaN and infinities, which shaders may treat as they like: they become the smallest (farthest), +Infinity the largest finite value. The same array when all are finite. */
export function replaceNonFinite(values: Float32Array): Float32Array {
  let isFinite = true;
  for (let i = 0; i < values.length && isFinite; i++) isFinite = Number.isFinite(values[i]);
  if (isFinite) return values;
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return new Float32Array(values.length);
  return values.map((value) => (Number.isFinite(value) ? value : value === Infinity ? max : min));
}
