import { describe, expect, it } from 'vitest';
import { formatMetres, metreTicks, relativeTicks } from './legend-scale.ts';

describe('relative ticks', () => {
  it('are round shares of the whole range, placed in the shown range', () => {
    const ticks = relativeTicks({ lo: 100, hi: 300 }, { lo: 100, hi: 300 });
    expect(ticks.map((tick) => tick.label)).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']);
    expect(ticks.map((tick) => tick.share)[1]).toBeCloseTo(0.2);
  });

  it('follow a narrowed range', () => {
    const ticks = relativeTicks({ lo: 0.42, hi: 0.58 }, { lo: 0, hi: 1 });
    expect(ticks.map((tick) => tick.label)).toEqual(['0.45', '0.50', '0.55']);
    expect(ticks[1]?.share).toBeCloseTo(0.5);
  });

  it('are none for a flat map', () => {
    expect(relativeTicks({ lo: 3, hi: 3 }, { lo: 3, hi: 3 })).toEqual([]);
  });
});

describe('metre ticks', () => {
  it('are round distances from far to near, not too close to each other', () => {
    const ticks = metreTicks({ lo: 1 / 20, hi: 1 });
    expect(ticks.map((tick) => tick.label)).toEqual(['20', '5', '2', '1']);
    expect(ticks.at(-1)?.share).toBe(1);
    for (let index = 1; index < ticks.length; index++) {
      expect((ticks[index]?.share ?? 0) - (ticks[index - 1]?.share ?? 0)).toBeGreaterThanOrEqual(0.149);
    }
  });

  it('are none without a range', () => {
    expect(metreTicks({ lo: 0.5, hi: 0.5 })).toEqual([]);
  });
});

describe('formatMetres', () => {
  it('drops what the distance does not carry', () => {
    expect([0.254, 0.5, 1, 1.25, 9.96, 12.4, Infinity].map(formatMetres)).toEqual([
      '0.25',
      '0.5',
      '1',
      '1.3',
      '10',
      '12',
      '∞',
    ]);
  });
});
