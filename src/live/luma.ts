import type { DecodedImage } from '../engine/platform.ts';

/** The photo's luma (Rec. 601, of 255) averaged over each cell of a grid, row-major. The guide of smoothing and scene cuts. */
export function computeLuma(image: DecodedImage, widthPx: number, heightPx: number): Uint8Array<ArrayBuffer> {
  const { pixelsRgba } = image;
  const lumaU8 = new Uint8Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y++) {
    const top = Math.floor((y * image.heightPx) / heightPx);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * image.heightPx) / heightPx));
    for (let x = 0; x < widthPx; x++) {
      const left = Math.floor((x * image.widthPx) / widthPx);
      const right = Math.max(left + 1, Math.floor(((x + 1) * image.widthPx) / widthPx));
      let sum = 0;
      for (let row = top; row < bottom; row++) {
        let at = (row * image.widthPx + left) * 4;
        for (let column = left; column < right; column++) {
          // 77 + 150 + 29 = 256
          sum += 77 * pixelsRgba[at]! + 150 * pixelsRgba[at + 1]! + 29 * pixelsRgba[at + 2]!;
          at += 4;
        }
      }
      lumaU8[y * widthPx + x] = sum / ((bottom - top) * (right - left)) / 256;
    }
  }
  return lumaU8;
}
