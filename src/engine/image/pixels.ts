/** Pixels as they come from a decoder. */
import type { SizePx } from './input-size.ts';

/** Interleaved 8-bit pixels, row-major; length = widthPx * heightPx * channels. A fourth channel is ignored. */
export interface PixelsU8 extends SizePx {
  readonly channels: 3 | 4;
  readonly pixels: Uint8Array | Uint8ClampedArray;
}
