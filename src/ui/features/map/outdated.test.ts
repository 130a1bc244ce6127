import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../../engine/image/input-size.ts';
import { ISOBATH_DEPTH_TINY } from '../../../engine/models/isobath-depth-tiny.ts';
import { isOutdated } from './outdated.ts';

const { input } = ISOBATH_DEPTH_TINY;
const summary = {
  widthPx: 256,
  heightPx: 192,
  sourceWidthPx: 1024,
  sourceHeightPx: 768,
  provenance: {
    modelId: 'isobath-depth-tiny',
    revision: 'v0',
    variant: 'fp32',
    executionProvider: 'wasm',
    threads: 1,
    executor: 'worker-pool',
  },
} as const;

describe('a finished map', () => {
  it('holds while model and detail are those it was made with', () => {
    expect(isOutdated(summary, ISOBATH_DEPTH_TINY, resolveOptions(input))).toBe(false);
  });

  it('is outdated when the detail changed', () => {
    expect(isOutdated(summary, ISOBATH_DEPTH_TINY, resolveOptions(input, { detailPx: 384 }))).toBe(true);
  });

  it('is outdated when the model changed', () => {
    expect(isOutdated(summary, { ...ISOBATH_DEPTH_TINY, id: 'another' }, resolveOptions(input))).toBe(true);
  });
});
