import { DEPTH_ANYTHING_V2_SMALL } from './depth-anything-v2-small.ts';
import {
  DEPTH_ANYTHING_V1_LARGE,
  DEPTH_ANYTHING_V2_BASE,
  DEPTH_ANYTHING_V2_LARGE,
} from './depth-anything.ts';
import { DEPTH_PRO } from './depth-pro.ts';
import { DPT_HYBRID_MIDAS } from './dpt-hybrid-midas.ts';
import { ISOBATH_DEPTH_TINY } from './isobath-depth-tiny.ts';
import type { ModelId, ModelManifest } from './manifest.ts';
import { MIDAS_SMALL_V2_1 } from './midas-small-v2-1.ts';

/** Every model that the app knows by itself, in the order that it is shown; the first of a task is its default. */
export const CATALOGUE: readonly ModelManifest[] = [
  ISOBATH_DEPTH_TINY,
  MIDAS_SMALL_V2_1,
  DEPTH_ANYTHING_V2_SMALL,
  DEPTH_ANYTHING_V2_BASE,
  DEPTH_ANYTHING_V2_LARGE,
  DEPTH_ANYTHING_V1_LARGE,
  DPT_HYBRID_MIDAS,
  DEPTH_PRO,
];

/** The model of this id among `models`; undefined where there is none. */
export function findModel(
  id: ModelId,
  models: readonly ModelManifest[] = CATALOGUE,
): ModelManifest | undefined {
  return models.find((model) => model.id === id);
}
