/** What was learnt about this device and is worth keeping: which models WebGPU computes right. */
import * as z from 'zod/mini';

const STORAGE_KEY = 'isobath.device-profile';

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
});

type Profile = z.infer<typeof profileSchema>;

export interface VerdictNumbers {
  readonly meanRelativeError: number;
  readonly tolerance: number;
  readonly correlation: number;
}

export interface DeviceProfile {
  /** True: the self-test passed; false: it failed; null: not tested here yet. `model` is any text that names weights. */
  getVerdict(model: string): boolean | null;
  /** What the verdict rests on; null: not tested, or nothing could be compared. */
  getNumbers(model: string): VerdictNumbers | null;
  setVerdict(model: string, passed: boolean, numbers?: VerdictNumbers): void;
  /** True where a model whose name starts so has failed. */
  hasFailed(prefix: string): boolean;
  /** Called after every change. Returns the remover. */
  subscribe(listener: () => void): () => void;
}

export interface DeviceProfileOptions {
  /** Undefined where the browser refuses storage: verdicts then last for the session. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem'> | undefined;
  /** Browser version. */
  readonly fingerprint: string;
}

function read(options: DeviceProfileOptions): Profile {
  const fresh: Profile = { fingerprint: options.fingerprint, verdicts: {}, numbers: {} };
  try {
    const stored = profileSchema.safeParse(JSON.parse(options.storage?.getItem(STORAGE_KEY) ?? 'null'));
    return stored.success && stored.data.fingerprint === options.fingerprint ? stored.data : fresh;
  } catch {
    return fresh;
  }
}

export function createDeviceProfile(options: DeviceProfileOptions): DeviceProfile {
  let profile = read(options);
  const listeners = new Set<() => void>();

  function keep(next: Profile): void {
    profile = next;
    try {
      options.storage?.setItem(STORAGE_KEY, JSON.stringify(profile));
    } catch {
      // Full or refused: what was learnt lasts for the session.
    }
    for (const listener of listeners) listener();
  }

  return {
    getVerdict: (model) => profile.verdicts[model] ?? null,
    getNumbers: (model) => profile.numbers[model] ?? null,
    setVerdict(model, passed, numbers) {
      const others = Object.fromEntries(Object.entries(profile.numbers).filter(([key]) => key !== model));
      keep({
        ...profile,
        verdicts: { ...profile.verdicts, [model]: passed },
        numbers: numbers === undefined ? others : { ...others, [model]: numbers },
      });
    },
    hasFailed: (prefix) =>
      Object.entries(profile.verdicts).some(([model, passed]) => !passed && model.startsWith(prefix)),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
