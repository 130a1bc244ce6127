/** A ZIP of files that lie in Blobs (client-zip streams; pictures are deflated already, so nothing is compressed again). */
import { makeZip } from 'client-zip';
import { createBlobCollector } from './blob-collector.ts';

export interface ZippedFile {
  /** Unique in the ZIP; that is the caller's matter. */
  readonly name: string;
  readonly content: Blob;
}

/** At no time more than some megabytes are in the heap. Rejects when a file cannot be read. */
export async function composeZip(files: readonly ZippedFile[], date: Date): Promise<Blob> {
  // One after the other: each is opened when it is its turn.
  function* listEntries() {
    for (const { name, content } of files) {
      yield { name, input: content.stream(), size: content.size, lastModified: date };
    }
  }
  const zip = createBlobCollector();
  const reader = makeZip(listEntries(), { buffersAreUTF8: true }).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return zip.finish('application/zip');
    // client-zip reuses nothing, but its type does not say that the buffer is not shared.
    zip.add(value as Uint8Array<ArrayBuffer>);
  }
}
