import { useEffect, useState, useSyncExternalStore } from 'react';
import type { BackendMeasuring } from '../../client/backend-measuring.ts';
import type { SelfTestsSnapshot } from '../../client/self-tests.ts';
import { useServices } from '../services.tsx';

const NOTHING_TESTED: SelfTestsSnapshot = { running: null, askedAgain: null, outcomes: new Map() };

/** What tests and measures ways to compute; null while its code is on its way. */
export function useMeasuringDoor(): BackendMeasuring | null {
  const { openMeasuring } = useServices();
  const [measuring, setMeasuring] = useState<BackendMeasuring | null>(null);
  useEffect(() => {
    let isCurrent = true;
    openMeasuring().then(
      (opened) => {
        if (isCurrent) setMeasuring(opened);
      },
      // Without a network, before it was kept: the page does without.
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [openMeasuring]);
  return measuring;
}

/** Which self-test runs, and how those ended that were asked for again. */
export function useSelfTestsSnapshot(measuring: BackendMeasuring | null): SelfTestsSnapshot {
  return useSyncExternalStore(
    (listener) => measuring?.selfTests.subscribe(listener) ?? (() => undefined),
    () => measuring?.selfTests.getSnapshot() ?? NOTHING_TESTED,
  );
}
