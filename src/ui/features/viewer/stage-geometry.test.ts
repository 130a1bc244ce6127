import { describe, expect, it } from 'vitest';
import { isOverflowing, pictureAt, placesOf, visibleCssRect, type StageGeometry } from './stage-geometry.ts';

const STAGE: StageGeometry = {
  widthPx: 800,
  heightPx: 400,
  pixelRatio: 2,
  picture: { widthPx: 100, heightPx: 100 },
  mode: 'compare',
  camera: { centerX: 0.5, centerY: 0.5, scale: 2 },
};

describe('stage geometry', () => {
  it('finds the picture under a point of the canvas', () => {
    expect(pictureAt(STAGE, { x: 400, y: 200 })).toEqual({ x: 0.5, y: 0.5 });
    expect(pictureAt(STAGE, { x: 300, y: 100 })).toEqual({ x: 0, y: 0 });
  });

  it('finds the same point of the picture in both images side by side', () => {
    const both = { ...STAGE, mode: 'side-by-side' } as const;
    expect(pictureAt(both, { x: 200, y: 200 })).toEqual({ x: 0.5, y: 0.5 });
    expect(pictureAt(both, { x: 600, y: 200 })).toEqual({ x: 0.5, y: 0.5 });
    expect(placesOf(both, { x: 0.5, y: 0.5 })).toEqual([
      { x: 100, y: 100 },
      { x: 300, y: 100 },
    ]);
  });

  it('leaves out a point that is scrolled away', () => {
    expect(placesOf({ ...STAGE, camera: { centerX: 0, centerY: 0.5, scale: 20 } }, { x: 1, y: 1 })).toEqual(
      [],
    );
  });

  it('gives the covered part in CSS pixels', () => {
    expect(visibleCssRect(STAGE)).toEqual({ x: 150, y: 50, width: 100, height: 100 });
  });

  it('knows whether there is something to move', () => {
    expect(isOverflowing(STAGE)).toBe(false);
    expect(isOverflowing({ ...STAGE, camera: null })).toBe(false);
    expect(isOverflowing({ ...STAGE, camera: { centerX: 0.5, centerY: 0.5, scale: 5 } })).toBe(true);
  });
});
