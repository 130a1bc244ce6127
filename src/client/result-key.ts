/** Names a map by everything that decides its values: picture, weights, pipeline and its version, options. */
import type { PipelineOptions } from '../engine/api.ts';
import type { ModelManifest, ModelVariant } from '../engine/models/manifest.ts';
import { PIPELINE_VERSIONS } from '../engine/pipelines/versions.ts';
import type { EnqueueRequest, ResultKey } from './inference-client.types.ts';

/** The weights by hash; a file without one by all that is known of it. */
function weightsOf(model: ModelManifest, variant: ModelVariant | undefined, variantId: string): string {
  const files = variant?.files ?? [];
  const isHashed = files.length > 0 && files.every((file) => file.sha256 !== null);
  if (isHashed) return files.map((file) => file.sha256).join('+');
  const sizes = files.map((file) => `${file.name}:${file.sizeBytes}`).join('+');
  return `unverified:${model.id}@${model.revision}/${variantId}:${sizes}`;
}

/**
 * Contracts are edited in the app (a user's model with another mean), so the parts of the manifest that change
 * numbers belong to the key too; the name and the licence do not.
 */
function contractOf(model: ModelManifest): string {
  return JSON.stringify([model.input, model.output]);
}

/** 53-bit FNV-like hash (cyrb53, public domain), for the contract only: weights and pictures have their sha256. */
function hashText(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36);
}

/** The end of a result's key: what the options decide. */
export function describeOptions(options: PipelineOptions): string {
  return [
    `detail=${options.detailPx}`,
    `cap=${options.maxLongSidePx ?? 'none'}`,
    ...(options.isExact === true ? ['exact'] : []),
  ].join('|');
}

/** The execution provider is not part of it: that is provenance, stored beside the result. */
export function makeResultKey(
  request: Pick<EnqueueRequest, 'sourceSha256' | 'pipeline' | 'model' | 'variant' | 'options'>,
): ResultKey {
  const { sourceSha256, pipeline, model, options } = request;
  const variant = model.variants.find(({ id }) => id === request.variant);
  return [
    sourceSha256,
    weightsOf(model, variant, request.variant),
    `${pipeline}@${PIPELINE_VERSIONS[pipeline]}`,
    `contract=${hashText(contractOf(model))}`,
    describeOptions(options),
  ].join('|');
}
