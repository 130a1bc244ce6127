/** Blobs at rest: as they are, or as type and bytes where IndexedDB takes no Blob (a private window of Safari). */
import * as z from 'zod/mini';

const packedBlob = z.object({ type: z.string(), bytes: z.instanceof(ArrayBuffer) });

export type PackedBlob = z.infer<typeof packedBlob>;
export type StoredBlob = Blob | PackedBlob;

export const storedBlob = z.union([z.instanceof(Blob), packedBlob]);

/** Rejects for a file that can no longer be read. */
export async function packBlob(blob: Blob): Promise<PackedBlob> {
  return { type: blob.type, bytes: await blob.arrayBuffer() };
}

export function unpackBlob(stored: StoredBlob): Blob {
  return stored instanceof Blob ? stored : new Blob([stored.bytes], { type: stored.type });
}

/** null for what is neither. */
export function readStoredBlob(stored: unknown): Blob | null {
  const parsed = storedBlob.safeParse(stored);
  return parsed.success ? unpackBlob(parsed.data) : null;
}
