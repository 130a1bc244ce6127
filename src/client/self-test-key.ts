/** Names of what a self-test was about, for the device profile; light enough for the page's first script. */
import type { ExecutionProvider, PipelineRequest } from '../engine/api.ts';
import { EngineError, type ErrorDetails } from '../engine/errors.ts';
import type { ModelManifest, VariantId } from '../engine/models/manifest.ts';
import type { DeviceProfile, VerdictNumbers } from './device-profile.ts';

/** Names a variant for the profile, whatever its bytes. */
function variantKey(model: ModelManifest, variantId: VariantId, provider: ExecutionProvider): string {
  return `${provider}:${model.id}@${model.revision}/${variantId}:`;
}

/** Names the weights on a provider for the profile: another revision is tested again. */
export function selfTestKey(
  model: ModelManifest,
  variantId: VariantId,
  provider: ExecutionProvider = 'webgpu',
): string {
  const variant = model.variants.find(({ id }) => id === variantId);
  const hashes = variant?.files.map((file) => file.sha256 ?? `${file.name}:${file.sizeBytes}`) ?? [];
  return `${variantKey(model, variantId, provider)}${hashes.join('+')}`;
}

/**
 * The variants that WebGPU computed wrong here. Where the files are not here (any more) and their hash is unknown, what
 * was last seen of them counts: a download that failed its test once is not recommended again.
 */
export function listRefusedVariants(
  profile: Pick<DeviceProfile, 'getVerdict' | 'hasFailed'>,
  model: ModelManifest,
): readonly VariantId[] {
  return model.variants
    .map(({ id }) => id)
    .filter((id) => {
      const known = profile.getVerdict(selfTestKey(model, id));
      return known === null ? profile.hasFailed(variantKey(model, id, 'webgpu')) : !known;
    });
}

/** What the self-test found where WASM computes this model wrong here; null: it does not, or was not tested. */
export function findWasmRefusal(
  profile: Pick<DeviceProfile, 'getVerdict' | 'getNumbers'>,
  { model, variant }: Pick<PipelineRequest, 'model' | 'variant'>,
): EngineError | null {
  const key = selfTestKey(model, variant, 'wasm');
  if (profile.getVerdict(key) !== false) return null;
  const numbers: VerdictNumbers | null = profile.getNumbers(key);
  const details: ErrorDetails = {
    ...numbers,
    reason: 'wasm-wrong',
    selfTest: true,
    model: model.id,
    variant,
    name: model.name,
  };
  return new EngineError('EXECUTION_PROVIDER_FAILED', `WASM computes ${model.id} wrong here.`, { details });
}
