/** PNG row filters (PNG specification, third edition, section 9): what makes deflate see small numbers. */

const SUB = 1;
const UP = 2;
const PAETH = 4;

function paeth(left: number, up: number, upLeft: number): number {
  const distanceLeft = Math.abs(up - upLeft);
  const distanceUp = Math.abs(left - upLeft);
  const distanceUpLeft = Math.abs(left + up - upLeft - upLeft);
  if (distanceLeft <= distanceUp && distanceLeft <= distanceUpLeft) return left;
  return distanceUp <= distanceUpLeft ? up : upLeft;
}

function predict(filter: number, row: Uint8Array, previous: Uint8Array, i: number, stride: number): number {
  const left = i >= stride ? (row[i - stride] ?? 0) : 0;
  if (filter === SUB) return left;
  const up = previous[i] ?? 0;
  if (filter === UP) return up;
  return paeth(left, up, i >= stride ? (previous[i - stride] ?? 0) : 0);
}

/** Sum of absolute signed differences, as libpng judges filters; every 4th pixel is enough to choose. */
function costOf(filter: number, row: Uint8Array, previous: Uint8Array, stride: number): number {
  let cost = 0;
  for (let pixel = 0; pixel < row.length; pixel += stride * 4) {
    for (let i = pixel; i < pixel + stride; i++) {
      const difference = ((row[i] ?? 0) - predict(filter, row, previous, i, stride)) & 0xff;
      cost += difference < 128 ? difference : 256 - difference;
    }
  }
  return cost;
}

/** Writes the filter's type and the filtered row (length + 1 bytes) at `offset`. `previous`: the row above, zeros for the first. `stride`: bytes per pixel. */
export function writeFilteredRow(
  row: Uint8Array,
  previous: Uint8Array,
  stride: number,
  target: Uint8Array,
  offset: number,
): void {
  let best = SUB;
  let bestCost = Infinity;
  for (const filter of [SUB, UP, PAETH]) {
    const cost = costOf(filter, row, previous, stride);
    if (cost >= bestCost) continue;
    best = filter;
    bestCost = cost;
  }
  target[offset] = best;
  for (let i = 0; i < row.length; i++) {
    target[offset + 1 + i] = (row[i] ?? 0) - predict(best, row, previous, i, stride);
  }
}
