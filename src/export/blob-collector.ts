/** Collects bytes into a Blob. Full parts become Blobs at once: browsers may keep those on disk, so that a large file never lies in the heap as a whole. */

const PART_BYTES = 4 * 1024 * 1024;

export interface BlobCollector {
  add(...chunks: BlobPart[]): void;
  finish(type: string): Blob;
}

function sizeOf(chunk: BlobPart): number {
  return typeof chunk === 'string' ? chunk.length : chunk instanceof Blob ? chunk.size : chunk.byteLength;
}

export function createBlobCollector(): BlobCollector {
  const blobs: Blob[] = [];
  let pending: BlobPart[] = [];
  let pendingBytes = 0;
  return {
    add(...chunks) {
      for (const chunk of chunks) {
        pending.push(chunk);
        pendingBytes += sizeOf(chunk);
      }
      if (pendingBytes < PART_BYTES) return;
      blobs.push(new Blob(pending));
      pending = [];
      pendingBytes = 0;
    },
    finish: (type) => new Blob([...blobs, ...pending], { type }),
  };
}
