import { describe, expect, it } from 'vitest';
import type { PipelineRequest } from '../api.ts';
import { ISOBATH_DEPTH_TINY } from '../models/isobath-depth-tiny.ts';
import type { InputSpec, ModelManifest } from '../models/manifest.ts';
import { chooseDecodeSize } from './decode-size.ts';

function ask(detailPx: number, change: Partial<InputSpec> = {}): PipelineRequest {
  const model: ModelManifest = {
    ...ISOBATH_DEPTH_TINY,
    input: { ...ISOBATH_DEPTH_TINY.input, ...change },
  };
  return {
    pipeline: 'depth-estimation',
    model,
    variant: 'fp32',
    options: { detailPx, maxLongSidePx: null },
  };
}

const size = (widthPx: number, heightPx: number) => ({ widthPx, heightPx });

describe('the size to decode at', () => {
  it.each([
    // 256 x 160 of the network, 4 pixels for each: an eighth of 50 megapixels, half of 12.
    [size(8660, 5774), size(1083, 722)],
    [size(4000, 3000), size(2000, 1500)],
    [size(3000, 4000), size(1500, 2000)],
    // Nothing to be won.
    [size(2047, 1535), size(2047, 1535)],
    [size(640, 480), size(640, 480)],
    [size(1, 1), size(1, 1)],
    // The short side of a panorama has few pixels to give.
    [size(40_000, 60), size(40_000, 60)],
  ])('of %o is %o', (source, expected) => {
    expect(chooseDecodeSize(source, [ask(256)])).toEqual(expected);
  });

  it('is enough for the most demanding map of the request', () => {
    expect(chooseDecodeSize(size(8660, 5774), [ask(128), ask(512)])).toEqual(size(2165, 1444));
    expect(chooseDecodeSize(size(8660, 5774), [ask(128)])).toEqual(size(1083, 722));
  });

  it('is the whole picture where the published resizing has no antialias, or warps', () => {
    const whole = size(8660, 5774);
    const aliased = ask(256, { resize: { filter: 'bilinear', antialias: false, precision: 'float' } });
    const warped = ask(512, { size: { rule: 'affine-square' } });
    expect(chooseDecodeSize(whole, [ask(256), aliased])).toEqual(whole);
    expect(chooseDecodeSize(whole, [warped])).toEqual(whole);
    expect(chooseDecodeSize(whole, [])).toEqual(whole);
  });
});
