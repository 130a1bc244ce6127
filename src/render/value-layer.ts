/** When upsampled values are kept. */
import type { Camera } from './renderer.ts';

/** `without`: this draw computes the values as it goes; `fill`: they are drawn off screen first; `reuse`: they are there. */
type LayerUse = 'without' | 'fill' | 'reuse';

export interface ValueLayer {
  /** How the next draw of a viewport of this size gets its values. After `fill` they count as kept. */
  next(camera: Camera, widthPx: number, heightPx: number): LayerUse;
  /** Map or photo is another one: what was kept is of no use. */
  forget(): void;
}

/**
 * Following edges costs most of a draw, and only the camera changes its outcome. The second draw with one camera
 * keeps the values, so that sliders, colours and fades are cheap; the first does not, because a moving camera would pay twice.
 */
export function createValueLayer(): ValueLayer {
  let lastKey: string | null = null;
  let isKept = false;
  return {
    next({ centerX, centerY, scale }, widthPx, heightPx) {
      const key = [centerX, centerY, scale, widthPx, heightPx].join();
      const isRepeated = lastKey === key;
      lastKey = key;
      if (!isRepeated) {
        isKept = false;
        return 'without';
      }
      if (isKept) return 'reuse';
      isKept = true;
      return 'fill';
    },
    forget() {
      lastKey = null;
      isKept = false;
    },
  };
}
