/**
 * Logits to labels: bilinear upsampling of all classes and argmax, without ever holding one class at full size.
 * The map is cut into blocks whose pixels read the same few logits. Interpolation weights are not negative, so where
 * one class leads in all of a block's logits it leads in all its pixels: such blocks (nearly all) are filled. In the
 * others, only classes that can lead are interpolated. The result is that of the full computation.
 */
import { interpolateBlock } from './interpolate-block.ts';
import { groupTaps, measureBlocks, type GridTaps, type TapRun } from './upsampling.ts';

/** Class planes, row-major: index = (class * heightPx + y) * widthPx + x. */
export interface ClassGrid {
  readonly logitsChw: Float32Array;
  readonly classCount: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Class with the largest logit per grid cell; the first where several are equal. */
function findLeaders({ logitsChw, classCount, widthPx, heightPx }: ClassGrid): Uint8Array {
  const plane = widthPx * heightPx;
  const best = logitsChw.slice(0, plane);
  const leaders = new Uint8Array(plane);
  for (let c = 1; c < classCount; c++) {
    const start = c * plane;
    for (let i = 0; i < plane; i++) {
      const value = logitsChw[start + i]!;
      if (value > best[i]!) {
        best[i] = value;
        leaders[i] = c;
      }
    }
  }
  return leaders;
}

/** The class that leads everywhere under the block, or -1. A block that reads nothing is background. */
function findUniformLeader(leaders: Uint8Array, gridWidth: number, rows: TapRun, columns: TapRun): number {
  if (rows.count === 0 || columns.count === 0) return 0;
  const first = leaders[rows.start * gridWidth + columns.start]!;
  for (let j = 0; j < rows.count; j++) {
    const row = (rows.start + j) * gridWidth + columns.start;
    for (let k = 0; k < columns.count; k++) if (leaders[row + k] !== first) return -1;
  }
  return first;
}

/**
 * Labels of `taps.rows.starts.length` x `taps.columns.starts.length` pixels, row-major. At most 256 classes.
 * Equal logits: the lower class wins, as in torch and NumPy.
 */
export function upsampleArgmax(grid: ClassGrid, taps: GridTaps): Uint8Array<ArrayBuffer> {
  const { logitsChw, classCount, widthPx: gridWidth } = grid;
  const plane = gridWidth * grid.heightPx;
  const widthPx = taps.columns.starts.length;
  const heightPx = taps.rows.starts.length;
  const labels = new Uint8Array(widthPx * heightPx);
  const leaders = findLeaders(grid);
  const rowRuns = groupTaps(taps.rows);
  const columnRuns = groupTaps(taps.columns);
  const largest = measureBlocks(rowRuns, columnRuns);
  const samples = new Float64Array(largest.samples);
  const values = new Float64Array(largest.pixels);
  const best = new Float64Array(largest.pixels);
  const winners = new Uint8Array(largest.pixels);

  for (const rowRun of rowRuns) {
    const firstRow = rowRun.from * widthPx;
    for (const columnRun of columnRuns) {
      const uniform = findUniformLeader(leaders, gridWidth, rowRun, columnRun);
      if (uniform >= 0) labels.fill(uniform, firstRow + columnRun.from, firstRow + columnRun.to);
    }
    for (let y = rowRun.from + 1; y < rowRun.to; y++) {
      labels.copyWithin(y * widthPx, firstRow, firstRow + widthPx);
    }
    for (const columnRun of columnRuns) {
      if (findUniformLeader(leaders, gridWidth, rowRun, columnRun) >= 0) continue;
      const pixelCount = (rowRun.to - rowRun.from) * (columnRun.to - columnRun.from);
      const corner = rowRun.start * gridWidth + columnRun.start;
      // No pixel of the block falls below the smallest logit of this class, so a class whose largest is less cannot lead.
      const floor = findLeast(logitsChw, leaders[corner]! * plane + corner, gridWidth, rowRun, columnRun);
      best.fill(-Infinity, 0, pixelCount);
      for (let c = 0; c < classCount; c++) {
        const start = c * plane;
        if (!reaches(logitsChw, start + corner, gridWidth, rowRun, columnRun, floor)) continue;
        interpolateBlock(logitsChw, start, gridWidth, taps, rowRun, columnRun, samples, values);
        for (let i = 0; i < pixelCount; i++) {
          if (values[i]! > best[i]!) {
            best[i] = values[i]!;
            winners[i] = c;
          }
        }
      }
      const blockWidth = columnRun.to - columnRun.from;
      for (let y = rowRun.from, i = 0; y < rowRun.to; y++, i += blockWidth) {
        const to = y * widthPx + columnRun.from;
        for (let x = 0; x < blockWidth; x++) labels[to + x] = winners[i + x]!;
      }
    }
  }
  return labels;
}

function findLeast(
  values: Float32Array,
  corner: number,
  gridWidth: number,
  rows: TapRun,
  columns: TapRun,
): number {
  let least = Infinity;
  for (let j = 0; j < rows.count; j++) {
    for (let k = 0; k < columns.count; k++) least = Math.min(least, values[corner + j * gridWidth + k]!);
  }
  return least;
}

function reaches(
  values: Float32Array,
  corner: number,
  gridWidth: number,
  rows: TapRun,
  columns: TapRun,
  floor: number,
): boolean {
  for (let j = 0; j < rows.count; j++) {
    for (let k = 0; k < columns.count; k++) if (values[corner + j * gridWidth + k]! >= floor) return true;
  }
  return false;
}
