import { useEffect, useRef, type RefObject } from 'react';
import { useViewStore } from '../../stores/view-store.ts';
import { panBy, toggleFit, wheelFactor, zoomAt, isInPicture, type Point } from './camera.ts';
import { createGestureTracker } from './gestures.ts';
import {
  cameraOf,
  isOverflowing,
  pictureAt,
  viewportOf,
  visibleCssRect,
  type StageGeometry,
} from './stage-geometry.ts';

/** CSS pixels a pointer may stray and still tap. */
const SLOP_PX = 6;

/** Binds pointers and the wheel of the stage to camera, compare line and probe. `geometry` null: nothing to look at. */
export function useStageGestures(ref: RefObject<HTMLElement | null>, geometry: StageGeometry | null): void {
  const latest = useRef(geometry);
  useEffect(() => {
    latest.current = geometry;
  });

  useEffect(() => {
    const stage = ref.current;
    if (stage === null) return;
    const tracker = createGestureTracker(SLOP_PX);

    /** Geometry of now: the camera may have moved since the last render. */
    const read = (): StageGeometry | null => {
      const { camera, mode, isPhotoOnly } = useViewStore.getState();
      return latest.current && { ...latest.current, camera, mode: isPhotoOnly ? 'photo' : mode };
    };
    const pointOf = (event: { clientX: number; clientY: number }): Point => {
      const box = stage.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const toDevice = (point: Point, { pixelRatio }: StageGeometry): Point => ({
      x: point.x * pixelRatio,
      y: point.y * pixelRatio,
    });
    const probe = (point: Point) => {
      const now = read();
      if (now === null) return;
      const place = pictureAt(now, toDevice(point, now));
      useViewStore.getState().setProbe(isInPicture(place) ? place : null);
    };

    const onDrag = (now: StageGeometry, dx: number, dy: number) => {
      const { setCamera, setComparePosition, comparePosition } = useViewStore.getState();
      if (isOverflowing(now)) {
        const { pixelRatio, picture } = now;
        setCamera(panBy(cameraOf(now), dx * pixelRatio, dy * pixelRatio, picture, viewportOf(now)));
      } else if (now.mode === 'compare') {
        // A picture that fits has nowhere to go: the drag moves the line instead.
        const { width } = visibleCssRect(now);
        if (width > 0) setComparePosition(comparePosition + dx / width);
      }
    };

    const onPointerDown = (event: PointerEvent) => {
      if (event.button !== 0 || event.target instanceof HTMLButtonElement) return;
      stage.setPointerCapture(event.pointerId);
      tracker.down({ id: event.pointerId, point: pointOf(event), timeMs: event.timeStamp });
    };
    const onPointerMove = (event: PointerEvent) => {
      const point = pointOf(event);
      const gesture = tracker.move({ id: event.pointerId, point, timeMs: event.timeStamp });
      const now = read();
      if (gesture !== null && now !== null) {
        stage.dataset.dragging = '';
        if (gesture.type === 'drag') onDrag(now, gesture.dx, gesture.dy);
        if (gesture.type === 'pinch') {
          const { pixelRatio, picture } = now;
          const center = toDevice(gesture.center, now);
          const viewport = viewportOf(now, center);
          const zoomed = zoomAt(cameraOf(now), gesture.factor, center, picture, viewport);
          useViewStore
            .getState()
            .setCamera(panBy(zoomed, gesture.dx * pixelRatio, gesture.dy * pixelRatio, picture, viewport));
        }
      }
      if (event.pointerType === 'mouse') probe(point);
    };
    const onPointerUp = (event: PointerEvent) => {
      const gesture = tracker.up({ id: event.pointerId, point: pointOf(event), timeMs: event.timeStamp });
      delete stage.dataset.dragging;
      const now = read();
      if (gesture === null || now === null) return;
      if (gesture.type === 'tap' && event.pointerType !== 'mouse') probe(gesture.point);
      if (gesture.type === 'double-tap') {
        const point = toDevice(gesture.point, now);
        const camera = toggleFit(now.camera, point, now.picture, viewportOf(now, point));
        useViewStore.getState().setCamera(camera);
      }
    };
    const onPointerCancel = (event: PointerEvent) => {
      tracker.cancel(event.pointerId);
      delete stage.dataset.dragging;
    };
    const onPointerLeave = (event: PointerEvent) => {
      if (event.pointerType === 'mouse') useViewStore.getState().setProbe(null);
    };
    const onWheel = (event: WheelEvent) => {
      const now = read();
      if (now === null) return;
      event.preventDefault();
      const point = toDevice(pointOf(event), now);
      const { picture } = now;
      const camera = zoomAt(cameraOf(now), wheelFactor(event), point, picture, viewportOf(now, point));
      useViewStore.getState().setCamera(camera);
    };

    stage.addEventListener('pointerdown', onPointerDown);
    stage.addEventListener('pointermove', onPointerMove);
    stage.addEventListener('pointerup', onPointerUp);
    stage.addEventListener('pointercancel', onPointerCancel);
    stage.addEventListener('pointerleave', onPointerLeave);
    // React listens passively; the page must not scroll or zoom.
    stage.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      stage.removeEventListener('pointerdown', onPointerDown);
      stage.removeEventListener('pointermove', onPointerMove);
      stage.removeEventListener('pointerup', onPointerUp);
      stage.removeEventListener('pointercancel', onPointerCancel);
      stage.removeEventListener('pointerleave', onPointerLeave);
      stage.removeEventListener('wheel', onWheel);
    };
  }, [ref]);
}
