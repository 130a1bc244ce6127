import { useEffect } from 'react';
import { usePrefersReducedMotion } from '../../hooks/useMediaQuery.ts';
import { useViewStore } from '../../stores/view-store.ts';
import { SWEEP_MS, sweepPosition } from './sweep.ts';

/** Long enough to see the map appear before the line moves. */
const PAUSE_MS = 500;

/** Does the sweep that was asked for, once a map is shown. Any touch or key of the user ends it. */
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
    let frame = requestAnimationFrame(function step(nowMs) {
      const share = (nowMs - startMs) / SWEEP_MS;
      if (share > 0) setComparePosition(sweepPosition(share));
      if (share >= 1) endSweep();
      else frame = requestAnimationFrame(step);
    });
    window.addEventListener('pointerdown', endSweep);
    window.addEventListener('keydown', endSweep);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('pointerdown', endSweep);
      window.removeEventListener('keydown', endSweep);
    };
  }, [isWanted, isMapShown, isMotionReduced]);
}
