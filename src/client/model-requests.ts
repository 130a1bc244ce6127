/** What the storage worker is asked for a model's card: pure, and refused here where it cannot come to a good end. */
import { EngineError } from '../engine/errors.ts';
import { resolveFileUrl, type Hub } from '../engine/models/hubs.ts';
import type { DownloadRequest, ImportRequest, InspectedModel } from '../worker/storage-api.ts';
import type { ModelEntry } from './model-library.types.ts';
import { variantKeyOf } from './variant-key.ts';

/** Throws REQUEST_INVALID: blocked, or a file that no host lets a page fetch (`details.reason`: bring-file). */
export function makeDownloadRequest(
  { manifest, variant, status }: Pick<ModelEntry, 'manifest' | 'variant' | 'status'>,
  hub: Hub,
  { ignoreMemory = false }: { readonly ignoreMemory?: boolean } = {},
): DownloadRequest {
  const isIgnored = ignoreMemory && status.state === 'blocked' && status.reason.code === 'memory';
  if (status.state === 'blocked' && !isIgnored) {
    const reason = status.reason.code;
    throw new EngineError('REQUEST_INVALID', `"${manifest.id}" is blocked: ${reason}`, {
      details: { reason },
    });
  }
  const files = variant.files.map((file) => {
    const url = resolveFileUrl(file, hub);
    if (url !== null) return { ...file, url };
    throw new EngineError('REQUEST_INVALID', `${file.name} has no address at ${hub.label}`, {
      details: { reason: 'bring-file' },
    });
  });
  return { files, key: variantKeyOf(manifest, variant.id), hubBaseUrl: hub.baseUrl, isMirror: hub.isMirror };
}

/** A model that is kept under its manifest. Throws REQUEST_INVALID. */
export function makeUserImport({
  manifest,
  files,
}: Pick<InspectedModel, 'manifest' | 'files'>): ImportRequest {
  const [variant] = manifest.variants;
  if (variant === undefined) throw new EngineError('REQUEST_INVALID', 'The manifest has no variant');
  // The form may have changed anything but the files.
  const kept = { ...manifest, variants: [{ ...variant, files: files.map(({ file }) => file) }] };
  return { key: variantKeyOf(kept, variant.id), files, manifest: kept, isUserModel: true };
}

/** Files that the catalogue could not fetch, under the names that it has for them. Throws MODEL_INVALID. */
export function makeCatalogueImport(
  { manifest, variant }: Pick<ModelEntry, 'manifest' | 'variant'>,
  inspected: Pick<InspectedModel, 'files' | 'missingFiles'>,
): ImportRequest {
  const [missing] = inspected.missingFiles;
  if (missing !== undefined) {
    throw new EngineError('MODEL_INVALID', `${missing} is missing beside the model`, {
      details: { reason: 'external-data-missing', missing },
    });
  }
  const files = inspected.files.map(({ file, blob }) => {
    const listed = variant.files.find(
      ({ role, name }) => role === file.role && (file.role === 'graph' || name === file.name),
    );
    return { file: { ...(listed ?? file), sizeBytes: blob.size }, blob };
  });
  return { key: variantKeyOf(manifest, variant.id), files, manifest, isUserModel: false };
}
