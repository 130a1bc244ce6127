/** The hash of bytes that are on disk already, read piece by piece. */
import type { IHasher } from 'hash-wasm';
import type { PartFile } from './model-store.ts';

const HASH_CHUNK_BYTES = 4 * 1024 * 1024;

/** Feeds what is already in the part to the hasher: a resumed part is read again, so that the hash covers the disk. */
export async function hashPart(
  part: PartFile,
  hasher: IHasher,
  signal: AbortSignal,
  onChunk: () => void,
): Promise<void> {
  for (let offset = 0; offset < part.sizeBytes; offset += HASH_CHUNK_BYTES) {
    signal.throwIfAborted();
    hasher.update(part.read(offset, HASH_CHUNK_BYTES));
    onChunk();
    // Lets a cancel through between chunks.
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** Hash of a stored file. */
export async function hashBlob(
  blob: Blob,
  hasher: IHasher,
  onBytes: (count: number) => void,
): Promise<string> {
  for (let offset = 0; offset < blob.size; offset += HASH_CHUNK_BYTES) {
    const bytes = new Uint8Array(await blob.slice(offset, offset + HASH_CHUNK_BYTES).arrayBuffer());
    hasher.update(bytes);
    onBytes(bytes.length);
  }
  return hasher.digest();
}
