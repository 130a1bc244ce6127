/** What the map says at one point: bilinear value of the raw map. Pure. */
import type { ScalarMap } from '../../../render/renderer.ts';
import type { Point } from './camera.ts';

/**
 * The raw map's value at a picture point (0..1), bilinear between pixel centres, edges held.
 * Unit and direction are the map's own (larger is nearer).
 */
export function sampleMap(map: ScalarMap, point: Point): number {
  const { widthPx, heightPx, values } = map;
  const x = Math.min(widthPx - 1, Math.max(0, point.x * widthPx - 0.5));
  const y = Math.min(heightPx - 1, Math.max(0, point.y * heightPx - 0.5));
  const left = Math.floor(x);
  const top = Math.floor(y);
  const right = Math.min(widthPx - 1, left + 1);
  const bottom = Math.min(heightPx - 1, top + 1);
  const read = (column: number, row: number) => values[row * widthPx + column] ?? 0;
  const upper = read(left, top) + (read(right, top) - read(left, top)) * (x - left);
  const lower = read(left, bottom) + (read(right, bottom) - read(left, bottom)) * (x - left);
  return upper + (lower - upper) * (y - top);
}

/** Moves a point of the picture by keyboard steps, kept inside the picture. */
export function movePoint(point: Point, dx: number, dy: number): Point {
  return {
    x: Math.min(1, Math.max(0, point.x + dx)),
    y: Math.min(1, Math.max(0, point.y + dy)),
  };
}
