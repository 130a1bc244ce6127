import { describe, expect, it } from 'vitest';
import { createRandom } from '../../testing/random.ts';
import { createSquareTaps, fitIntoSquare } from './affine-square.ts';
import { upsampleArgmax } from './semantic-labels.ts';
import { createHalfPixelTaps, createPaddedTaps, type GridTaps } from './upsampling.ts';

/** Every class at every pixel: the plain definition. */
function upsampleNaively(
  logitsChw: Float32Array,
  classCount: number,
  gridWidth: number,
  gridHeight: number,
  { rows, columns }: GridTaps,
): Uint8Array {
  const width = columns.starts.length;
  const labels = new Uint8Array(width * rows.starts.length);
  for (let i = 0; i < labels.length; i++) {
    const y = Math.floor(i / width);
    const x = i % width;
    let best = -Infinity;
    for (let c = 0; c < classCount; c++) {
      let value = 0;
      for (let j = 0; j < rows.counts[y]!; j++) {
        for (let k = 0; k < columns.counts[x]!; k++) {
          const weight = rows.weights[y * rows.stride + j]! * columns.weights[x * columns.stride + k]!;
          const at = (c * gridHeight + rows.starts[y]! + j) * gridWidth + columns.starts[x]! + k;
          value += weight * logitsChw[at]!;
        }
      }
      if (value > best) {
        best = value;
        labels[i] = c;
      }
    }
  }
  return labels;
}

/** Smooth blobs, so that there are both even blocks and mixed ones. */
function createLogits(random: () => number, classCount: number, width: number, height: number): Float32Array {
  const logits = new Float32Array(classCount * width * height);
  for (let c = 0; c < classCount; c++) {
    const [cx, cy, size] = [random() * width, random() * height, 1 + random() * width];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        logits[(c * height + y) * width + x] = 3 - Math.hypot(x - cx, y - cy) / size + random() * 0.2;
      }
    }
  }
  return logits;
}

describe('upsampleArgmax', () => {
  it('equals the plain definition for half-pixel, padded and affine geometries', () => {
    const random = createRandom(7);
    for (let round = 0; round < 40; round++) {
      const pick = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
      const [w, h, classCount] = [pick(1, 20), pick(1, 20), pick(2, 20)];
      const source = { widthPx: pick(1, 90), heightPx: pick(1, 90) };
      const logitsChw = createLogits(random, classCount, w, h);
      const square = fitIntoSquare(source, 64);
      const content = { networkLength: 96, start: 3, length: 70 };
      const geometries: GridTaps[] = [
        { rows: createHalfPixelTaps(h, source.heightPx), columns: createHalfPixelTaps(w, source.widthPx) },
        {
          rows: createPaddedTaps(h, content, source.heightPx),
          columns: createPaddedTaps(w, content, source.widthPx),
        },
        createSquareTaps({ widthPx: w, heightPx: h }, source, source, square),
      ];
      for (const taps of geometries) {
        const labels = upsampleArgmax({ logitsChw, classCount, widthPx: w, heightPx: h }, taps);
        expect(labels).toEqual(upsampleNaively(logitsChw, classCount, w, h, taps));
      }
    }
  });

  it('gives the lower class where logits are equal', () => {
    const taps = { rows: createHalfPixelTaps(2, 4), columns: createHalfPixelTaps(2, 4) };
    const grid = { logitsChw: new Float32Array(12).fill(1), classCount: 3, widthPx: 2, heightPx: 2 };
    expect(upsampleArgmax(grid, taps)).toEqual(new Uint8Array(16));
  });
});
