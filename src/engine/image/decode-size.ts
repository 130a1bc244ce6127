/** How small a picture may be decoded: a photo of 50 megapixels meets networks of a few hundred pixels a side. */
import type { PipelineRequest } from '../api.ts';
import { resolveInputGeometry, type SizePx } from './input-size.ts';

/**
 * Pixels that stay for each pixel of the network's input, per axis. The engine's own filter does the rest of the way,
 * so that what the decoder's filter does differently is averaged away.
 */
const MIN_OVERSAMPLING = 4;

/** Resizing as published keeps no part of the picture aside only with antialias; without, a smaller picture is another one. */
function isShrinkable({ model: { input } }: PipelineRequest): boolean {
  return input.resize.antialias && input.size.rule !== 'affine-square';
}

/** Largest power of two (halves are averages of whole pixels) that leaves enough for the network. */
function chooseDivisor(source: SizePx, request: PipelineRequest): number {
  if (!isShrinkable(request)) return 1;
  const { content } = resolveInputGeometry(source, request.model.input.size, request.options);
  const room = Math.min(source.widthPx / content.widthPx, source.heightPx / content.heightPx);
  return 2 ** Math.max(0, Math.floor(Math.log2(room / MIN_OVERSAMPLING)));
}

/** The smallest size of `source` that is enough for all requests; `source` itself where nothing is to be won. */
export function chooseDecodeSize(source: SizePx, requests: readonly PipelineRequest[]): SizePx {
  const divisor = Math.min(...requests.map((request) => chooseDivisor(source, request)));
  if (!(divisor > 1) || !Number.isFinite(divisor)) return source;
  return { widthPx: Math.ceil(source.widthPx / divisor), heightPx: Math.ceil(source.heightPx / divisor) };
}
