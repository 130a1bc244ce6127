import { describe, expect, it } from 'vitest';
import { computeHistogram } from '../render/histogram.ts';
import { composeColor, resolveRange } from './color-settings.ts';

const VALUES = Float32Array.from({ length: 10_001 }, (_, i) => i / 100);
const HISTOGRAM = computeHistogram(VALUES);

describe('resolveRange', () => {
  it('is the 2nd to the 98th percentile unless chosen otherwise', () => {
    const range = resolveRange(undefined, HISTOGRAM);
    expect(range.lo).toBeCloseTo(2, 1);
    expect(range.hi).toBeCloseTo(98, 1);
    expect(resolveRange({ mode: 'auto' }, HISTOGRAM)).toEqual(range);
  });

  it('is min to max when full', () => {
    expect(resolveRange({ mode: 'full' }, HISTOGRAM)).toEqual({ lo: 0, hi: 100 });
  });

  it('keeps manual handles, inside the map', () => {
    expect(resolveRange({ mode: 'manual', lo: 20, hi: 40 }, HISTOGRAM)).toEqual({ lo: 20, hi: 40 });
    expect(resolveRange({ mode: 'manual', lo: -20, hi: 40 }, HISTOGRAM)).toEqual({ lo: 0, hi: 40 });
  });

  it('goes back to auto where manual handles miss the map of another model', () => {
    expect(resolveRange({ mode: 'manual', lo: 500, hi: 600 }, HISTOGRAM)).toEqual(
      resolveRange({ mode: 'auto' }, HISTOGRAM),
    );
  });
});

describe('composeColor', () => {
  it('takes only what colours', () => {
    const settings = { colormap: 'viridis', invert: true, gamma: 2, followEdges: false } as const;
    expect(composeColor(settings, { lo: 1, hi: 2 })).toEqual({ ...settings, range: { lo: 1, hi: 2 } });
  });
});
