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
  const rowCount = rowRun.count;
  const columnCount = columnRun.count;
  const rowWeights = rows.weights;
  const columnWeights = columns.weights;
  const corner = planeStart + rowRun.start * gridWidth + columnRun.start;
  let to = 0;
  if (rowCount === 2 && columnCount === 2) {
    // The common case, unrolled: one bilinear step inside of the picture.
    const topLeft = plane[corner]!;
    const topRight = plane[corner + 1]!;
    const bottomLeft = plane[corner + gridWidth]!;
    const bottomRight = plane[corner + gridWidth + 1]!;
    for (let y = rowRun.from; y < rowRun.to; y++) {
      const top = rowWeights[y * rows.stride]!;
      const bottom = rowWeights[y * rows.stride + 1]!;
      const left = top * topLeft + bottom * bottomLeft;
      const right = top * topRight + bottom * bottomRight;
      for (let x = columnRun.from; x < columnRun.to; x++) {
        const at = x * columns.stride;
        values[to++] = columnWeights[at]! * left + columnWeights[at + 1]! * right;
      }
    }
    return;
  }
  for (let y = rowRun.from; y < rowRun.to; y++) {
    for (let k = 0; k < columnCount; k++) {
      let sum = 0;
      for (let j = 0; j < rowCount; j++) {
        sum += rowWeights[y * rows.stride + j]! * plane[corner + j * gridWidth + k]!;
      }
      samples[k] = sum;
    }
    for (let x = columnRun.from; x < columnRun.to; x++) {
      const at = x * columns.stride;
      let sum = 0;
      for (let k = 0; k < columnCount; k++) sum += columnWeights[at + k]! * samples[k]!;
      values[to++] = sum;
    }
  }
}
