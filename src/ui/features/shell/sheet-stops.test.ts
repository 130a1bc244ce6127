import { describe, expect, it } from 'vitest';
import { neighbourStop, settleSheet, stopHeightPx } from './sheet-stops.ts';

const VIEWPORT = 844;

describe('the bottom sheet', () => {
  it('rests at the nearest stop', () => {
    expect(settleSheet(60, 0, VIEWPORT)).toBe('peek');
    expect(settleSheet(300, 0, VIEWPORT)).toBe('half');
    expect(settleSheet(700, 0, VIEWPORT)).toBe('full');
  });

  it('goes one stop on with a flick', () => {
    const half = stopHeightPx('half', VIEWPORT);
    expect(settleSheet(half, 1.5, VIEWPORT)).toBe('full');
    expect(settleSheet(half, -1.5, VIEWPORT)).toBe('peek');
  });

  it('holds at its ends', () => {
    expect(neighbourStop('full', 1)).toBe('full');
    expect(neighbourStop('peek', -1)).toBe('peek');
    expect(neighbourStop('peek', 1)).toBe('half');
  });

  it('grows from stop to stop on a small phone too', () => {
    const heights = (['peek', 'half', 'full'] as const).map((stop) => stopHeightPx(stop, 568));
    expect(heights).toEqual([...heights].sort((a, b) => a - b));
    expect(heights[2]).toBeLessThan(568);
  });
});
