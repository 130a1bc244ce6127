import { describe, expect, it } from 'vitest';
import {
  clampCamera,
  fitCamera,
  isInPicture,
  panBy,
  toggleFit,
  toPicture,
  toScreen,
  visibleRect,
  wheelFactor,
  zoomAt,
} from './camera.ts';

const PICTURE = { widthPx: 4000, heightPx: 2000 };
const VIEWPORT = { x: 100, y: 0, width: 1000, height: 800 };

describe('camera', () => {
  it('fits the whole picture into the middle of the viewport', () => {
    const camera = fitCamera(PICTURE, VIEWPORT);
    expect(camera).toEqual({ centerX: 0.5, centerY: 0.5, scale: 0.242 });
    expect(toScreen({ x: 0, y: 0 }, camera, PICTURE, VIEWPORT)).toEqual({ x: 116, y: 158 });
    expect(toScreen({ x: 1, y: 1 }, camera, PICTURE, VIEWPORT)).toEqual({ x: 1084, y: 642 });
  });

  it('knows the part of the viewport that the picture covers', () => {
    expect(visibleRect(fitCamera(PICTURE, VIEWPORT), PICTURE, VIEWPORT)).toEqual({
      x: 116,
      y: 158,
      width: 968,
      height: 484,
    });
    expect(visibleRect({ centerX: 0.5, centerY: 0.5, scale: 4 }, PICTURE, VIEWPORT)).toEqual(VIEWPORT);
  });

  it('maps screen points to picture points and back', () => {
    const camera = { centerX: 0.3, centerY: 0.6, scale: 0.8 };
    const point = toPicture({ x: 321, y: 123 }, camera, PICTURE, VIEWPORT);
    const back = toScreen(point, camera, PICTURE, VIEWPORT);
    expect(back.x).toBeCloseTo(321, 9);
    expect(back.y).toBeCloseTo(123, 9);
  });

  it('tells the surround from the picture', () => {
    const camera = fitCamera(PICTURE, VIEWPORT);
    expect(isInPicture(toPicture({ x: 600, y: 100 }, camera, PICTURE, VIEWPORT))).toBe(false);
    expect(isInPicture(toPicture({ x: 600, y: 170 }, camera, PICTURE, VIEWPORT))).toBe(true);
  });

  it('keeps the point under the cursor while zooming', () => {
    const start = { centerX: 0.5, centerY: 0.5, scale: 1 };
    const cursor = { x: 700, y: 300 };
    const before = toPicture(cursor, start, PICTURE, VIEWPORT);
    const zoomed = zoomAt(start, 2, cursor, PICTURE, VIEWPORT);
    const after = toPicture(cursor, zoomed, PICTURE, VIEWPORT);
    expect(zoomed.scale).toBe(2);
    expect(after.x).toBeCloseTo(before.x, 9);
    expect(after.y).toBeCloseTo(before.y, 9);
  });

  it('stops zooming at 32 device pixels per source pixel and at half of fitted', () => {
    const fit = fitCamera(PICTURE, VIEWPORT);
    const middle = { x: 600, y: 400 };
    expect(zoomAt(fit, 1e6, middle, PICTURE, VIEWPORT).scale).toBe(32);
    expect(zoomAt(fit, 1e-6, middle, PICTURE, VIEWPORT).scale).toBe(0.121);
  });

  it('never shows surround inside the picture and centres an axis that fits', () => {
    const moved = panBy({ centerX: 0.5, centerY: 0.5, scale: 0.3 }, 1e5, 1e5, PICTURE, VIEWPORT);
    expect(toScreen({ x: 0, y: 0 }, moved, PICTURE, VIEWPORT).x).toBeCloseTo(VIEWPORT.x, 6);
    expect(moved.centerY).toBe(0.5);
  });

  it('moves the picture with the pointer', () => {
    const start = { centerX: 0.5, centerY: 0.5, scale: 2 };
    const before = toScreen({ x: 0.5, y: 0.5 }, start, PICTURE, VIEWPORT);
    const after = toScreen({ x: 0.5, y: 0.5 }, panBy(start, 30, -20, PICTURE, VIEWPORT), PICTURE, VIEWPORT);
    expect(after.x - before.x).toBeCloseTo(30, 6);
    expect(after.y - before.y).toBeCloseTo(-20, 6);
  });

  it('goes from fitted to 100 % on a double click and back', () => {
    const zoomed = toggleFit(null, { x: 600, y: 400 }, PICTURE, VIEWPORT);
    expect(zoomed?.scale).toBe(1);
    expect(toggleFit(zoomed, { x: 600, y: 400 }, PICTURE, VIEWPORT)).toBeNull();
  });

  it('doubles a picture that is smaller than the viewport instead of shrinking it', () => {
    expect(toggleFit(null, { x: 600, y: 400 }, { widthPx: 50, heightPx: 40 }, VIEWPORT)?.scale).toBeCloseTo(
      32,
    );
    expect(toggleFit(null, { x: 600, y: 400 }, { widthPx: 500, heightPx: 400 }, VIEWPORT)?.scale).toBeCloseTo(
      3.84,
    );
  });

  it('survives a picture of one pixel', () => {
    const picture = { widthPx: 1, heightPx: 1 };
    const camera = clampCamera(fitCamera(picture, VIEWPORT), picture, VIEWPORT);
    expect(camera).toEqual({ centerX: 0.5, centerY: 0.5, scale: 768 });
  });

  it('zooms in for a wheel turned up, faster for a pinch, and limits a single event', () => {
    expect(wheelFactor({ deltaY: -100, deltaMode: 0, ctrlKey: false })).toBeCloseTo(Math.exp(0.2));
    expect(wheelFactor({ deltaY: -10, deltaMode: 0, ctrlKey: true })).toBeCloseTo(Math.exp(0.1));
    expect(wheelFactor({ deltaY: 3, deltaMode: 1, ctrlKey: false })).toBeCloseTo(Math.exp(-0.096));
    expect(wheelFactor({ deltaY: 1e9, deltaMode: 0, ctrlKey: false })).toBeCloseTo(Math.exp(-0.48));
  });
});
