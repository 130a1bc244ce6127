import { describe, expect, it } from 'vitest';
import { createGestureTracker } from './gestures.ts';

const at = (id: number, x: number, y: number, timeMs = 0) => ({ id, point: { x, y }, timeMs });

describe('gesture tracker', () => {
  it('drags by the whole way from where the pointer went down', () => {
    const tracker = createGestureTracker(4);
    tracker.down(at(1, 10, 10));
    expect(tracker.move(at(1, 12, 10))).toBeNull();
    expect(tracker.isDragging).toBe(false);
    expect(tracker.move(at(1, 20, 13))).toEqual({ type: 'drag', dx: 10, dy: 3 });
    expect(tracker.move(at(1, 21, 13))).toEqual({ type: 'drag', dx: 1, dy: 0 });
    expect(tracker.isDragging).toBe(true);
    expect(tracker.up(at(1, 21, 13))).toBeNull();
    expect(tracker.isDragging).toBe(false);
  });

  it('reports a tap, then a double tap, then starts over', () => {
    const tracker = createGestureTracker(4);
    const tap = (timeMs: number, x = 50) => {
      tracker.down(at(1, x, 50, timeMs));
      return tracker.up(at(1, x, 50, timeMs + 40))?.type;
    };
    expect(tap(0)).toBe('tap');
    expect(tap(150)).toBe('double-tap');
    expect(tap(300)).toBe('tap');
    expect(tap(1000)).toBe('tap');
    expect(tap(1100, 90)).toBe('tap');
  });

  it('does not take a long press for a tap', () => {
    const tracker = createGestureTracker(4);
    tracker.down(at(1, 50, 50, 0));
    expect(tracker.up(at(1, 50, 50, 900))).toBeNull();
  });

  it('pinches around the middle of two fingers and pans with them', () => {
    const tracker = createGestureTracker(4);
    tracker.down(at(1, 0, 0));
    tracker.down(at(2, 100, 0));
    expect(tracker.move(at(2, 200, 0))).toEqual({
      type: 'pinch',
      factor: 2,
      center: { x: 100, y: 0 },
      dx: 50,
      dy: 0,
    });
  });

  it('goes on dragging with the finger that stays, and never taps after a pinch', () => {
    const tracker = createGestureTracker(4);
    tracker.down(at(1, 0, 0));
    tracker.down(at(2, 100, 0));
    expect(tracker.up(at(2, 100, 0, 10))).toBeNull();
    expect(tracker.move(at(1, 1, 0))).toEqual({ type: 'drag', dx: 1, dy: 0 });
    expect(tracker.up(at(1, 1, 0, 20))).toBeNull();
  });

  it('forgets a pointer the system took away', () => {
    const tracker = createGestureTracker(4);
    tracker.down(at(1, 0, 0));
    tracker.cancel(1);
    expect(tracker.move(at(1, 50, 50))).toBeNull();
    expect(tracker.up(at(1, 50, 50))).toBeNull();
  });

  it('ignores pointers that never went down here', () => {
    const tracker = createGestureTracker(4);
    expect(tracker.move(at(7, 5, 5))).toBeNull();
    expect(tracker.up(at(7, 5, 5))).toBeNull();
  });
});
