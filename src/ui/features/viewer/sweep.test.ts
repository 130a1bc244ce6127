import { describe, expect, it } from 'vitest';
import { sweepPosition } from './sweep.ts';

describe('sweep', () => {
  it('starts and ends in the middle', () => {
    expect(sweepPosition(0)).toBe(0.5);
    expect(sweepPosition(1)).toBe(0.5);
  });

  it('shows nearly all of the photo, then nearly all of the map', () => {
    expect(sweepPosition(0.32)).toBeCloseTo(0.92);
    expect(sweepPosition(0.75)).toBeCloseTo(0.08);
  });

  it('moves without jumps', () => {
    for (let step = 1; step <= 200; step++) {
      const distance = Math.abs(sweepPosition(step / 200) - sweepPosition((step - 1) / 200));
      expect(distance).toBeLessThan(0.05);
    }
  });
});
