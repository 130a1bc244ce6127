/** How far a relative map agrees with true inverse depth: the share of random pixel pairs that it orders as the truth does. */

export interface Grid {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Row-major; larger is nearer. */
  readonly values: ArrayLike<number>;
}

/** Deterministic numbers in [0, 1): mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function sampleAt(grid: Grid, u: number, v: number): number {
  const x = Math.min(grid.widthPx - 1, Math.floor(u * grid.widthPx));
  const y = Math.min(grid.heightPx - 1, Math.floor(v * grid.heightPx));
  return grid.values[y * grid.widthPx + x] ?? Number.NaN;
}

/** Share in [0, 1] over `pairCount` pairs whose truths differ by more than 10 %; 0.5 is chance. */
export function measureOrderAgreement(map: Grid, truth: Grid, pairCount = 20_000): number {
  const random = createRandom(7);
  let counted = 0;
  let agreed = 0;
  while (counted < pairCount) {
    const [u1, v1, u2, v2] = [random(), random(), random(), random()];
    const first = sampleAt(truth, u1, v1);
    const second = sampleAt(truth, u2, v2);
    if (Math.max(first, second) <= 1.1 * Math.min(first, second)) continue;
    counted += 1;
    const difference = sampleAt(map, u1, v1) - sampleAt(map, u2, v2);
    if (Math.sign(difference) === Math.sign(first - second)) agreed += 1;
  }
  return agreed / pairCount;
}
