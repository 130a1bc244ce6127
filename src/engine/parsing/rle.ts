/**
 * Run-length codes as COCO has them (cocoapi `maskApi.c`): runs go down the columns, zeros first, and the compressed
 * form is text. For any map of small numbers, all values in one pass.
 */
import type { SizePx } from '../image/input-size.ts';
import type { Person } from '../api.ts';

/** One value's pixels. `counts`: lengths of alternating runs of 0 and 1, column-major, zeros first; sum = all pixels. */
export interface RunLengths {
  readonly counts: readonly number[];
  readonly areaPx: number;
  readonly box: Person['box'];
}

/** Where each target sample reads: the nearest source sample. */
function createNearest(sourceLength: number, targetLength: number): Int32Array {
  return Int32Array.from({ length: targetLength }, (_, i) =>
    Math.min(sourceLength - 1, Math.floor(((i + 0.5) * sourceLength) / targetLength)),
  );
}

/**
 * Encodes every value 0..valueCount - 1 of a map, stretched (nearest) to `target`. null for values that do not occur.
 * One pass down the columns; what grows with the picture is only the number of runs.
 */
export function encodeRuns(
  values: Uint8Array | Uint16Array | Int32Array,
  source: SizePx,
  target: SizePx,
  valueCount: number,
): readonly (RunLengths | null)[] {
  const columns = createNearest(source.widthPx, target.widthPx);
  const rows = createNearest(source.heightPx, target.heightPx);
  const { heightPx } = target;
  const total = target.widthPx * heightPx;
  const counts: number[][] = Array.from({ length: valueCount }, () => []);
  const ends = new Float64Array(valueCount);
  const areas = new Float64Array(valueCount);
  const left = new Int32Array(valueCount).fill(target.widthPx);
  const right = new Int32Array(valueCount).fill(-1);
  const top = new Int32Array(valueCount).fill(heightPx);
  const bottom = new Int32Array(valueCount).fill(-1);

  function addRun(value: number, from: number, to: number): void {
    counts[value]!.push(from - ends[value]!, to - from);
    ends[value] = to;
    areas[value]! += to - from;
    const firstColumn = Math.floor(from / heightPx);
    const lastColumn = Math.floor((to - 1) / heightPx);
    if (firstColumn < left[value]!) left[value] = firstColumn;
    right[value] = lastColumn;
    // A run that goes on in the next column reaches the bottom and starts again at the top.
    const isOneColumn = firstColumn === lastColumn;
    const firstRow = isOneColumn ? from % heightPx : 0;
    const lastRow = isOneColumn ? (to - 1) % heightPx : heightPx - 1;
    if (firstRow < top[value]!) top[value] = firstRow;
    if (lastRow > bottom[value]!) bottom[value] = lastRow;
  }

  let current = values[rows[0]! * source.widthPx + columns[0]!]!;
  let from = 0;
  for (let x = 0, position = 0; x < target.widthPx; x++) {
    const column = columns[x]!;
    for (let y = 0; y < heightPx; y++, position++) {
      const value = values[rows[y]! * source.widthPx + column]!;
      if (value === current) continue;
      addRun(current, from, position);
      current = value;
      from = position;
    }
  }
  addRun(current, from, total);

  return counts.map((runs, value) => {
    if (runs.length === 0) return null;
    if (ends[value]! < total) runs.push(total - ends[value]!);
    return {
      counts: runs,
      areaPx: areas[value]!,
      box: {
        x: left[value]!,
        y: top[value]!,
        width: right[value]! - left[value]! + 1,
        height: bottom[value]! - top[value]! + 1,
      },
    };
  });
}

/** The mask of a run-length code: 1 where set, row-major. Throws RangeError where the runs do not fill the size. */
export function decodeRuns(
  counts: readonly number[],
  { widthPx, heightPx }: SizePx,
): Uint8Array<ArrayBuffer> {
  const total = widthPx * heightPx;
  const mask = new Uint8Array(total);
  let position = 0;
  for (const [i, count] of counts.entries()) {
    if (i % 2 === 1) {
      for (let k = position; k < Math.min(total, position + count); k++) {
        mask[(k % heightPx) * widthPx + Math.floor(k / heightPx)] = 1;
      }
    }
    position += count;
  }
  if (position !== total) throw new RangeError(`Runs of ${position} pixels for ${widthPx} x ${heightPx}`);
  return mask;
}

const CHAR_BASE = 48;

/** `rleToString`: from the third count on the difference to the one before last; 5 bits per character, low bits first. */
export function compressCounts(counts: readonly number[]): string {
  let text = '';
  for (let i = 0; i < counts.length; i++) {
    let rest = i > 2 ? counts[i]! - counts[i - 2]! : counts[i]!;
    for (let hasMore = true; hasMore;) {
      let char = rest & 0x1f;
      rest >>= 5;
      // The sign bit of the last five tells how to fill up.
      hasMore = (char & 0x10) !== 0 ? rest !== -1 : rest !== 0;
      if (hasMore) char |= 0x20;
      text += String.fromCharCode(char + CHAR_BASE);
    }
  }
  return text;
}

/** `rleFrString`: the inverse of {@link compressCounts}. */
export function decompressCounts(text: string): number[] {
  const counts: number[] = [];
  for (let at = 0; at < text.length;) {
    let value = 0;
    let shift = 0;
    let char: number;
    do {
      char = text.charCodeAt(at++) - CHAR_BASE;
      value |= (char & 0x1f) << shift;
      shift += 5;
    } while ((char & 0x20) !== 0);
    if ((char & 0x10) !== 0 && shift < 32) value |= -1 << shift;
    if (counts.length > 2) value += counts[counts.length - 2]!;
    counts.push(value);
  }
  return counts;
}
