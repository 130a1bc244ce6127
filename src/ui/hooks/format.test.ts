import { expect, it } from 'vitest';
import { createFormat } from './format.ts';

it('writes shares of a picture with a digit more where they are small, and never as nothing', () => {
  const { share } = createFormat('en');
  expect([0.753, 0.0996, 0.0651, 0.001, 0.0004].map(share)).toEqual(['75%', '10%', '6.5%', '0.1%', '< 0.1%']);
});

it('writes durations with two units at most, and never sixty of one', () => {
  const { duration } = createFormat('en');
  expect([3.24, 850, 999.7, 2430, 59_400, 59_960].map(duration)).toEqual([
    '3.2 ms',
    '850 ms',
    '1 s',
    '2.4 s',
    '59.4 s',
    '1 min',
  ]);
  expect([65_000, 119_700, 3_599_700, 7_500_000].map(duration)).toEqual([
    '1 min 5 s',
    '2 min',
    '1 h',
    '2 h 5 min',
  ]);
});
