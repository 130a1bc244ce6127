import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../engine/errors.ts';
import type { ModelFile, ModelManifest, ModelVariant } from '../../engine/models/manifest.ts';
import type { ModelBytes } from '../../engine/platform.ts';

export interface LoadOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number | null) => void;
}

/** Where a file lies under `modelsDir`: `ID/NAME`, whatever its URL is. Throws REQUEST_INVALID for names that leave the folder. */
function resolveModelPath(modelsDir: string, model: ModelManifest, file: ModelFile): string {
  const folder = path.resolve(modelsDir, model.id);
  const resolved = path.resolve(folder, file.name);
  const isInside = path.dirname(folder) === path.resolve(modelsDir) && path.dirname(resolved) === folder;
  if (isInside) return resolved;
  throw new EngineError(
    'REQUEST_INVALID',
    `Model ${model.id} names the file ${file.name}, which is no plain name`,
  );
}

async function readVerified(
  filePath: string,
  file: ModelFile,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await readFile(filePath, { signal }));
  } catch (error) {
    signal.throwIfAborted();
    throw new EngineError('MODEL_NOT_INSTALLED', `Cannot read the model file ${file.name}`, {
      cause: error,
      details: { file: file.name },
    });
  }
  if (file.sha256 === null) return bytes;
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual === file.sha256) return bytes;
  throw new EngineError('MODEL_CHECKSUM_MISMATCH', `${file.name} is not the file that the manifest names`, {
    details: { file: file.name, expected: file.sha256, actual },
  });
}

/** Reads the variant's files from disk and checks their hashes. Throws MODEL_NOT_INSTALLED, MODEL_CHECKSUM_MISMATCH, MODEL_INVALID. */
export async function loadModelBytes(
  modelsDir: string,
  model: ModelManifest,
  variant: ModelVariant,
  { signal, onProgress }: LoadOptions,
): Promise<ModelBytes> {
  const totalBytes = variant.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  let graph: Uint8Array<ArrayBuffer> | null = null;
  const externalData: { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }[] = [];
  let readBytes = 0;
  for (const file of variant.files) {
    signal.throwIfAborted();
    const bytes = await readVerified(resolveModelPath(modelsDir, model, file), file, signal);
    if (file.role === 'graph') graph = bytes;
    else externalData.push({ name: file.name, bytes });
    readBytes += bytes.length;
    onProgress(Math.min(1, readBytes / Math.max(1, totalBytes)));
  }
  if (graph === null) {
    throw new EngineError('MODEL_INVALID', `Variant ${variant.id} of ${model.id} names no graph file`);
  }
  return { graph, externalData };
}
