/** Where the images of a view lie on the canvas. One place, so that the renderer and the pointer agree. */
import type { ViewMode } from './renderer.ts';

/** A part of the canvas in device pixels, origin at the top left, and what it shows. */
export interface Viewport {
  readonly content: 'photo' | 'map' | 'compare';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The viewports of a mode; all share one camera, whose centre is the middle of each. Side by side: photo left, map right, and on a canvas that is taller than wide photo above map; the odd pixel goes to the map. */
export function viewportsOf(mode: ViewMode, widthPx: number, heightPx: number): readonly Viewport[] {
  const whole = { x: 0, y: 0, width: widthPx, height: heightPx };
  switch (mode) {
    case 'photo':
      return [{ content: 'photo', ...whole }];
    case 'map':
    case 'overlay':
      return [{ content: 'map', ...whole }];
    case 'compare':
      return [{ content: 'compare', ...whole }];
    case 'side-by-side': {
      if (heightPx > widthPx) {
        const half = Math.floor(heightPx / 2);
        return [
          { content: 'photo', x: 0, y: 0, width: widthPx, height: half },
          { content: 'map', x: 0, y: half, width: widthPx, height: heightPx - half },
        ];
      }
      const half = Math.floor(widthPx / 2);
      return [
        { content: 'photo', x: 0, y: 0, width: half, height: heightPx },
        { content: 'map', x: half, y: 0, width: widthPx - half, height: heightPx },
      ];
    }
  }
}
