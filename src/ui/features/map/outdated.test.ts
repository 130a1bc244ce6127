import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../../engine/image/input-size.ts';
import { ISOBATH_DEPTH_TINY } from '../../../engine/models/isobath-depth-tiny.ts';
import { ISOBATH_PARSING_TINY } from '../../../engine/models/isobath-parsing-tiny.ts';
import { M2FP_MULTI } from '../../../engine/models/m2fp.ts';
import { isOutdated } from './outdated.ts';

const { input } = ISOBATH_DEPTH_TINY;
const summary = {
  resultKey: 'sha|weights|human-parsing@1|contract=x|detail=384|cap=none',
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

  it('of labels holds while the detail is that of its key, whatever its size', () => {
    const { input: parsingInput } = ISOBATH_PARSING_TINY;
    const own = { ...summary, provenance: { ...summary.provenance, modelId: ISOBATH_PARSING_TINY.id } };
    expect(isOutdated(own, ISOBATH_PARSING_TINY, resolveOptions(parsingInput, { detailPx: 384 }))).toBe(
      false,
    );
    expect(isOutdated(own, ISOBATH_PARSING_TINY, resolveOptions(parsingInput, { detailPx: 512 }))).toBe(true);
  });

  it('of labels is outdated when the cap or exact scores changed', () => {
    const model = { ...M2FP_MULTI, id: summary.provenance.modelId };
    const options = { detailPx: 384, maxLongSidePx: null };
    expect(isOutdated(summary, model, options)).toBe(false);
    expect(isOutdated(summary, model, { ...options, maxLongSidePx: 800 })).toBe(true);
    expect(isOutdated(summary, model, { ...options, isExact: true })).toBe(true);
  });

  it('is outdated when the model changed', () => {
    expect(isOutdated(summary, { ...ISOBATH_DEPTH_TINY, id: 'another' }, resolveOptions(input))).toBe(true);
  });
});
