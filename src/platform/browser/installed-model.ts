/** Bytes of the models that the user installed: what `createBrowserPlatform` asks for when a model is not embedded. */
import { EngineError } from '../../engine/errors.ts';
import type { ModelManifest, ModelVariant } from '../../engine/models/manifest.ts';
import type { ModelBytes } from '../../engine/platform.ts';
import type { LoadOptions } from './model-bytes.ts';
import { openInstalledModel, splitGraph } from './installed-bytes.ts';

/** From the private file system, else from the addresses that the library gave files in memory. Throws MODEL_NOT_INSTALLED. */
export async function loadInstalledModel(
  model: ModelManifest,
  variant: ModelVariant,
  options: LoadOptions,
): Promise<ModelBytes> {
  options.signal.throwIfAborted();
  options.onProgress(null);
  const isInMemory = variant.files.every((file) => file.url?.startsWith('blob:'));
  const bytes = isInMemory
    ? await fetchMemoryFiles(variant, options.signal)
    : await openInstalledModel({ modelId: model.id, revision: model.revision, variant: variant.id });
  if (options.signal.aborted) bytes?.close?.();
  options.signal.throwIfAborted();
  if (bytes !== null) return bytes;
  throw new EngineError('MODEL_NOT_INSTALLED', `"${model.id}" (${variant.id}) is not installed`, {
    details: { modelId: model.id, variant: variant.id },
  });
}

async function fetchMemoryFiles(variant: ModelVariant, signal: AbortSignal): Promise<ModelBytes | null> {
  let graph: Uint8Array<ArrayBuffer> | null = null;
  const externalData: { name: string; bytes: Uint8Array<ArrayBuffer> }[] = [];
  for (const file of variant.files) {
    // A revoked address rejects: the model was deleted meanwhile.
    const response = await fetch(file.url ?? '', { signal }).catch(() => null);
    if (response === null) return null;
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (file.role === 'graph') {
      const split = await splitGraph(file.name, { bytes });
      graph = split.graph;
      externalData.push(...split.weights);
    } else externalData.push({ name: file.name, bytes });
  }
  return graph === null ? null : { graph, externalData };
}
