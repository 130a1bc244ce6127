/** What the user decided about models, kept over a reload: licences accepted, variants picked. */
import * as z from 'zod/mini';
import type { ModelId, VariantId } from '../engine/models/manifest.ts';

const STORAGE_KEY = 'isobath.model-choices';

const schema = z.object({
  licences: z.array(z.string()),
  variants: z.record(z.string(), z.string()),
});

export interface ModelChoices {
  isLicenceAccepted(modelId: ModelId): boolean;
  acceptLicence(modelId: ModelId): void;
  getVariant(modelId: ModelId): VariantId | null;
  setVariant(modelId: ModelId, variant: VariantId | null): void;
}

/** `storage` undefined (refused by the browser): choices last for the session. */
export function createModelChoices(storage: Pick<Storage, 'getItem' | 'setItem'> | undefined): ModelChoices {
  let choices: z.infer<typeof schema> = { licences: [], variants: {} };
  try {
    const stored = schema.safeParse(JSON.parse(storage?.getItem(STORAGE_KEY) ?? 'null'));
    if (stored.success) choices = stored.data;
  } catch {
    // Not JSON: as if nothing had been chosen.
  }
  const keep = (next: typeof choices): void => {
    choices = next;
    try {
      storage?.setItem(STORAGE_KEY, JSON.stringify(choices));
    } catch {
      // Full or refused: the choice lasts for the session.
    }
  };
  return {
    isLicenceAccepted: (modelId) => choices.licences.includes(modelId),
    acceptLicence: (modelId) => keep({ ...choices, licences: [...new Set([...choices.licences, modelId])] }),
    getVariant: (modelId) => choices.variants[modelId] ?? null,
    setVariant(modelId, variant) {
      const others = Object.entries(choices.variants).filter(([id]) => id !== modelId);
      const own = variant === null ? [] : [[modelId, variant]];
      keep({ ...choices, variants: Object.fromEntries([...others, ...own]) });
    },
  };
}
