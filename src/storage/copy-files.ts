/** A user's files on their way into storage: copied, hashed, compared, beside what is installed already. */
import type { IHasher } from 'hash-wasm';
import { EngineError } from '../engine/errors.ts';
import type { ModelFile } from '../engine/models/manifest.ts';
import { encodeName, type InstalledFile } from '../platform/browser/model-files.ts';
import type { ImportRequest } from '../worker/storage-api.ts';
import { finishFile } from './install.ts';
import type { ModelStore, PartFile } from './model-store.ts';

const CHUNK_BYTES = 4 * 1024 * 1024;

export interface CopyOptions {
  readonly store: ModelStore;
  readonly createHasher: () => Promise<IHasher>;
  readonly onProgress: (fraction: number) => void;
}

/** Names for the parts of files that are written beside installed ones, which stay until the marker names the new ones. */
function nameParts(
  files: readonly Pick<ModelFile, 'name'>[],
  installed: readonly Pick<InstalledFile, 'storedName'>[],
): readonly string[] {
  const taken = new Set(installed.map(({ storedName }) => storedName.replace(/\.part$/, '')));
  for (let generation = 1; ; generation += 1) {
    const names = files.map(({ name }) => (generation === 1 ? name : `${name}~${generation}`));
    if (names.every((name) => !taken.has(name) && !taken.has(encodeName(name)))) return names;
  }
}

/** Copies a user's file into a part, piece by piece; returns its size and hash. Throws STORAGE_FULL. */
async function copyBlob(
  blob: Blob,
  part: PartFile,
  hasher: IHasher,
  onBytes: (count: number) => void,
): Promise<{ sizeBytes: number; sha256: string }> {
  part.clear();
  for (let offset = 0; offset < blob.size; offset += CHUNK_BYTES) {
    const bytes = new Uint8Array(await blob.slice(offset, offset + CHUNK_BYTES).arrayBuffer());
    try {
      part.append(bytes);
    } catch (cause) {
      if (!(cause instanceof DOMException && cause.name === 'QuotaExceededError')) throw cause;
      throw new EngineError('STORAGE_FULL', `No space left after ${offset} bytes`, {
        cause,
        details: { neededBytes: blob.size - offset, receivedBytes: offset },
      });
    }
    hasher.update(bytes);
    onBytes(bytes.length);
  }
  return { sizeBytes: blob.size, sha256: hasher.digest() };
}

/**
 * Copies all of a request's files under names that `before` does not use: what is installed stays as it is until a
 * marker names the new ones. Throws STORAGE_FULL, MODEL_CHECKSUM_MISMATCH.
 */
export async function copyFiles(
  { key, files }: Pick<ImportRequest, 'key' | 'files'>,
  before: readonly InstalledFile[],
  { store, createHasher, onProgress }: CopyOptions,
): Promise<readonly InstalledFile[]> {
  const totalBytes = files.reduce((sum, { blob }) => sum + blob.size, 0);
  const partNames = nameParts(
    files.map(({ file }) => file),
    before,
  );
  const installed: InstalledFile[] = [];
  let copiedBytes = 0;
  for (const [index, { file, blob }] of files.entries()) {
    const partName = partNames[index] ?? file.name;
    const hasher = await createHasher();
    const part = await store.openPart(key, partName);
    let copied;
    try {
      copied = await copyBlob(blob, part, hasher, (count) => {
        copiedBytes += count;
        onProgress(copiedBytes / totalBytes);
      });
    } finally {
      part.close();
    }
    const origin = file.sha256 === null ? 'user' : 'catalogue';
    if (file.sha256 !== null && file.sha256 !== copied.sha256) {
      throw new EngineError('MODEL_CHECKSUM_MISMATCH', `${file.name} has sha256 ${copied.sha256}`, {
        details: { expected: file.sha256, actual: copied.sha256, reason: 'chosen-file' },
      });
    }
    installed.push(await finishFile(store, key, file, copied, origin, partName));
  }
  return installed;
}
