/** One block of the map: the pixels that read the same few grid samples. */
import type { GridTaps, TapRun } from './upsampling.ts';

/**
 * Interpolates one plane over one block into `values` (row-major within the block). `samples` is scratch of at least
 * the run's column count. No allocation: this runs once per plane and mixed block.
 */
export function interpolateBlock(
  plane: Float32Array,
  planeStart: number,
  gridWidth: number,
  taps: GridTaps,
  rowRun: TapRun,
  columnRun: TapRun,
  samples: Float64Array,
  values: Float64Array,
): void {
  const { rows, columns } = taps;
  const columnCount = columnRun.count;
  const rowCount = rowRun.count;
  const corner = planeStart + rowRun.start * gridWidth + columnRun.start;
  let to = 0;
  for (let y = rowRun.from; y < rowRun.to; y++) {
    const rowWeights = y * rows.stride;
    for (let k = 0; k < columnCount; k++) {
      let sum = 0;
      for (let j = 0; j < rowCount; j++) {
        sum += rows.weights[rowWeights + j]! * plane[corner + j * gridWidth + k]!;
      }
      samples[k] = sum;
    }
    for (let x = columnRun.from; x < columnRun.to; x++) {
      const columnWeights = x * columns.stride;
      let sum = 0;
      for (let k = 0; k < columnCount; k++) sum += columns.weights[columnWeights + k]! * samples[k]!;
      values[to++] = sum;
    }
  }
}
