import type { PipelineRequest } from '../api.ts';
import { resolveInputGeometry } from '../image/input-size.ts';
import { normalizeToNchw } from '../image/normalize.ts';
import { resizeToRgb } from '../image/resize.ts';
import type { DecodedImage } from '../platform.ts';
import type { PreparedInput } from './pipeline.ts';

/** Widest range of 8-bit values, over all channels, of a picture that counts as one colour. */
const FLAT_RANGE = 8;

function isFlatPicture(rgb: Uint8Array | Float32Array): boolean {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < rgb.length; i++) {
    const channel = i % 3;
    const value = rgb[i]!;
    if (value < low[channel]!) low[channel] = value;
    if (value > high[channel]!) high[channel] = value;
    if (high[channel]! - low[channel]! > FLAT_RANGE) return false;
  }
  return true;
}

/** The manifest-driven preprocessing: size rule, resize, normalise, planar. For every rule but the affine square. */
export function preparePicture(image: DecodedImage, request: PipelineRequest): PreparedInput {
  const { input } = request.model;
  const original = image.shrunkFrom ?? image;
  const geometry = resolveInputGeometry(original, input.size, request.options);
  const source = {
    widthPx: image.widthPx,
    heightPx: image.heightPx,
    channels: 4,
    pixels: image.pixelsRgba,
  } as const;
  const rgb = resizeToRgb(source, geometry.content, input.resize);
  return {
    feeds: { [input.name]: normalizeToNchw(rgb, geometry, input) },
    geometry,
    sourceWidthPx: original.widthPx,
    sourceHeightPx: original.heightPx,
    isFlat: isFlatPicture(rgb),
  };
}
