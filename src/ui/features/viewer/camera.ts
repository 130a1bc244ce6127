/** Camera arithmetic: from the picture's 0..1 coordinates to device pixels of a viewport and back. Pure. */
import type { Camera } from '../../../render/renderer.ts';
import type { Viewport } from '../../../render/viewports.ts';

/** A point in device pixels of the canvas, or in picture coordinates (0..1 in both axes); the name of the variable says which. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The part of the canvas that shows one image, in device pixels. */
export type Rect = Pick<Viewport, 'x' | 'y' | 'width' | 'height'>;

export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Device pixels per source pixel beyond which nothing more is to be seen. */
const MAX_SCALE = 32;
/** A picture may become this much smaller than fitted, so that zooming out has an end. */
const MIN_SHARE_OF_FIT = 0.5;

/** A fitted picture leaves this share of the viewport's smaller side free all around, so that its edges can be seen. */
const FIT_MARGIN_SHARE = 0.02;

/** The scale at which the whole picture is visible with a small margin. */
function fitScale(picture: PictureSize, viewport: Rect): number {
  const margin = 2 * FIT_MARGIN_SHARE * Math.min(viewport.width, viewport.height);
  return Math.min((viewport.width - margin) / picture.widthPx, (viewport.height - margin) / picture.heightPx);
}

/** The camera that shows the whole picture in the middle of the viewport. */
export function fitCamera(picture: PictureSize, viewport: Rect): Camera {
  return { centerX: 0.5, centerY: 0.5, scale: fitScale(picture, viewport) };
}

/** Where a point of the picture (0..1) lies on the canvas. */
export function toScreen(point: Point, camera: Camera, picture: PictureSize, viewport: Rect): Point {
  return {
    x: viewport.x + viewport.width / 2 + (point.x - camera.centerX) * picture.widthPx * camera.scale,
    y: viewport.y + viewport.height / 2 + (point.y - camera.centerY) * picture.heightPx * camera.scale,
  };
}

/** The point of the picture under a point of the canvas; outside of 0..1 where the canvas shows the surround. */
export function toPicture(screen: Point, camera: Camera, picture: PictureSize, viewport: Rect): Point {
  return {
    x: camera.centerX + (screen.x - viewport.x - viewport.width / 2) / (picture.widthPx * camera.scale || 1),
    y:
      camera.centerY + (screen.y - viewport.y - viewport.height / 2) / (picture.heightPx * camera.scale || 1),
  };
}

export function isInPicture(point: Point): boolean {
  return point.x >= 0 && point.x <= 1 && point.y >= 0 && point.y <= 1;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** The middle of one axis: no surround inside the picture's edge; centred while the picture is smaller than the viewport. */
function clampCenter(center: number, shownPx: number, viewportPx: number): number {
  if (shownPx <= viewportPx) return 0.5;
  const half = viewportPx / shownPx / 2;
  return clamp(center, half, 1 - half);
}

/** The part of the viewport that the picture covers. */
export function visibleRect(camera: Camera, picture: PictureSize, viewport: Rect): Rect {
  const topLeft = toScreen({ x: 0, y: 0 }, camera, picture, viewport);
  const bottomRight = toScreen({ x: 1, y: 1 }, camera, picture, viewport);
  const x = Math.max(viewport.x, topLeft.x);
  const y = Math.max(viewport.y, topLeft.y);
  return {
    x,
    y,
    width: Math.max(0, Math.min(viewport.x + viewport.width, bottomRight.x) - x),
    height: Math.max(0, Math.min(viewport.y + viewport.height, bottomRight.y) - y),
  };
}

/** Keeps the picture in view and the scale between half of fitted and 32 device pixels per source pixel. */
export function clampCamera(camera: Camera, picture: PictureSize, viewport: Rect): Camera {
  const fit = fitScale(picture, viewport);
  const scale = clamp(camera.scale, Math.min(fit * MIN_SHARE_OF_FIT, 1), Math.max(MAX_SCALE, fit));
  return {
    scale,
    centerX: clampCenter(camera.centerX, picture.widthPx * scale, viewport.width),
    centerY: clampCenter(camera.centerY, picture.heightPx * scale, viewport.height),
  };
}

/** Zooms by a factor and keeps the picture's point under `screen` where it is, as far as the edges allow. */
export function zoomAt(
  camera: Camera,
  factor: number,
  screen: Point,
  picture: PictureSize,
  viewport: Rect,
): Camera {
  const anchor = toPicture(screen, camera, picture, viewport);
  const { scale } = clampCamera({ ...camera, scale: camera.scale * factor }, picture, viewport);
  return clampCamera(
    {
      scale,
      centerX: anchor.x - (screen.x - viewport.x - viewport.width / 2) / (picture.widthPx * scale),
      centerY: anchor.y - (screen.y - viewport.y - viewport.height / 2) / (picture.heightPx * scale),
    },
    picture,
    viewport,
  );
}

/** Moves the picture by device pixels. */
export function panBy(camera: Camera, dx: number, dy: number, picture: PictureSize, viewport: Rect): Camera {
  return clampCamera(
    {
      scale: camera.scale,
      centerX: camera.centerX - dx / (picture.widthPx * camera.scale),
      centerY: camera.centerY - dy / (picture.heightPx * camera.scale),
    },
    picture,
    viewport,
  );
}

/** Double click: from fitted to one source pixel per device pixel at that point, and back to fitted (null) from anywhere else. */
export function toggleFit(
  camera: Camera | null,
  screen: Point,
  picture: PictureSize,
  viewport: Rect,
): Camera | null {
  if (camera !== null) return null;
  const fit = fitCamera(picture, viewport);
  // A picture that is shown larger than itself when fitted has no 100 % to go to: twice the fit shows its pixels.
  const target = fit.scale < 0.95 ? 1 : fit.scale * 2;
  return zoomAt(fit, target / fit.scale, screen, picture, viewport);
}

/** Zoom factor of a wheel event; trackpad pinches arrive as wheel events with the control key. */
export function wheelFactor(event: {
  readonly deltaY: number;
  readonly deltaMode: number;
  readonly ctrlKey: boolean;
}): number {
  const LINE_PX = 16;
  const PAGE_PX = 400;
  const pixels = event.deltaY * (event.deltaMode === 1 ? LINE_PX : event.deltaMode === 2 ? PAGE_PX : 1);
  const speed = event.ctrlKey ? 0.01 : 0.002;
  return Math.exp(-clamp(pixels, -240, 240) * speed);
}
