/**
 * The downloaded model that computed last, so that the next visit's first script can start its session before the list
 * of models is there. Light enough for that script.
 */
import type { Provenance } from '../engine/api.ts';
import type { ModelManifest, VariantId } from '../engine/models/manifest.ts';

/** Where it is kept. */
export const LAST_MODEL_KEY = 'isobath.last-model';

/** A session that nobody may want on this visit must not take more than this. */
const MAX_MEMORY_BYTES = 512 * 1024 * 1024;

export interface LastModel {
  readonly model: ModelManifest;
  readonly variant: VariantId;
  /** Of its worker. */
  readonly threads: number;
}

function isLastModel(value: unknown): value is LastModel {
  const { model, variant, threads } = (value ?? {}) as Partial<LastModel>;
  return typeof model?.id === 'string' && typeof variant === 'string' && typeof threads === 'number';
}

/** null where another model computed last, or none that is worth an early start. */
export function findLastModel(stored: string | null, modelId: string): LastModel | null {
  try {
    const last: unknown = JSON.parse(stored ?? 'null');
    return isLastModel(last) && last.model.id === modelId ? last : null;
  } catch {
    return null;
  }
}

export interface ModelMemory {
  /** After a run. Written only where something is another than last time. */
  remember(model: ModelManifest, provenance: Provenance): void;
}

/** Embedded models need no memory, parsers are not what a visit begins with, and a graphics processor starts by itself. */
export function createModelMemory(write: (json: string | null) => void): ModelMemory {
  let last = '';
  return {
    remember(model, { executionProvider, variant, threads }) {
      const name = JSON.stringify([model.id, model.revision, executionProvider, variant, threads]);
      if (model.task !== 'depth' || name === last) return;
      last = name;
      const memoryBytes = model.variants.find(({ id }) => id === variant)?.memoryBytes ?? Infinity;
      const isWorthIt = executionProvider === 'wasm' && !model.isEmbedded && memoryBytes <= MAX_MEMORY_BYTES;
      const kept: LastModel = { model, variant, threads };
      write(isWorthIt ? JSON.stringify(kept) : null);
    },
  };
}
