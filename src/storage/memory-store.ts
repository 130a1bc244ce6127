/** Model files in memory, for browsers and modes without a private file system: gone with the page, and said so. */
import { EngineError } from '../engine/errors.ts';
import { formatVariantKey, type InstalledMarker, type VariantKey } from '../platform/browser/model-files.ts';
import type { DownloadRecord, ModelStore, PartFile, StoredVariant } from './model-store.ts';

interface Entry {
  readonly key: VariantKey;
  readonly parts: Map<string, Uint8Array<ArrayBuffer>[]>;
  readonly files: Map<string, Blob>;
  marker: InstalledMarker | null;
  download: DownloadRecord | null;
}

function sumLength(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}

function createMemoryPart(chunks: Uint8Array<ArrayBuffer>[]): PartFile {
  let sizeBytes = sumLength(chunks);
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    append(bytes) {
      try {
        chunks.push(bytes.slice());
      } catch (cause) {
        throw new EngineError('OUT_OF_MEMORY', `No memory for ${bytes.length} bytes more`, { cause });
      }
      sizeBytes += bytes.length;
    },
    read(offset, length) {
      const out = new Uint8Array(Math.max(0, Math.min(length, sizeBytes - offset)));
      let start = 0;
      for (const chunk of chunks) {
        const from = Math.max(0, offset - start);
        const to = Math.min(chunk.length, offset + out.length - start);
        if (from < to) out.set(chunk.subarray(from, to), start + from - offset);
        start += chunk.length;
      }
      return out;
    },
    clear() {
      chunks.length = 0;
      sizeBytes = 0;
    },
    close() {},
  };
}

export function createMemoryStore(): ModelStore {
  const entries = new Map<string, Entry>();
  const manifests = new Map<string, string>();
  const pins: Record<string, string> = {};

  const entryOf = (key: VariantKey): Entry => {
    const name = formatVariantKey(key);
    const found = entries.get(name);
    if (found !== undefined) return found;
    const made: Entry = { key, parts: new Map(), files: new Map(), marker: null, download: null };
    entries.set(name, made);
    return made;
  };
  const describeEntry = (entry: Entry): StoredVariant => ({
    key: entry.key,
    marker: entry.marker,
    download: entry.download,
    sizeBytes:
      [...entry.parts.values()].reduce((sum, chunks) => sum + sumLength(chunks), 0) +
      [...entry.files.values()].reduce((sum, file) => sum + file.size, 0),
  });

  return {
    kind: 'memory',
    list: () => Promise.resolve([...entries.values()].map(describeEntry)),
    describe: (key) => Promise.resolve(describeEntry(entryOf(key))),
    openPart(key, name) {
      const { parts } = entryOf(key);
      const chunks = parts.get(name) ?? [];
      parts.set(name, chunks);
      return Promise.resolve(createMemoryPart(chunks));
    },
    finishPart(key, name) {
      const entry = entryOf(key);
      entry.files.set(name, new Blob(entry.parts.get(name) ?? []));
      entry.parts.delete(name);
      return Promise.resolve(name);
    },
    writeDownloadRecord(key, record) {
      entryOf(key).download = record;
      return Promise.resolve();
    },
    writeMarker(key, marker) {
      entryOf(key).marker = marker;
      return Promise.resolve();
    },
    openFile: (key, storedName) => Promise.resolve(entryOf(key).files.get(storedName) ?? null),
    prune(key, storedNames) {
      const { files, parts } = entryOf(key);
      for (const name of files.keys()) if (!storedNames.includes(name)) files.delete(name);
      parts.clear();
      return Promise.resolve();
    },
    remove(key) {
      entries.delete(formatVariantKey(key));
      return Promise.resolve();
    },
    readUserManifests: () => Promise.resolve([...manifests.values()]),
    writeUserManifest(modelId, json) {
      if (json === null) manifests.delete(modelId);
      else manifests.set(modelId, json);
      return Promise.resolve();
    },
    readPins: () => Promise.resolve({ ...pins }),
    writePin(name, sha256) {
      pins[name] = sha256;
      return Promise.resolve();
    },
  };
}
