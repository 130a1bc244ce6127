import { describe, expect, it } from 'vitest';
import { readFixtureManifest } from '../../testing/fixtures.ts';
import { CATALOGUE } from '../models/catalogue.ts';
import { DEPTH_ANYTHING_V2_SMALL } from '../models/depth-anything-v2-small.ts';
import { ISOBATH_DEPTH_TINY } from '../models/isobath-depth-tiny.ts';
import type { SizeRule } from '../models/manifest.ts';
import { MIDAS_SMALL_V2_1 } from '../models/midas-small-v2-1.ts';
import { estimateRelativeCost, resolveInputGeometry, resolveOptions, roundHalfToEven } from './input-size.ts';

const { sizes } = readFixtureManifest();

function resolve(
  rule: SizeRule,
  detailPx: number,
  widthPx: number,
  heightPx: number,
  maxLongSidePx: number | null = null,
) {
  return resolveInputGeometry({ widthPx, heightPx }, rule, { detailPx, maxLongSidePx });
}

describe('resolveInputGeometry', () => {
  it.each(sizes['depth-anything-tiny']!)(
    'sizes %j as the Depth Anything processor: %j',
    ([h, w], [height, width]) => {
      const { network } = resolve({ rule: 'closest-scale', multipleOf: 14 }, 518, w, h);
      expect(network).toEqual({ widthPx: width, heightPx: height });
    },
  );

  it.each(sizes['m2fp-tiny, before padding']!)(
    'sizes %j as M2FP: %j, then pads to 32',
    ([h, w], [height, width]) => {
      const rule = { rule: 'short-side-padded', multipleOf: 32, maxLongSidePx: 1333 } as const;
      const { content, network } = resolve(rule, 640, w, h);
      expect(content).toEqual({ widthPx: width, heightPx: height });
      expect(network).toEqual({ widthPx: Math.ceil(width / 32) * 32, heightPx: Math.ceil(height / 32) * 32 });
    },
  );

  it.each([
    [1024, 768, 256, 192],
    [768, 1024, 192, 256],
    [640, 480, 256, 192],
    [1920, 1080, 256, 128],
    [4000, 60, 256, 32],
    [1, 1, 256, 256],
  ])('sizes %i x %i for the embedded model: %i x %i', (w, h, widthPx, heightPx) => {
    expect(resolve({ rule: 'long-side', multipleOf: 32 }, 256, w, h).network).toEqual({ widthPx, heightPx });
  });

  it('stretches for a fixed size, a square for the affine rule', () => {
    expect(resolve({ rule: 'fixed', widthPx: 256, heightPx: 256 }, 256, 4000, 60).network).toEqual({
      widthPx: 256,
      heightPx: 256,
    });
    expect(resolve({ rule: 'affine-square' }, 473, 20, 60).network).toEqual({ widthPx: 473, heightPx: 473 });
  });

  it('caps the longer side to a multiple and shrinks the other with it', () => {
    const rule = { rule: 'closest-scale', multipleOf: 14 } as const;
    // 4000x300: the height is closer to 518, so that the width would be 6907.
    expect(resolve(rule, 518, 4000, 300).network).toEqual({ widthPx: 2072, heightPx: 154 });
    expect(resolve(rule, 518, 4000, 300, 1022).network).toEqual({ widthPx: 1022, heightPx: 70 });
  });

  it('gives every side at least one multiple, and no side beyond four times the nominal size', () => {
    for (const model of CATALOGUE) {
      const options = resolveOptions(model.input);
      const multiple = 'multipleOf' in model.input.size ? model.input.size.multipleOf : 1;
      for (const [widthPx, heightPx] of [
        [1, 1],
        [1, 30_000],
        [30_000, 1],
        [4000, 60],
        [7, 3],
        [12_000, 10_000],
      ] as const) {
        const { network } = resolveInputGeometry({ widthPx, heightPx }, model.input.size, options);
        for (const side of [network.widthPx, network.heightPx]) {
          expect(side % multiple).toBe(0);
          expect(side).toBeGreaterThanOrEqual(multiple);
          expect(side).toBeLessThanOrEqual(Math.max(4 * options.detailPx, 1333 + multiple));
        }
      }
    }
  });
});

describe('roundHalfToEven', () => {
  it('rounds as Python does', () => {
    expect([0.5, 1.5, 2.5, 2.4, 2.6, 36.5].map(roundHalfToEven)).toEqual([0, 2, 2, 2, 3, 36]);
  });
});

describe('resolveOptions', () => {
  it('gives the default detail, and the default cap where the short side is fixed', () => {
    expect(resolveOptions(ISOBATH_DEPTH_TINY.input)).toEqual({ detailPx: 256, maxLongSidePx: null });
    expect(resolveOptions(DEPTH_ANYTHING_V2_SMALL.input)).toEqual({ detailPx: 518, maxLongSidePx: 1022 });
  });

  it('clamps to the range and rounds to a step', () => {
    const { input } = ISOBATH_DEPTH_TINY;
    const detail = (detailPx: number) => resolveOptions(input, { detailPx }).detailPx;
    expect([1, 128, 300, 310, 9999].map(detail)).toEqual([128, 128, 288, 320, 512]);
    expect(resolveOptions(MIDAS_SMALL_V2_1.input, { detailPx: 999 }).detailPx).toBe(256);
  });

  it('rounds a cap down to the multiple, and takes null for none', () => {
    const { input } = DEPTH_ANYTHING_V2_SMALL;
    expect(resolveOptions(input, { detailPx: null, maxLongSidePx: 800 }).maxLongSidePx).toBe(798);
    expect(resolveOptions(input, { detailPx: null, maxLongSidePx: null }).maxLongSidePx).toBeNull();
  });
});

describe('estimateRelativeCost', () => {
  it('counts network pixels against the default detail', () => {
    const { input } = ISOBATH_DEPTH_TINY;
    expect(estimateRelativeCost(input, resolveOptions(input))).toBe(1);
    expect(estimateRelativeCost(input, { detailPx: 512, maxLongSidePx: null })).toBe(4);
  });
});
