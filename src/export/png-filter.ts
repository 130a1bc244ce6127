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

/** `row` minus its prediction, for every byte. `stride`: bytes per pixel. */
type Filter = (
  row: Uint8Array,
  previous: Uint8Array,
  stride: number,
  target: Uint8Array,
  offset: number,
) => void;

// One loop each: a branch per byte would take most of the time at 50 megapixels.
const filterSub: Filter = (row, _, stride, target, offset) => {
  for (let i = 0; i < row.length; i++) {
    target[offset + i] = (row[i] ?? 0) - (i < stride ? 0 : (row[i - stride] ?? 0));
  }
};

const filterUp: Filter = (row, previous, _, target, offset) => {
  for (let i = 0; i < row.length; i++) target[offset + i] = (row[i] ?? 0) - (previous[i] ?? 0);
};

const filterPaeth: Filter = (row, previous, stride, target, offset) => {
  for (let i = 0; i < stride; i++) target[offset + i] = (row[i] ?? 0) - (previous[i] ?? 0);
  for (let i = stride; i < row.length; i++) {
    const prediction = paeth(row[i - stride] ?? 0, previous[i] ?? 0, previous[i - stride] ?? 0);
    target[offset + i] = (row[i] ?? 0) - prediction;
  }
};

const FILTERS: readonly (readonly [type: number, filter: Filter])[] = [
  [SUB, filterSub],
  [UP, filterUp],
  [PAETH, filterPaeth],
];

/** Sum of absolute signed differences, as libpng judges filters. */
function costOf(filtered: Uint8Array, start: number, end: number): number {
  let cost = 0;
  for (let i = start; i < end; i++) {
    const difference = filtered[i] ?? 0;
    cost += difference < 128 ? difference : 256 - difference;
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
  let bestCost = Infinity;
  let bestType = 0;
  for (const [type, filter] of FILTERS) {
    filter(row, previous, stride, target, offset + 1);
    const cost = costOf(target, offset + 1, offset + 1 + row.length);
    if (cost >= bestCost) continue;
    bestCost = cost;
    bestType = type;
  }
  target[offset] = bestType;
  const best = FILTERS.find(([type]) => type === bestType)?.[1];
  if (bestType !== PAETH) best?.(row, previous, stride, target, offset + 1);
}
