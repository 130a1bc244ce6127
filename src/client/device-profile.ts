/** What was learnt about this device and is worth keeping: which models WebGPU computes right, and what is fastest. */
import * as z from 'zod/mini';
import type { LoadedModel } from '../engine/api.ts';
import type { ModelManifest } from '../engine/models/manifest.ts';
import type { Measurement } from './measured-choice.ts';
import { isMeasurement, measurementKey, PROFILE_KEY } from './stored-measurement.ts';

const profileSchema = z.object({
  /** Another browser version: everything is learnt anew. */
  fingerprint: z.string(),
  verdicts: z.record(z.string(), z.boolean()),
  /** What the verdicts rest on. */
  numbers: z._default(
    z.record(
      z.string(),
      z.object({ meanRelativeError: z.number(), tolerance: z.number(), correlation: z.number() }),
    ),
    {},
  ),
  heaps: z._default(z.record(z.string(), z.number()), {}),
  measurements: z._default(z.record(z.string(), z.custom<Measurement>(isMeasurement)), {}),
});

type Profile = z.infer<typeof profileSchema>;

export interface VerdictNumbers {
  readonly meanRelativeError: number;
  readonly tolerance: number;
  readonly correlation: number;
}

export type ProfileChange = 'verdict' | 'measurement' | 'heap';

export interface DeviceProfile {
  /** True: the self-test passed; false: it failed; null: not tested here yet. `model` is any text that names weights. */
  getVerdict(model: string): boolean | null;
  /** What the verdict rests on; null: not tested, or nothing could be compared. */
  getNumbers(model: string): VerdictNumbers | null;
  setVerdict(model: string, passed: boolean, numbers?: VerdictNumbers): void;
  /** True where a model whose name starts so has failed. */
  hasFailed(prefix: string): boolean;
  /** Null: not measured yet. The same object until it is measured again. */
  getMeasurement(model: ModelManifest): Measurement | null;
  setMeasurement(model: ModelManifest, measurement: Measurement): void;
  /** Bytes of one worker's heap on WASM, after its largest run; null: not measured. */
  getHeap(model: LoadedModel): number | null;
  /** Keeps the largest. */
  setHeap(model: LoadedModel, heapBytes: number): void;
  /** Called after every change. Returns the remover. */
  subscribe(listener: (change: ProfileChange) => void): () => void;
}

export interface DeviceProfileOptions {
  /** Undefined where the browser refuses storage: verdicts then last for the session. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem'> | undefined;
  /** Browser version. */
  readonly fingerprint: string;
}

function heapKey({ modelId, revision, variant }: LoadedModel): string {
  return `${modelId}@${revision}/${variant}`;
}

function read(options: DeviceProfileOptions): Profile {
  const fresh: Profile = {
    fingerprint: options.fingerprint,
    verdicts: {},
    numbers: {},
    heaps: {},
    measurements: {},
  };
  try {
    const stored = profileSchema.safeParse(JSON.parse(options.storage?.getItem(PROFILE_KEY) ?? 'null'));
    return stored.success && stored.data.fingerprint === options.fingerprint ? stored.data : fresh;
  } catch {
    return fresh;
  }
}

export function createDeviceProfile(options: DeviceProfileOptions): DeviceProfile {
  let profile = read(options);
  const listeners = new Set<(change: ProfileChange) => void>();

  function keep(next: Profile, change: ProfileChange): void {
    profile = next;
    try {
      options.storage?.setItem(PROFILE_KEY, JSON.stringify(profile));
    } catch {
      // Full or refused: what was learnt lasts for the session.
    }
    for (const listener of listeners) listener(change);
  }

  return {
    getVerdict: (model) => profile.verdicts[model] ?? null,
    getNumbers: (model) => profile.numbers[model] ?? null,
    setVerdict(model, passed, numbers) {
      const others = Object.fromEntries(Object.entries(profile.numbers).filter(([key]) => key !== model));
      const next = {
        ...profile,
        verdicts: { ...profile.verdicts, [model]: passed },
        numbers: numbers === undefined ? others : { ...others, [model]: numbers },
      };
      keep(next, 'verdict');
    },
    getMeasurement: (model) => profile.measurements[measurementKey(model)] ?? null,
    setMeasurement(model, measurement) {
      const measurements = { ...profile.measurements, [measurementKey(model)]: measurement };
      keep({ ...profile, measurements }, 'measurement');
    },
    getHeap: (model) => profile.heaps[heapKey(model)] ?? null,
    setHeap(model, heapBytes) {
      const key = heapKey(model);
      if (heapBytes <= (profile.heaps[key] ?? 0)) return;
      keep({ ...profile, heaps: { ...profile.heaps, [key]: heapBytes } }, 'heap');
    },
    hasFailed: (prefix) =>
      Object.entries(profile.verdicts).some(([model, passed]) => !passed && model.startsWith(prefix)),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
