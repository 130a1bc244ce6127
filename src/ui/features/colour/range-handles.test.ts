import { describe, expect, it } from 'vitest';
import {
  barHeights,
  moveHandle,
  moveRange,
  nearestHandle,
  shareOfValue,
  stepHandle,
  valueOfShare,
} from './range-handles.ts';

const FULL = { lo: -10, hi: 90 };

describe('range handles', () => {
  it('maps values to shares of the axis and back', () => {
    expect(shareOfValue(40, FULL)).toBe(0.5);
    expect(valueOfShare(0.5, FULL)).toBe(40);
    expect(shareOfValue(1000, FULL)).toBe(1);
    expect(valueOfShare(-1, FULL)).toBe(-10);
  });

  it('puts a flat map at the start of the axis', () => {
    expect(shareOfValue(5, { lo: 5, hi: 5 })).toBe(0);
  });

  it('never lets the handles meet', () => {
    const range = { lo: 20, hi: 30 };
    expect(moveHandle(range, 'lo', 80, FULL)).toEqual({ lo: 29.5, hi: 30 });
    expect(moveHandle(range, 'hi', -100, FULL)).toEqual({ lo: 20, hi: 20.5 });
  });

  it('stops at the ends of the full range', () => {
    expect(moveHandle({ lo: 20, hi: 30 }, 'lo', -99, FULL).lo).toBe(-10);
    expect(moveHandle({ lo: 20, hi: 30 }, 'hi', 999, FULL).hi).toBe(90);
  });

  it('moves both handles together and keeps their distance at the ends', () => {
    expect(moveRange({ lo: 20, hi: 30 }, 15, FULL)).toEqual({ lo: 35, hi: 45 });
    expect(moveRange({ lo: 20, hi: 30 }, 999, FULL)).toEqual({ lo: 80, hi: 90 });
    expect(moveRange({ lo: 20, hi: 30 }, -999, FULL)).toEqual({ lo: -10, hi: 0 });
  });

  it('takes the nearer handle, and at one place the one that can still move there', () => {
    expect(nearestHandle(0.1, { lo: 0, hi: 80 }, FULL)).toBe('lo');
    expect(nearestHandle(0.8, { lo: 0, hi: 80 }, FULL)).toBe('hi');
    expect(nearestHandle(0.2, { lo: 40, hi: 40 }, FULL)).toBe('lo');
    expect(nearestHandle(0.9, { lo: 40, hi: 40 }, FULL)).toBe('hi');
  });

  it('steps by 1 %, by 10 % with Shift or Page, and to the ends', () => {
    const range = { lo: 20, hi: 60 };
    expect(stepHandle(range, 'lo', 'ArrowRight', false, FULL)?.lo).toBe(21);
    expect(stepHandle(range, 'lo', 'ArrowLeft', true, FULL)?.lo).toBe(10);
    expect(stepHandle(range, 'hi', 'PageUp', false, FULL)?.hi).toBe(70);
    expect(stepHandle(range, 'hi', 'End', false, FULL)?.hi).toBe(90);
    expect(stepHandle(range, 'lo', 'Home', false, FULL)?.lo).toBe(-10);
    expect(stepHandle(range, 'lo', 'a', false, FULL)).toBeNull();
  });
});

describe('bar heights', () => {
  it('gathers bins into bars and lifts the small ones by a square root', () => {
    expect(barHeights([1, 0, 2, 2, 0, 0, 8, 8], 4)).toEqual([0.25, 0.5, 0, 1]);
  });

  it('spreads fewer bins than bars without losing any', () => {
    expect(barHeights([4, 1], 4)).toEqual([1, 0, 0.5, 0]);
  });

  it('is flat for an empty histogram', () => {
    expect(barHeights([0, 0, 0], 3)).toEqual([0, 0, 0]);
  });
});
