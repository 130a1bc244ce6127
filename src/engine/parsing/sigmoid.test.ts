import { expect, it } from 'vitest';
import { sigmoidPositive } from './sigmoid.ts';

it('is the logistic function from 0 on, within 1e-6', () => {
  for (let x = 0; x < 40; x += 0.00937) {
    expect(Math.abs(sigmoidPositive(x) - 1 / (1 + Math.exp(-x)))).toBeLessThan(1e-6);
  }
  expect(sigmoidPositive(Infinity)).toBe(1);
  expect(sigmoidPositive(0)).toBe(0.5);
});
