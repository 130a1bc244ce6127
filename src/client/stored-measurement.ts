/** What was measured, as the device profile keeps it; light enough for the page's first script. */
import type { ModelManifest } from '../engine/models/manifest.ts';
import type { MeasuredCandidate, Measurement } from './measured-choice.ts';

/** Where the device profile is kept. */
export const PROFILE_KEY = 'isobath.device-profile';

export function measurementKey({ id, revision }: Pick<ModelManifest, 'id' | 'revision'>): string {
  return `${id}@${revision}`;
}

function isCandidate(value: unknown): value is MeasuredCandidate {
  const { executionProvider, variant, workers, threads, perSecond, problem } =
    value as Partial<MeasuredCandidate>;
  return (
    (executionProvider === 'webgpu' || executionProvider === 'wasm') &&
    typeof variant === 'string' &&
    typeof workers === 'number' &&
    typeof threads === 'number' &&
    (perSecond === null || typeof perSecond === 'number') &&
    // Once a sentence in one language: then all is measured anew.
    (problem === null || typeof problem?.code === 'string')
  );
}

/** By hand: a schema of this depth weighs more than the first download can bear. */
export function isMeasurement(value: unknown): value is Measurement {
  const { device, measuredAtMs, candidates } = (value ?? {}) as Partial<Measurement>;
  const isHeadRight = typeof device === 'string' && typeof measuredAtMs === 'number';
  return isHeadRight && Array.isArray(candidates) && candidates.every((one) => one && isCandidate(one));
}

/**
 * One measurement out of a stored profile, without reading the rest; null where there is none, or of another browser
 * version or device. `fingerprint` and `device`: as the profile and the measurement name them.
 */
export function findStoredMeasurement(
  storedProfile: string | null,
  model: Pick<ModelManifest, 'id' | 'revision'>,
  { fingerprint, device }: { readonly fingerprint: string; readonly device: string },
): Measurement | null {
  try {
    const profile = JSON.parse(storedProfile ?? 'null') as {
      readonly fingerprint?: unknown;
      readonly measurements?: Readonly<Record<string, unknown>>;
    } | null;
    if (profile?.fingerprint !== fingerprint) return null;
    const found = profile.measurements?.[measurementKey(model)];
    return isMeasurement(found) && found.device === device ? found : null;
  } catch {
    return null;
  }
}
