import { makePlainRequest } from '../../client/early-run.ts';
import { describe, expect, it } from 'vitest';
import { DEPTH_ANYTHING_V2_SMALL } from '../../engine/models/depth-anything-v2-small.ts';
import { ISOBATH_DEPTH_TINY } from '../../engine/models/isobath-depth-tiny.ts';
import { M2FP_MULTI } from '../../engine/models/m2fp.ts';
import { SEGFORMER_B0_CLOTHES } from '../../engine/models/segformer-clothes.ts';
import { hasExactMode, hasLongSideCap, listCaps, NO_CAP, resolveModelOptions } from './model-options.ts';

const PLAIN = { detailPx: {}, maxLongSidePx: {}, isExact: {} };

describe('the cap of the long side', () => {
  it('is 1022 for Depth Anything unless chosen otherwise, rounded down to its multiple', () => {
    const { id } = DEPTH_ANYTHING_V2_SMALL;
    const capOf = (maxLongSidePx: Record<string, number>) =>
      resolveModelOptions(DEPTH_ANYTHING_V2_SMALL, { ...PLAIN, maxLongSidePx }).maxLongSidePx;
    expect([capOf({}), capOf({ [id]: 800 }), capOf({ [id]: NO_CAP }), capOf({ other: 800 })]).toEqual([
      1022,
      798,
      null,
      1022,
    ]);
    expect(listCaps(DEPTH_ANYTHING_V2_SMALL)).toEqual([null, 1022, 798, 630]);
  });

  it('is none for M2FP unless 800 is chosen for speed, and a multiple of what it pads to', () => {
    expect(resolveModelOptions(M2FP_MULTI, PLAIN).maxLongSidePx).toBeNull();
    const settings = { ...PLAIN, maxLongSidePx: { [M2FP_MULTI.id]: 800 } };
    expect(resolveModelOptions(M2FP_MULTI, settings).maxLongSidePx).toBe(800);
  });

  it('does not concern models whose detail is the long side, or that have one size', () => {
    expect([ISOBATH_DEPTH_TINY, SEGFORMER_B0_CLOTHES, M2FP_MULTI].map(hasLongSideCap)).toEqual([
      false,
      false,
      true,
    ]);
    const settings = { ...PLAIN, maxLongSidePx: { [ISOBATH_DEPTH_TINY.id]: 128 } };
    expect(resolveModelOptions(ISOBATH_DEPTH_TINY, settings).maxLongSidePx).toBeNull();
  });
});

describe('exact scores', () => {
  it('are for models that find people by masks, when switched on', () => {
    expect([M2FP_MULTI, SEGFORMER_B0_CLOTHES].map(hasExactMode)).toEqual([true, false]);
    const isExact = { [M2FP_MULTI.id]: true, [SEGFORMER_B0_CLOTHES.id]: true };
    expect(resolveModelOptions(M2FP_MULTI, { ...PLAIN, isExact }).isExact).toBe(true);
    expect(resolveModelOptions(M2FP_MULTI, PLAIN)).not.toHaveProperty('isExact');
    expect(resolveModelOptions(SEGFORMER_B0_CLOTHES, { ...PLAIN, isExact })).not.toHaveProperty('isExact');
  });

  it('asks for what is computed before the page is there, as long as nothing was set', () => {
    const { options } = makePlainRequest(ISOBATH_DEPTH_TINY);
    expect(resolveModelOptions(ISOBATH_DEPTH_TINY, PLAIN)).toEqual(options);
  });
});
