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

/** `forgotten`: a verdict, which is to be found anew. */
export type ProfileChange = 'verdict' | 'forgotten' | 'measurement' | 'heap';

const PARTS = ['verdicts', 'measurements', 'heaps'] as const;

const CHANGES: Readonly<Record<(typeof PARTS)[number], ProfileChange>> = {
  verdicts: 'verdict',
  measurements: 'measurement',
  heaps: 'heap',
};

export interface DeviceProfile {
  /** True: the self-test passed; false: it failed; null: not tested here yet. `model` is any text that names weights. */
  getVerdict(model: string): boolean | null;
  /** What the verdict rests on; null: not tested, or nothing could be compared. */
  getNumbers(model: string): VerdictNumbers | null;
  setVerdict(model: string, passed: boolean, numbers?: VerdictNumbers): void;
  /** As if it were not tested here yet. */
  forgetVerdict(model: string): void;
  /** True where a model whose name starts so has failed. */
  hasFailed(prefix: string): boolean;
  /** Null: not measured yet. The same object between changes. */
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
  /** Calls back when another tab has written the item `key`; absent: other tabs are heard at the next write. */
  readonly onOtherTab?: (key: string, listener: () => void) => void;
}

function heapKey({ modelId, revision, variant }: LoadedModel): string {
  return `${modelId}@${revision}/${variant}`;
}

function makeEmpty(fingerprint: string): Profile {
  return { fingerprint, verdicts: {}, numbers: {}, heaps: {}, measurements: {} };
}

function read(options: DeviceProfileOptions): Profile {
  try {
    const stored = profileSchema.safeParse(JSON.parse(options.storage?.getItem(PROFILE_KEY) ?? 'null'));
    if (stored.success && stored.data.fingerprint === options.fingerprint) return stored.data;
  } catch {
    // Refused or damaged: as if it were not there.
  }
  return makeEmpty(options.fingerprint);
}

/** What is stored, and what this tab learnt since it started, which goes first. */
function merge(stored: Profile, learnt: Profile): Profile {
  const numbers = Object.entries(stored.numbers).filter(([model]) => !(model in learnt.verdicts));
  const heaps = Object.entries(learnt.heaps).map(([model, heapBytes]) => [
    model,
    Math.max(heapBytes, stored.heaps[model] ?? 0),
  ]);
  return {
    fingerprint: stored.fingerprint,
    verdicts: { ...stored.verdicts, ...learnt.verdicts },
    numbers: { ...Object.fromEntries(numbers), ...learnt.numbers },
    heaps: { ...stored.heaps, ...Object.fromEntries(heaps) },
    measurements: { ...stored.measurements, ...learnt.measurements },
  };
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([other]) => other !== key));
}

/** Two tabs that write in one moment may miss each other: whoever does not find its own writes again. */
function holds(stored: Profile, learnt: Profile): boolean {
  return PARTS.every((part) => Object.keys(learnt[part]).every((key) => key in stored[part]));
}

export function createDeviceProfile(options: DeviceProfileOptions): DeviceProfile {
  let profile = read(options);
  let learnt = makeEmpty(options.fingerprint);
  const listeners = new Set<(change: ProfileChange) => void>();

  function tell(change: ProfileChange): void {
    for (const listener of listeners) listener(change);
  }

  function write(stored: Profile): void {
    profile = merge(stored, learnt);
    try {
      options.storage?.setItem(PROFILE_KEY, JSON.stringify(profile));
    } catch {
      // Full or refused: what was learnt lasts for the session.
    }
  }

  function learn(next: Partial<Profile>, change: ProfileChange): void {
    learnt = { ...learnt, ...next };
    write(read(options));
    tell(change);
  }

  /** A verdict that another tab has written since is the newer one. */
  function yieldTo(stored: Profile): void {
    const isOverruled = (model: string) =>
      (stored.verdicts[model] ?? learnt.verdicts[model]) !== learnt.verdicts[model];
    for (const model of Object.keys(learnt.verdicts).filter(isOverruled)) {
      learnt = {
        ...learnt,
        verdicts: without(learnt.verdicts, model),
        numbers: without(learnt.numbers, model),
      };
    }
  }

  options.onOtherTab?.(PROFILE_KEY, () => {
    const stored = read(options);
    yieldTo(stored);
    const before = profile;
    if (holds(stored, learnt)) profile = merge(stored, learnt);
    else write(stored);
    for (const part of PARTS) {
      if (JSON.stringify(before[part]) !== JSON.stringify(profile[part])) tell(CHANGES[part]);
    }
  });

  return {
    getVerdict: (model) => profile.verdicts[model] ?? null,
    getNumbers: (model) => profile.numbers[model] ?? null,
    setVerdict(model, passed, numbers) {
      const others = without(learnt.numbers, model);
      const next = {
        verdicts: { ...learnt.verdicts, [model]: passed },
        numbers: numbers === undefined ? others : { ...others, [model]: numbers },
      };
      learn(next, 'verdict');
    },
    forgetVerdict(model) {
      const stored = read(options);
      learnt = {
        ...learnt,
        verdicts: without(learnt.verdicts, model),
        numbers: without(learnt.numbers, model),
      };
      write({
        ...stored,
        verdicts: without(stored.verdicts, model),
        numbers: without(stored.numbers, model),
      });
      tell('forgotten');
    },
    getMeasurement: (model) => profile.measurements[measurementKey(model)] ?? null,
    setMeasurement(model, measurement) {
      learn(
        { measurements: { ...learnt.measurements, [measurementKey(model)]: measurement } },
        'measurement',
      );
    },
    getHeap: (model) => profile.heaps[heapKey(model)] ?? null,
    setHeap(model, heapBytes) {
      const key = heapKey(model);
      if (heapBytes <= (profile.heaps[key] ?? 0)) return;
      learn({ heaps: { ...learnt.heaps, [key]: heapBytes } }, 'heap');
    },
    hasFailed: (prefix) =>
      Object.entries(profile.verdicts).some(([model, passed]) => !passed && model.startsWith(prefix)),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
