import type { SizePx } from '../image/input-size.ts';

/**
 * Labels are made at the source's size, up to these bounds: beyond them the networks know nothing more (their masks
 * have some 200 x 200 cells), while memory, cache and GPU texture would grow with the camera.
 */
const MAP_MAX_PIXELS = 4_194_304;
const MAP_MAX_SIDE_PX = 4096;

/** Size of the label map for a source of at least 1x1: the source's, or less with its aspect kept. */
export function resolveMapSize(source: SizePx): SizePx {
  const { widthPx, heightPx } = source;
  const scale = Math.min(
    1,
    Math.sqrt(MAP_MAX_PIXELS / (widthPx * heightPx)),
    MAP_MAX_SIDE_PX / Math.max(widthPx, heightPx),
  );
  if (scale === 1) return { widthPx, heightPx };
  const toPx = (lengthPx: number): number => Math.max(1, Math.floor(lengthPx * scale));
  return { widthPx: toPx(widthPx), heightPx: toPx(heightPx) };
}
