/** What the renderer is told to draw, from what is to be seen. Pure. */
import type { Camera, ColorSettings, LabelLook, View, ViewMode } from '../../../render/renderer.ts';
import { viewportsOf } from '../../../render/viewports.ts';
import { fitCamera, visibleRect, type PictureSize, type Rect } from './camera.ts';

/** What is to be seen; the presenter adds size, fade and the fitted camera. */
export interface PresenterView {
  readonly mode: ViewMode;
  /** null: fitted. */
  readonly camera: Camera | null;
  readonly color: ColorSettings;
  /** How the labels are drawn, and how much they cover; null or absent: they are not. */
  readonly labels?: { readonly look: LabelLook; readonly opacity: number } | null;
  /** Share of the visible picture, not of the canvas: the line never hides in the surround. */
  readonly comparePosition: number;
  readonly overlayOpacity: number;
  readonly surround: number;
}

/** The viewport that the camera is measured in; where there are two, both have its size. */
function firstViewport(mode: ViewMode, widthPx: number, heightPx: number): Rect {
  const [viewport] = viewportsOf(mode, widthPx, heightPx);
  return viewport ?? { x: 0, y: 0, width: widthPx, height: heightPx };
}

function easeOut(share: number): number {
  return 1 - (1 - share) ** 3;
}

/** The moment that is drawn. */
export interface ViewMoment {
  /** Drawing buffer size. */
  readonly canvas: PictureSize;
  /** How far a new map has faded in: 0 to 1 in time. */
  readonly fadeShare: number;
  /** Edges are not followed for now. */
  readonly isRough: boolean;
}

/** @param picture size of the source */
export function composeView(
  wanted: PresenterView,
  picture: PictureSize,
  { canvas, fadeShare, isRough }: ViewMoment,
): View {
  const viewport = firstViewport(wanted.mode, canvas.widthPx, canvas.heightPx);
  const camera = wanted.camera ?? fitCamera(picture, viewport);
  const visible = visibleRect(camera, picture, viewport);
  const opacity = wanted.labels?.opacity ?? (wanted.mode === 'overlay' ? wanted.overlayOpacity : 1);
  return {
    mode: wanted.mode,
    camera,
    color: isRough ? { ...wanted.color, followEdges: false } : wanted.color,
    labels: wanted.labels?.look ?? null,
    comparePosition: (visible.x + wanted.comparePosition * visible.width) / canvas.widthPx,
    overlayOpacity: opacity * easeOut(fadeShare),
    surround: wanted.surround,
    widthPx: canvas.widthPx,
    heightPx: canvas.heightPx,
  };
}
