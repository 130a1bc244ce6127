/** How a model's variant is named to the storage worker, and in tables. */
import type { ModelManifest, VariantId } from '../engine/models/manifest.ts';
import type { VariantKey } from '../worker/storage-api.ts';

export function variantKeyOf(
  { id, revision }: Pick<ModelManifest, 'id' | 'revision'>,
  variant: VariantId,
): VariantKey {
  return { modelId: id, revision, variant };
}

export function formatVariantKey({ modelId, revision, variant }: VariantKey): string {
  return JSON.stringify([modelId, revision, variant]);
}
