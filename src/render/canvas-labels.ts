/** Classes and blurred faces on the CPU, over the drawn photo of a viewport. */
import { mixBlur, readBlurBase } from './face-blur.ts';
import { createLabelReader, mixLabels } from './label-math.ts';
import type { RenderSource, View } from './renderer.ts';
import type { Viewport } from './viewports.ts';

/** The part of the viewport that shows the picture from column `splitX` on, in canvas pixels; null: none. */
function visiblePart(source: RenderSource, view: View, viewport: Viewport, splitX: number) {
  const { camera } = view;
  const centerX = viewport.x + viewport.width / 2;
  const centerY = viewport.y + viewport.height / 2;
  // Pixel centres inside the picture: first one, and one past the last.
  const first = (center: number, share: number, size: number, low: number) =>
    Math.max(low, Math.ceil(center - share * size * camera.scale - 0.5));
  const end = (center: number, share: number, size: number, high: number) =>
    Math.min(high, Math.ceil(center + (1 - share) * size * camera.scale - 0.5));
  const left = Math.max(splitX, first(centerX, camera.centerX, source.sourceWidthPx, viewport.x));
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

type Part = NonNullable<ReturnType<typeof visiblePart>>;

/** Takes the part out of the target, has it changed, puts it back. */
function changePart(
  target: ImageData,
  part: Part | null,
  change: (pixels: Uint8ClampedArray, part: Part) => void,
) {
  if (part === null) return;
  const { left, top, width, height } = part;
  const pixels = new Uint8ClampedArray(width * height * 4);
  const rowOf = (row: number) => ((top + row) * target.width + left) * 4;
  for (let row = 0; row < height; row++) {
    pixels.set(target.data.subarray(rowOf(row), rowOf(row) + width * 4), row * width * 4);
  }
  change(pixels, part);
  for (let row = 0; row < height; row++) {
    target.data.set(pixels.subarray(row * width * 4, (row + 1) * width * 4), rowOf(row));
  }
}

/** Blur first, classes over it. */
export function drawLabels(source: RenderSource, view: View, viewport: Viewport, target: ImageData): void {
  const { labels, blur, photo } = source;
  const isMapHere = viewport.content !== 'photo';
  const isBlurEverywhere = view.isPhotoBlurred === true;
  const look = labels && isMapHere ? (view.labels ?? null) : null;
  const splitX = viewport.content === 'compare' ? Math.ceil(view.comparePosition * view.widthPx - 0.5) : 0;
  if (blur && photo !== null && (isMapHere || isBlurEverywhere)) {
    const part = visiblePart(source, view, viewport, isBlurEverywhere ? 0 : splitX);
    changePart(target, part, (pixels, { width, at }) =>
      mixBlur(pixels, width, at, blur, readBlurBase(photo, blur), source),
    );
  }
  if (labels && look !== null) {
    changePart(target, visiblePart(source, view, viewport, splitX), (pixels, { width, at }) => {
      const read = createLabelReader(labels, look, source, (look.lineWidthPx / 2) * at.step);
      mixLabels(pixels, width, at, read, look, view.overlayOpacity);
    });
  }
}
