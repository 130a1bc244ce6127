import { describe, expect, it } from 'vitest';
import { formatClock, nameByTime } from './clock-text.ts';

describe('formatClock', () => {
  it('shows minutes and seconds, and hours from the first one on', () => {
    expect([0, 999, 65_000, 3_729_000].map(formatClock)).toEqual(['0:00', '0:00', '1:05', '1:02:09']);
  });
});

describe('nameByTime', () => {
  it('puts the time into the name so that names sort', () => {
    expect(nameByTime('frame', new Date(2030, 0, 31, 7, 5, 9))).toBe('frame-2030-01-31-070509');
  });
});
