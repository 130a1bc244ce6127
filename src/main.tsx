/** The page's first script, kept small: starts the work that takes longest, then loads the rest. */
import { probeDevice, type NavigatorFacts } from './client/device-facts.ts';
import { planEarlyStart, startEarly } from './client/early-start.ts';
import { spawnInferenceWorker } from './client/web-worker-slot.ts';
import { ISOBATH_DEPTH_TINY } from './engine/models/isobath-depth-tiny.ts';
import { quietStorage, SETTINGS_KEY } from './ui/stores/quiet-storage.ts';

const navigatorFacts: NavigatorFacts = navigator;
const early = startEarly(
  planEarlyStart(location.search, quietStorage.getItem(SETTINGS_KEY), ISOBATH_DEPTH_TINY.id),
  ISOBATH_DEPTH_TINY,
  probeDevice(navigatorFacts, globalThis.crossOriginIsolated),
  spawnInferenceWorker,
);

void import('./start.tsx').then(({ start }) => start(early));
