/** Classes and blurred faces on the CPU, over the drawn photo of a viewport. */
import { mixBlur, readBlurBase } from './face-blur.ts';
import { createLabelReader, mixLabels } from './label-math.ts';
import type { RenderSource, View } from './renderer.ts';
import type { Viewport } from './viewports.ts';

/** The part of the viewport that shows the picture and where maps are drawn, in canvas pixels; null: none. */
function visiblePart(source: RenderSource, view: View, viewport: Viewport) {
  if (viewport.content === 'photo') return null;
  const { camera } = view;
  const centerX = viewport.x + viewport.width / 2;
  const centerY = viewport.y + viewport.height / 2;
  // Pixel centres inside the picture: first one, and one past the last.
  const first = (center: number, share: number, size: number, low: number) =>
    Math.max(low, Math.ceil(center - share * size * camera.scale - 0.5));
  const end = (center: number, share: number, size: number, high: number) =>
    Math.min(high, Math.ceil(center + (1 - share) * size * camera.scale - 0.5));
  const split = viewport.content === 'compare' ? Math.ceil(view.comparePosition * view.widthPx - 0.5) : 0;
  const left = Math.max(split, first(centerX, camera.centerX, source.sourceWidthPx, viewport.x));
  const top = first(centerY, camera.centerY, source.sourceHeightPx, viewport.y);
  const right = end(centerX, camera.centerX, source.sourceWidthPx, viewport.x + viewport.width);
  const bottom = end(centerY, camera.centerY, source.sourceHeightPx, viewport.y + viewport.height);
  if (right <= left || bottom <= top) return null;
  const step = 1 / camera.scale;
  return {
    left,
    top,
    width: right - left,
    height: bottom - top,
    at: {
      startX: camera.centerX * source.sourceWidthPx + (left + 0.5 - centerX) * step,
      startY: camera.centerY * source.sourceHeightPx + (top + 0.5 - centerY) * step,
      step,
    },
  };
}

/** Blur first, classes over it. */
export function drawLabels(source: RenderSource, view: View, viewport: Viewport, target: ImageData): void {
  const { labels, blur, photo } = source;
  const look = labels ? (view.labels ?? null) : null;
  const hasBlur = blur && photo !== null;
  const part = look !== null || hasBlur ? visiblePart(source, view, viewport) : null;
  if (part === null) return;
  const { left, top, width, height, at } = part;
  const pixels = new Uint8ClampedArray(width * height * 4);
  const rowOf = (row: number) => ((top + row) * target.width + left) * 4;
  for (let row = 0; row < height; row++) {
    pixels.set(target.data.subarray(rowOf(row), rowOf(row) + width * 4), row * width * 4);
  }
  if (blur && photo !== null) mixBlur(pixels, width, at, blur, readBlurBase(photo, blur), source);
  if (labels && look !== null) {
    const read = createLabelReader(labels, look, source, (look.lineWidthPx / 2) * at.step);
    mixLabels(pixels, width, at, read, look, view.overlayOpacity);
  }
  for (let row = 0; row < height; row++) {
    target.data.set(pixels.subarray(row * width * 4, (row + 1) * width * 4), rowOf(row));
  }
}
