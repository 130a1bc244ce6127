/** A ZIP that grows file by file: at no time more than one file is held besides what was written (client-zip streams). */
import { makeZip } from 'client-zip';
import { createBlobCollector } from './blob-collector.ts';

export interface ZipWriter {
  /** Resolves when the file is in the ZIP. Pictures are deflated already, so nothing is compressed again. */
  add(name: string, content: Blob): Promise<void>;
  finish(): Promise<Blob>;
}

interface Entry {
  readonly name: string;
  readonly content: Blob;
  taken(): void;
}

export function createZipWriter(): ZipWriter {
  const file = createBlobCollector();
  let offer: (entry: Entry | null) => void = () => {};
  let next = new Promise<Entry | null>((resolve) => (offer = resolve));

  async function* listEntries() {
    for (;;) {
      const entry = await next;
      if (entry === null) return;
      next = new Promise((resolve) => (offer = resolve));
      yield { name: entry.name, input: entry.content.stream(), size: entry.content.size };
      // Asked for the following entry: this one has been written.
      entry.taken();
    }
  }

  async function collect(): Promise<void> {
    const reader = makeZip(listEntries(), { buffersAreUTF8: true }).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      // client-zip reuses nothing, but its type does not say that the buffer is not shared.
      file.add(value as Uint8Array<ArrayBuffer>);
    }
  }

  const collected = collect();
  collected.catch(() => {});
  return {
    async add(name, content) {
      const written = new Promise<void>((resolve) => offer({ name, content, taken: resolve }));
      await Promise.race([written, collected]);
    },
    async finish() {
      offer(null);
      await collected;
      return file.finish('application/zip');
    },
  };
}
