/** What was learnt of models on this device, as the backend asks for it. */
import type { BackendOptions } from './backend.types.ts';
import type { DeviceProfile } from './device-profile.ts';
import { describeMeasuredDevice } from './measured-choice.ts';
import { findWasmRefusal, selfTestKey } from './self-test-key.ts';

export function createProfileLookups(
  profile: DeviceProfile,
): Required<Pick<BackendOptions, 'isWebGpuRefused' | 'findWasmRefusal' | 'findHeap' | 'findMeasurement'>> {
  return {
    isWebGpuRefused: ({ model, variant }) => profile.getVerdict(selfTestKey(model, variant)) === false,
    findWasmRefusal: (request) => findWasmRefusal(profile, request),
    findHeap: ({ model, variant }) =>
      profile.getHeap({ modelId: model.id, revision: model.revision, variant }),
    findMeasurement: ({ model, variant }, facts) => {
      const measurement = profile.getMeasurement(model);
      if (measurement?.device !== describeMeasuredDevice(facts)) return null;
      // Of a file that was picked by hand, not of the one that would have been faster.
      return { ...measurement, candidates: measurement.candidates.filter((one) => one.variant === variant) };
    },
  };
}
