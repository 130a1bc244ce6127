/** PNG row filters (PNG specification, third edition, section 9): what makes deflate see small numbers. */

/**
 * `none`: few colours, like a colormap's: the same pixels then are the same bytes. `up`: minus the row above, for data
 * that changes slowly. `best`: judged row by row, for photos. On maps of photos the right one is a tenth smaller than
 * `best` and takes a fraction of its time.
 */
export type PngFilter = 'none' | 'up' | 'best';

const NONE = 0;
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
  for (let i = 0; i < stride; i++) target[offset + i] = row[i]!;
  for (let i = stride; i < row.length; i++) target[offset + i] = row[i]! - row[i - stride]!;
};

const filterUp: Filter = (row, previous, _, target, offset) => {
  for (let i = 0; i < row.length; i++) target[offset + i] = row[i]! - previous[i]!;
};

const filterPaeth: Filter = (row, previous, stride, target, offset) => {
  for (let i = 0; i < stride; i++) target[offset + i] = row[i]! - previous[i]!;
  for (let i = stride; i < row.length; i++) {
    target[offset + i] = row[i]! - paeth(row[i - stride]!, previous[i]!, previous[i - stride]!);
  }
};

/** The size of a difference of bytes, which wraps. */
function sizeOf(difference: number): number {
  const byte = difference & 255;
  return byte < 128 ? byte : 256 - byte;
}

/** The filter with the smallest sum of absolute signed differences, as libpng judges. */
function chooseFilter(row: Uint8Array, previous: Uint8Array, stride: number): number {
  let sub = 0;
  let up = 0;
  let predicted = 0;
  for (let i = 0; i < stride; i++) {
    const difference = sizeOf(row[i]! - previous[i]!);
    sub += sizeOf(row[i]!);
    up += difference;
    predicted += difference;
  }
  for (let i = stride; i < row.length; i++) {
    const byte = row[i]!;
    const left = row[i - stride]!;
    const above = previous[i]!;
    sub += sizeOf(byte - left);
    up += sizeOf(byte - above);
    predicted += sizeOf(byte - paeth(left, above, previous[i - stride]!));
  }
  if (sub <= up && sub <= predicted) return SUB;
  return up <= predicted ? UP : PAETH;
}

const FILTERS: ReadonlyMap<number, Filter> = new Map([
  [NONE, (row, _previous, _stride, target, offset) => target.set(row, offset)],
  [SUB, filterSub],
  [UP, filterUp],
  [PAETH, filterPaeth],
]);

/** Writes the filter's type and the filtered row (length + 1 bytes) at `offset`. `previous`: the row above, zeros for the first. `stride`: bytes per pixel. */
export function writeFilteredRow(
  filter: PngFilter,
  row: Uint8Array,
  previous: Uint8Array,
  stride: number,
  target: Uint8Array,
  offset: number,
): void {
  const type = filter === 'none' ? NONE : filter === 'up' ? UP : chooseFilter(row, previous, stride);
  target[offset] = type;
  FILTERS.get(type)?.(row, previous, stride, target, offset + 1);
}
