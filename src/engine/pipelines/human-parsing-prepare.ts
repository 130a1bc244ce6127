import type { PipelineRequest } from '../api.ts';
import { resolveInputGeometry, type InputGeometry, type SizePx } from '../image/input-size.ts';
import { normalizeToNchw } from '../image/normalize.ts';
import type { PixelsU8 } from '../image/pixels.ts';
import { resizeToRgb } from '../image/resize.ts';
import type { SizeRule } from '../models/manifest.ts';
import { fitIntoSquare, warpIntoSquare } from '../parsing/affine-square.ts';
import type { DecodedImage } from '../platform.ts';
import type { PreparedInput } from './pipeline.ts';
import { preparePicture } from './prepare-picture.ts';

/** Left and top of the picture in the network's input. */
export function resolveContentOffset(
  { network, content }: InputGeometry,
  rule: SizeRule,
): { readonly x: number; readonly y: number } {
  if (rule.rule !== 'fit-centered') return { x: 0, y: 0 };
  return {
    x: Math.trunc((network.widthPx - content.widthPx) / 2),
    y: Math.trunc((network.heightPx - content.heightPx) / 2),
  };
}

function padToFrame(
  rgb: Uint8Array | Float32Array,
  content: SizePx,
  frame: SizePx,
  offset: { readonly x: number; readonly y: number },
  padValue: number,
): Uint8Array {
  const padded = new Uint8Array(frame.widthPx * frame.heightPx * 3).fill(padValue);
  const rowLength = content.widthPx * 3;
  for (let y = 0; y < content.heightPx; y++) {
    const to = ((offset.y + y) * frame.widthPx + offset.x) * 3;
    padded.set(rgb.subarray(y * rowLength, (y + 1) * rowLength), to);
  }
  return padded;
}

/** The manifest-driven preprocessing of all parsing models; what is theirs alone (affine square, centred frame) is here. */
export function prepareParsing(image: DecodedImage, request: PipelineRequest): PreparedInput {
  const { input } = request.model;
  const rule = input.size;
  if (rule.rule !== 'affine-square' && rule.rule !== 'fit-centered') return preparePicture(image, request);
  const original = image.shrunkFrom ?? image;
  const geometry = resolveInputGeometry(original, rule, request.options);
  const { network, content } = geometry;
  const source: PixelsU8 = {
    widthPx: image.widthPx,
    heightPx: image.heightPx,
    channels: 4,
    pixels: image.pixelsRgba,
  };
  const rgb =
    rule.rule === 'affine-square'
      ? warpIntoSquare(source, fitIntoSquare(image, network.widthPx))
      : padToFrame(
          resizeToRgb(source, content, input.resize),
          content,
          network,
          resolveContentOffset(geometry, rule),
          rule.padValue,
        );
  return {
    feeds: { [input.name]: normalizeToNchw(rgb, { network, content: network }, input) },
    geometry,
    sourceWidthPx: original.widthPx,
    sourceHeightPx: original.heightPx,
    // Any picture may show nobody: an even label map is always allowed.
    isFlat: true,
  };
}
