/**
 * SCHP's frame: the picture, aspect kept, in the middle of a black square, pixel centres of its long side on those of
 * the square's edges (`get_affine_transform` of Self-Correction-Human-Parsing, no rotation).
 */
import type { SizePx } from '../image/input-size.ts';
import type { PixelsU8 } from '../image/pixels.ts';
import { composeTaps, createAffineTaps, createAlignCornersTaps, type GridTaps } from './upsampling.ts';

/** Source pixel x lies at scale * x + offsetX in the square. */
export interface AffineSquare {
  readonly sidePx: number;
  readonly scale: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

export function fitIntoSquare(source: SizePx, sidePx: number): AffineSquare {
  // A picture of one pixel has no extent; it is shown at its own size.
  const extent = Math.max(source.widthPx, source.heightPx) - 1;
  const scale = extent > 0 ? (sidePx - 1) / extent : 1;
  const middle = (sidePx - 1) / 2;
  return {
    sidePx,
    scale,
    offsetX: middle - (scale * (source.widthPx - 1)) / 2,
    offsetY: middle - (scale * (source.heightPx - 1)) / 2,
  };
}

/**
 * `cv2.warpAffine(..., INTER_LINEAR, BORDER_CONSTANT 0)`: bilinear without antialias (published so), black outside,
 * rounded to 8 bit. RGB interleaved, sidePx x sidePx.
 */
export function warpIntoSquare(source: PixelsU8, square: AffineSquare): Uint8Array<ArrayBuffer> {
  const { sidePx, scale } = square;
  const { pixels, channels, widthPx } = source;
  const rows = createAffineTaps(source.heightPx, sidePx, 1 / scale, -square.offsetY / scale);
  const columns = createAffineTaps(widthPx, sidePx, 1 / scale, -square.offsetX / scale);
  const rgb = new Uint8Array(sidePx * sidePx * 3);
  for (let y = 0; y < sidePx; y++) {
    for (let x = 0; x < sidePx; x++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let j = 0; j < rows.counts[y]!; j++) {
        let from = ((rows.starts[y]! + j) * widthPx + columns.starts[x]!) * channels;
        for (let k = 0; k < columns.counts[x]!; k++) {
          const weight = rows.weights[y * rows.stride + j]! * columns.weights[x * columns.stride + k]!;
          red += weight * pixels[from]!;
          green += weight * pixels[from + 1]!;
          blue += weight * pixels[from + 2]!;
          from += channels;
        }
      }
      const to = (y * sidePx + x) * 3;
      rgb[to] = red + 0.5;
      rgb[to + 1] = green + 0.5;
      rgb[to + 2] = blue + 0.5;
    }
  }
  return rgb;
}

/**
 * From the logits' grid to a map of the source picture: align_corners to the square, then the inverse affine,
 * 0 outside. The map may be smaller than the source; its pixels then lie evenly over it.
 */
export function createSquareTaps(grid: SizePx, source: SizePx, map: SizePx, square: AffineSquare): GridTaps {
  const axis = (gridLength: number, sourceLength: number, mapLength: number, offset: number) => {
    // Map pixel i shows source position (i + 0.5) * ratio - 0.5; the same pixel where the sizes agree.
    const ratio = sourceLength / mapLength;
    const toSquare = createAffineTaps(
      square.sidePx,
      mapLength,
      square.scale * ratio,
      square.scale * (0.5 * ratio - 0.5) + offset,
    );
    return composeTaps(createAlignCornersTaps(gridLength, square.sidePx), toSquare);
  };
  return {
    rows: axis(grid.heightPx, source.heightPx, map.heightPx, square.offsetY),
    columns: axis(grid.widthPx, source.widthPx, map.widthPx, square.offsetX),
  };
}
