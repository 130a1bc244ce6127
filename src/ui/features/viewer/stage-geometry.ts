/** Size of the drawing surface and what follows from it. Pure. */
import type { Camera, ViewMode } from '../../../render/renderer.ts';
import { viewportsOf } from '../../../render/viewports.ts';
import {
  fitCamera,
  toPicture,
  toScreen,
  visibleRect,
  type PictureSize,
  type Point,
  type Rect,
} from './camera.ts';

export interface StageSize {
  /** Device pixels. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Device pixels per CSS pixel. */
  readonly pixelRatio: number;
}

export interface StageGeometry extends StageSize {
  readonly picture: PictureSize;
  readonly mode: ViewMode;
  /** null: fitted. */
  readonly camera: Camera | null;
}

/** The viewport that contains a point of the canvas (device pixels); points on the seam belong to the second. */
function viewportAt(geometry: StageGeometry, point: Point): Rect {
  const viewports = viewportsOf(geometry.mode, geometry.widthPx, geometry.heightPx);
  const found = viewports.findLast((viewport) => point.x >= viewport.x && point.y >= viewport.y);
  return found ?? viewports[0] ?? { x: 0, y: 0, width: geometry.widthPx, height: geometry.heightPx };
}

/** The viewport that the camera is measured in: the one under the point, or the first. */
export function viewportOf(geometry: StageGeometry, point?: Point): Rect {
  return viewportAt(geometry, point ?? { x: 0, y: 0 });
}

export function cameraOf(geometry: StageGeometry): Camera {
  return geometry.camera ?? fitCamera(geometry.picture, viewportOf(geometry));
}

/** The point of the picture under a point of the canvas (device pixels). */
export function pictureAt(geometry: StageGeometry, point: Point): Point {
  return toPicture(point, cameraOf(geometry), geometry.picture, viewportOf(geometry, point));
}

/** Where a point of the picture is on the stage, in CSS pixels; twice where two images are shown. Points outside of their viewport are left out. */
export function placesOf(geometry: StageGeometry, point: Point): readonly Point[] {
  const camera = cameraOf(geometry);
  return viewportsOf(geometry.mode, geometry.widthPx, geometry.heightPx).flatMap((viewport) => {
    const { x, y } = toScreen(point, camera, geometry.picture, viewport);
    const isInside =
      x >= viewport.x &&
      y >= viewport.y &&
      x <= viewport.x + viewport.width &&
      y <= viewport.y + viewport.height;
    return isInside ? [{ x: x / geometry.pixelRatio, y: y / geometry.pixelRatio }] : [];
  });
}

/** The part of the stage that the picture covers in the first viewport, in CSS pixels. */
export function visibleCssRect(geometry: StageGeometry): Rect {
  const rect = visibleRect(cameraOf(geometry), geometry.picture, viewportOf(geometry));
  const ratio = geometry.pixelRatio;
  return { x: rect.x / ratio, y: rect.y / ratio, width: rect.width / ratio, height: rect.height / ratio };
}

/** True while the picture reaches beyond the viewport, so that there is something to move. */
export function isOverflowing(geometry: StageGeometry): boolean {
  const { scale } = cameraOf(geometry);
  const viewport = viewportOf(geometry);
  const { widthPx, heightPx } = geometry.picture;
  return widthPx * scale > viewport.width + 1 || heightPx * scale > viewport.height + 1;
}
