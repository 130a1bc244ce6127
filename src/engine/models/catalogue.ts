import { DEPTH_ANYTHING_V2_SMALL } from './depth-anything-v2-small.ts';
import {
  DEPTH_ANYTHING_V1_LARGE,
  DEPTH_ANYTHING_V2_BASE,
  DEPTH_ANYTHING_V2_LARGE,
} from './depth-anything.ts';
import { DEPTH_PRO } from './depth-pro.ts';
import { DPT_HYBRID_MIDAS } from './dpt-hybrid-midas.ts';
import { ISOBATH_DEPTH_TINY } from './isobath-depth-tiny.ts';
import { ISOBATH_PARSING_TINY } from './isobath-parsing-tiny.ts';
import { M2FP_MULTI, M2FP_SINGLE } from './m2fp.ts';
import type { ModelId, ModelManifest } from './manifest.ts';
import { MIDAS_SMALL_V2_1 } from './midas-small-v2-1.ts';
import { SCHP_ATR, SCHP_LIP } from './schp.ts';
import { SEGFORMER_B0_CLOTHES, SEGFORMER_B2_CLOTHES } from './segformer-clothes.ts';

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
  ISOBATH_PARSING_TINY,
  SEGFORMER_B0_CLOTHES,
  SEGFORMER_B2_CLOTHES,
  SCHP_ATR,
  SCHP_LIP,
  M2FP_MULTI,
  M2FP_SINGLE,
];

/** The model of this id among `models`; undefined where there is none. */
export function findModel(
  id: ModelId,
  models: readonly ModelManifest[] = CATALOGUE,
): ModelManifest | undefined {
  return models.find((model) => model.id === id);
}
