import { describe, expect, it } from 'vitest';
import { DEPTH_ANYTHING_V2_SMALL } from '../../../engine/models/depth-anything-v2-small.ts';
import { MIDAS_SMALL_V2_1 } from '../../../engine/models/midas-small-v2-1.ts';
import { SCHP_ATR } from '../../../engine/models/schp.ts';
import {
  readNormalisation,
  withChannelOrder,
  withDepthKind,
  withDetail,
  withMultiple,
  withNormalisation,
} from './contract-draft.ts';

describe('a contract under the form', () => {
  it('names the scheme of published models', () => {
    expect(readNormalisation(MIDAS_SMALL_V2_1.input)).toBe('graph');
    expect(readNormalisation(DEPTH_ANYTHING_V2_SMALL.input)).toBe('imagenet');
    expect(readNormalisation(SCHP_ATR.input)).toBe('imagenet');
    expect(readNormalisation({ ...MIDAS_SMALL_V2_1.input, scale: 0.3 })).toBe('other');
  });

  it('reads back every scheme that it writes', () => {
    for (const choice of ['graph', 'imagenet', 'half', 'raw'] as const) {
      expect(readNormalisation(withNormalisation(SCHP_ATR, choice).input)).toBe(choice);
    }
  });

  it('turns mean and std with the channels, and back', () => {
    const turned = withChannelOrder(DEPTH_ANYTHING_V2_SMALL, 'BGR');
    expect(turned.input.mean).toEqual([0.406, 0.456, 0.485]);
    expect(withChannelOrder(turned, 'RGB').input).toEqual(DEPTH_ANYTHING_V2_SMALL.input);
  });

  it('changes between relative and metric depth and keeps the output', () => {
    const metric = withDepthKind(MIDAS_SMALL_V2_1, 'metric-depth');
    expect(metric.output).toMatchObject({ kind: 'metric-depth', name: '797', focalLengthName: null });
    expect(withDepthKind(metric, 'disparity').output).toEqual(MIDAS_SMALL_V2_1.output);
    expect(withDepthKind(SCHP_ATR, 'disparity')).toBe(SCHP_ATR);
  });

  it('keeps the size within the range and on the multiple', () => {
    expect(withDetail(DEPTH_ANYTHING_V2_SMALL, 300).input.detail.defaultPx).toBe(294);
    expect(withDetail(DEPTH_ANYTHING_V2_SMALL, 5000).input.detail.defaultPx).toBe(1022);
  });

  it('brings every size to another multiple', () => {
    const { size, detail } = withMultiple(DEPTH_ANYTHING_V2_SMALL, 32).input;
    expect(size).toEqual({ rule: 'closest-scale', multipleOf: 32 });
    expect(detail).toEqual({ defaultPx: 512, minPx: 256, maxPx: 992, stepPx: 32 });
    expect(withMultiple(MIDAS_SMALL_V2_1, 32)).toBe(MIDAS_SMALL_V2_1);
  });
});
