/**
 * 1 / (1 + exp(-x)) for x >= 0 from a table with linear interpolation: a fifth of the time of `Math.exp`, off by less
 * than 1e-6, where post-processing needs some hundred thousand of them and scores count to 5e-4.
 */
const STEPS_PER_UNIT = 128;
const LIMIT = 32;

const TABLE = Float64Array.from(
  { length: LIMIT * STEPS_PER_UNIT + 2 },
  (_, i) => 1 / (1 + Math.exp(-i / STEPS_PER_UNIT)),
);

export function sigmoidPositive(x: number): number {
  // From 32 on the sigmoid is 1 in float64, give or take the last bits.
  if (x >= LIMIT) return 1;
  const position = x * STEPS_PER_UNIT;
  const i = position | 0;
  const low = TABLE[i]!;
  return low + (TABLE[i + 1]! - low) * (position - i);
}
