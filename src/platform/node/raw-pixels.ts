import { EngineError } from '../../engine/errors.ts';
import type { DecodedImage } from '../../engine/platform.ts';

/** A picture that is decoded already: upright sRGB, three or four channels. */
export interface RawPixels {
  readonly widthPx: number;
  readonly heightPx: number;
  /** RGB or RGBA, interleaved; length = widthPx * heightPx * 3 or 4. */
  readonly pixels: Uint8Array;
}

/** The decoder of raw pixels. Throws IMAGE_ZERO_SIZE, IMAGE_DECODE_FAILED where size and length disagree. */
export async function decodeRawPixels(
  source: RawPixels,
  { signal }: { signal: AbortSignal },
): Promise<DecodedImage> {
  signal.throwIfAborted();
  const { widthPx, heightPx, pixels } = source;
  const area = widthPx * heightPx;
  if (area === 0) throw new EngineError('IMAGE_ZERO_SIZE', `The picture is ${widthPx} x ${heightPx} pixels`);
  if (pixels.length === area * 4) return { widthPx, heightPx, pixelsRgba: pixels };
  if (pixels.length !== area * 3) {
    throw new EngineError(
      'IMAGE_DECODE_FAILED',
      `${pixels.length} bytes are no ${widthPx} x ${heightPx} picture`,
    );
  }
  const pixelsRgba = new Uint8Array(area * 4).fill(255);
  for (let i = 0; i < area; i++) {
    pixelsRgba[i * 4] = pixels[i * 3]!;
    pixelsRgba[i * 4 + 1] = pixels[i * 3 + 1]!;
    pixelsRgba[i * 4 + 2] = pixels[i * 3 + 2]!;
  }
  return { widthPx, heightPx, pixelsRgba };
}
