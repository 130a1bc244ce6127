/** Where the picture lies on the live canvas: always whole, centred. */
import type { View } from '../render/renderer.ts';
import { viewportsOf } from '../render/viewports.ts';
import type { LiveView } from '../worker/live-api.ts';

export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * The view that the renderer draws.
 * @param canvas size of the drawing buffer in device pixels
 * @param hasMap without one there is nothing but the photo
 */
export function composeView(
  view: LiveView,
  picture: PictureSize,
  canvas: PictureSize,
  hasMap: boolean,
): View {
  const mode = hasMap ? view.mode : 'photo';
  const [viewport] = viewportsOf(mode, canvas.widthPx, canvas.heightPx);
  const { width, height } = viewport ?? { width: canvas.widthPx, height: canvas.heightPx };
  const scale = Math.min(width / picture.widthPx, height / picture.heightPx);
  const shownWidth = picture.widthPx * scale;
  return {
    mode,
    camera: { centerX: 0.5, centerY: 0.5, scale },
    color: view.color,
    comparePosition: ((width - shownWidth) / 2 + view.comparePosition * shownWidth) / canvas.widthPx,
    overlayOpacity: view.labels !== null ? view.labels.opacity : mode === 'overlay' ? view.overlayOpacity : 1,
    surround: 0,
    ...canvas,
  };
}

/** Size of a whole picture in a mode: twice as wide (or high, where it is portrait) side by side. */
export function contentSize(view: Pick<LiveView, 'mode'>, picture: PictureSize): PictureSize {
  const { widthPx, heightPx } = picture;
  if (view.mode !== 'side-by-side') return picture;
  return widthPx * 2 >= heightPx ? { widthPx: widthPx * 2, heightPx } : { widthPx, heightPx: heightPx * 2 };
}

/** Shrinks, never enlarges, to fit both bounds; sides are at least 1 and, on request, even (video codecs). */
export function fitSize(size: PictureSize, bound: PictureSize, isEven = false): PictureSize {
  const scale = Math.min(1, bound.widthPx / size.widthPx, bound.heightPx / size.heightPx);
  const step = isEven ? 2 : 1;
  const round = (lengthPx: number) => Math.max(step, Math.round((lengthPx * scale) / step) * step);
  return { widthPx: round(size.widthPx), heightPx: round(size.heightPx) };
}
