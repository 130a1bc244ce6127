/** The page's first script, kept small: starts the work that takes longest, then loads the rest. */
import { probeDevice, type NavigatorFacts } from './client/device-facts.ts';
import { planEarlyStart, startEarly } from './client/early-start.ts';
import { spawnInferenceWorker } from './client/web-worker-slot.ts';
import { ISOBATH_DEPTH_TINY } from './engine/models/isobath-depth-tiny.ts';
import { DEMO_SAMPLE, fetchSample } from './ui/samples.ts';
import { isFirstVisit, quietStorage, SETTINGS_KEY } from './ui/stores/quiet-storage.ts';

const navigatorFacts: NavigatorFacts = navigator;
const plan = planEarlyStart(location.search, quietStorage.getItem(SETTINGS_KEY), ISOBATH_DEPTH_TINY.id);
const early = startEarly(
  plan,
  ISOBATH_DEPTH_TINY,
  probeDevice(navigatorFacts, globalThis.crossOriginIsolated),
  spawnInferenceWorker,
);

// With no picture kept, the sample will be shown; where it cannot be had, it is asked for again.
const sample = plan !== 'never' && isFirstVisit() ? fetchSample(DEMO_SAMPLE).catch(() => null) : null;

void import('./start.tsx').then(({ start }) => start(early, sample));
