/** The page's first script, kept small: starts the work that takes longest, then loads the rest. */
import { probeDevice, type NavigatorFacts } from './client/device-facts.ts';
import { planEarlyStart, startEarly } from './client/early-start.ts';
import { LAST_MODEL_KEY } from './client/last-model.ts';
import { PROFILE_KEY } from './client/stored-measurement.ts';
import { spawnInferenceWorker, spawnWasmWorker } from './client/web-worker-slot.ts';
import { ISOBATH_DEPTH_TINY } from './engine/models/isobath-depth-tiny.ts';
import { DEMO_SAMPLE, fetchSample } from './ui/samples.ts';
import { isFirstVisit, quietStorage, SETTINGS_KEY } from './ui/stores/quiet-storage.ts';

const navigatorFacts: NavigatorFacts = navigator;
const plan = planEarlyStart(
  {
    search: location.search,
    storedSettings: quietStorage.getItem(SETTINGS_KEY),
    storedProfile: quietStorage.getItem(PROFILE_KEY),
    storedModel: quietStorage.getItem(LAST_MODEL_KEY),
    fingerprint: navigator.userAgent,
    crossOriginIsolated: globalThis.crossOriginIsolated,
    hardwareConcurrency: navigator.hardwareConcurrency,
  },
  ISOBATH_DEPTH_TINY,
);
// With no picture kept, the sample will be shown; where it cannot be had, it is asked for again.
const sample =
  plan?.model === ISOBATH_DEPTH_TINY && isFirstVisit() ? fetchSample(DEMO_SAMPLE).catch(() => null) : null;
const early = startEarly(
  plan,
  probeDevice(navigatorFacts, globalThis.crossOriginIsolated),
  // Where a GPU may be found instead, the runtime's megabytes wait until it is known.
  plan?.when === 'always' ? spawnWasmWorker : spawnInferenceWorker,
  sample,
);

void import('./start.tsx').then(({ start }) => start(early, sample));
