/** Object URLs of Blobs, one for all who show the same Blob, so that the browser has its picture decoded already. */

export interface ObjectUrls {
  /** The same address for the same Blob until the last `release`. */
  acquire(blob: Blob): string;
  release(blob: Blob): void;
}

export function createObjectUrls(
  registry: Pick<typeof URL, 'createObjectURL' | 'revokeObjectURL'> = URL,
): ObjectUrls {
  const entries = new Map<Blob, { readonly url: string; userCount: number }>();
  return {
    acquire(blob) {
      const entry = entries.get(blob) ?? { url: registry.createObjectURL(blob), userCount: 0 };
      entry.userCount += 1;
      entries.set(blob, entry);
      return entry.url;
    },
    release(blob) {
      const entry = entries.get(blob);
      if (entry === undefined) return;
      entry.userCount -= 1;
      if (entry.userCount > 0) return;
      entries.delete(blob);
      registry.revokeObjectURL(entry.url);
    },
  };
}
