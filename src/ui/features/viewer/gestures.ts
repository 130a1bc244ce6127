/** Turns pointer events into drags, pinches, taps and double taps. Pure: time and points come with the events. */
import type { Point } from './camera.ts';

export type Gesture =
  | { readonly type: 'drag'; readonly dx: number; readonly dy: number }
  | {
      readonly type: 'pinch';
      readonly factor: number;
      readonly center: Point;
      readonly dx: number;
      readonly dy: number;
    }
  | { readonly type: 'tap'; readonly point: Point }
  | { readonly type: 'double-tap'; readonly point: Point };

export interface PointerSample {
  readonly id: number;
  readonly point: Point;
  readonly timeMs: number;
}

export interface GestureTracker {
  down(sample: PointerSample): void;
  move(sample: PointerSample): Gesture | null;
  up(sample: PointerSample): Gesture | null;
  /** The system took the pointer away: nothing happened. */
  cancel(id: number): void;
  readonly isDragging: boolean;
}

const DOUBLE_TAP_MS = 320;
const LONG_PRESS_MS = 500;

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/**
 * One tracker per surface. `slopPx` is how far a pointer may stray and still tap, in the unit of the points;
 * two taps within 3 x slopPx are a double tap.
 */
export function createGestureTracker(slopPx: number): GestureTracker {
  const pointers = new Map<number, Point>();
  let start: PointerSample | null = null;
  let hasMoved = false;
  let lastTap: PointerSample | null = null;

  return {
    get isDragging() {
      return pointers.size > 0 && hasMoved;
    },

    down(sample) {
      if (pointers.size === 0) {
        start = sample;
        hasMoved = false;
      } else {
        // A second finger: whatever follows, it is no tap.
        hasMoved = true;
      }
      pointers.set(sample.id, sample.point);
    },

    move(sample) {
      const previous = pointers.get(sample.id);
      if (previous === undefined) return null;
      if (pointers.size === 1) {
        if (!hasMoved && start !== null && distance(start.point, sample.point) <= slopPx) return null;
        const from = hasMoved || start === null ? previous : start.point;
        hasMoved = true;
        pointers.set(sample.id, sample.point);
        return { type: 'drag', dx: sample.point.x - from.x, dy: sample.point.y - from.y };
      }
      const other = [...pointers].find(([id]) => id !== sample.id)?.[1];
      pointers.set(sample.id, sample.point);
      if (other === undefined) return null;
      const before = distance(previous, other);
      const oldCenter = middle(previous, other);
      const center = middle(sample.point, other);
      return {
        type: 'pinch',
        factor: before > 0 ? distance(sample.point, other) / before : 1,
        center,
        dx: center.x - oldCenter.x,
        dy: center.y - oldCenter.y,
      };
    },

    up(sample) {
      const isKnown = pointers.delete(sample.id);
      if (!isKnown || pointers.size > 0 || hasMoved || start === null) return null;
      if (sample.timeMs - start.timeMs > LONG_PRESS_MS) return null;
      const isDouble =
        lastTap !== null &&
        sample.timeMs - lastTap.timeMs <= DOUBLE_TAP_MS &&
        distance(lastTap.point, sample.point) <= slopPx * 3;
      lastTap = isDouble ? null : sample;
      return { type: isDouble ? 'double-tap' : 'tap', point: sample.point };
    },

    cancel(id) {
      pointers.delete(id);
      hasMoved = true;
    },
  };
}
