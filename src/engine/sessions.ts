import type { LoadedModel } from './api.ts';
import { EngineError } from './errors.ts';
import type { ModelManifest, ModelVariant, VariantId } from './models/manifest.ts';
import type { Platform, Session } from './platform.ts';

interface OpenOptions {
  readonly signal: AbortSignal;
  /** Called only when the model is really loaded: null at the start, then what the platform says. */
  readonly onProgress: (fraction: number | null) => void;
  /** Throws where the session is not what the caller needs; a session that was just made is then released. */
  readonly check: (session: Session) => void;
}

/** The sessions of one engine, least recently used first out, bounded by the variants' `memoryBytes`. Calls must not overlap. */
export interface Sessions {
  /** The cached session, or a new one. Owned by the cache: valid until the next `open` or `release`. Throws MODEL_*, EXECUTION_PROVIDER_FAILED, OUT_OF_MEMORY, or the signal's reason. */
  open(model: ModelManifest, variant: VariantId, options: OpenOptions): Promise<Session>;
  list(): readonly LoadedModel[];
  /** Releases the sessions of the models that match; all of them without a predicate. */
  release(matches?: (model: ModelManifest) => boolean): Promise<void>;
}

interface Entry {
  readonly model: ModelManifest;
  readonly variant: VariantId;
  readonly memoryBytes: number;
  readonly session: Session;
}

function keyOf(model: ModelManifest, variant: ModelVariant): string {
  // Hashes tell two user files of one name apart; JSON keeps the parts apart.
  const files = variant.files.map((file) => file.sha256 ?? `${file.name}:${file.sizeBytes}`);
  return JSON.stringify([model.id, model.revision, variant.id, files]);
}

/** Throws MODEL_NOT_FOUND, naming the variants that exist. */
export function requireVariant(model: ModelManifest, id: VariantId): ModelVariant {
  const variant = model.variants.find((candidate) => candidate.id === id);
  if (variant !== undefined) return variant;
  const known = model.variants.map((candidate) => candidate.id).join(', ');
  throw new EngineError('MODEL_NOT_FOUND', `Model ${model.id} has no variant ${id}; it has ${known}`, {
    details: { model: model.id, variant: id },
  });
}

export function createSessions<Source>(
  platform: Pick<Platform<Source>, 'loadModel' | 'createSession'>,
  readBudgetBytes: () => number,
  onLoaded: (model: ModelManifest, variant: ModelVariant) => void,
): Sessions {
  // A Map iterates in insertion order: the first entry is the least recently used.
  const entries = new Map<string, Entry>();

  async function releaseEntry(key: string, entry: Entry): Promise<void> {
    entries.delete(key);
    await entry.session.release();
  }

  async function makeRoom(memoryBytes: number): Promise<void> {
    const budgetBytes = readBudgetBytes();
    let usedBytes = 0;
    for (const entry of entries.values()) usedBytes += entry.memoryBytes;
    for (const [key, entry] of [...entries]) {
      if (usedBytes + memoryBytes <= budgetBytes) return;
      usedBytes -= entry.memoryBytes;
      await releaseEntry(key, entry);
    }
  }

  return {
    async open(model, variantId, { signal, onProgress, check }) {
      const variant = requireVariant(model, variantId);
      const key = keyOf(model, variant);
      const cached = entries.get(key);
      if (cached !== undefined) {
        entries.delete(key);
        entries.set(key, cached);
        check(cached.session);
        return cached.session;
      }
      onProgress(null);
      const bytes = await platform.loadModel(model, variant, { signal, onProgress });
      let session: Session;
      try {
        signal.throwIfAborted();
        await makeRoom(variant.memoryBytes);
        session = await platform.createSession(bytes, variant);
      } finally {
        bytes.close?.();
      }
      try {
        check(session);
      } catch (error) {
        await session.release();
        throw error;
      }
      entries.set(key, { model, variant: variant.id, memoryBytes: variant.memoryBytes, session });
      onLoaded(model, variant);
      return session;
    },
    list: () =>
      [...entries.values()].map(({ model: { id, revision }, variant }) => ({
        modelId: id,
        revision,
        variant,
      })),
    async release(matches = () => true) {
      const released = [...entries].filter(([, entry]) => matches(entry.model));
      // All are forgotten even if one refuses: after a lost device every release rejects.
      const outcomes = await Promise.allSettled(released.map(([key, entry]) => releaseEntry(key, entry)));
      const failure = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failure !== undefined) throw failure.reason;
    },
  };
}
