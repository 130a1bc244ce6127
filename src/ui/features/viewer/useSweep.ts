import { useEffect } from 'react';
import { usePrefersReducedMotion } from '../../hooks/useMediaQuery.ts';
import { useViewStore } from '../../stores/view-store.ts';
import { SWEEP_MS, sweepPosition } from './sweep.ts';

/** Long enough to see the map appear before the line moves. */
const PAUSE_MS = 500;

/**
 * Does the sweep that was asked for, once a map is shown. Who touches the picture takes the line over where it is; whatever
 * else ends it (another picture, another mode, a hidden tab) lets it rest in the middle.
 */
export function useSweep(isMapShown: boolean): void {
  const isWanted = useViewStore((state) => state.isSweepWanted);
  const isMotionReduced = usePrefersReducedMotion();
  useEffect(() => {
    if (!isWanted || !isMapShown) return;
    const { endSweep, setComparePosition } = useViewStore.getState();
    if (isMotionReduced || useViewStore.getState().mode !== 'compare') {
      endSweep();
      return;
    }
    const startMs = performance.now() + PAUSE_MS;
    let isMoving = true;
    const stopHere = () => {
      isMoving = false;
      endSweep();
    };
    const rest = () => {
      if (isMoving) setComparePosition(sweepPosition(1));
      stopHere();
    };
    let frame = requestAnimationFrame(function step(nowMs) {
      const share = (nowMs - startMs) / SWEEP_MS;
      if (share >= 1) rest();
      else {
        if (share > 0) setComparePosition(sweepPosition(share));
        frame = requestAnimationFrame(step);
      }
    });
    // The frames of a hidden tab stop; the sweep would be seen half when it comes back.
    const onVisibility = () => document.hidden && rest();
    const unsubscribe = useViewStore.subscribe((view, before) => {
      if (view.mode !== before.mode || view.selectedImageId !== before.selectedImageId) rest();
    });
    // On the picture the user takes over; elsewhere something else was meant.
    const onInput = ({ target }: Event) => {
      if (target instanceof Element && target.closest('.stage') !== null) stopHere();
      else rest();
    };
    window.addEventListener('pointerdown', onInput, { capture: true });
    window.addEventListener('keydown', onInput, { capture: true });
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      cancelAnimationFrame(frame);
      unsubscribe();
      if (isMoving) setComparePosition(sweepPosition(1));
      window.removeEventListener('pointerdown', onInput, { capture: true });
      window.removeEventListener('keydown', onInput, { capture: true });
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [isWanted, isMapShown, isMotionReduced]);
}
