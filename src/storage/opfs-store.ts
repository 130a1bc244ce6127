/** Model files in the origin's private file system, written through synchronous access handles (dedicated workers only). */
import { EngineError } from '../engine/errors.ts';
import {
  encodeName,
  ignoreNotFound,
  listVariantPath,
  MANIFEST_NAME,
  MARKER_NAME,
  MODELS_DIRECTORY,
  openDirectory,
  openFile,
  readMarker,
  type VariantKey,
} from '../platform/browser/model-files.ts';
import type { DownloadRecord, ModelStore, StoredVariant } from './model-store.ts';
import { isMovable, listEntries, makeDirectory, readJson, removeEntry, writeText } from './opfs-entries.ts';
import { openSyncPart } from './opfs-part.ts';

const RECORD_NAME = 'download.json';
const PINS_NAME = 'pins.json';
const PART_SUFFIX = '.part';
/** The notes beside a model's files. */
const RECORDS = /\.json(\.new)?$/;

/** The store, or null where the browser has no private file system or no synchronous handles (private windows). */
export async function openOpfsStore(): Promise<ModelStore | null> {
  if (typeof FileSystemFileHandle === 'undefined') return null;
  if (!('createSyncAccessHandle' in FileSystemFileHandle.prototype)) return null;
  try {
    const root = await navigator.storage.getDirectory();
    await tryHandle(await root.getDirectoryHandle(MODELS_DIRECTORY, { create: true }));
    return createOpfsStore(root);
  } catch {
    return null; // SecurityError, NotAllowedError, or a broken profile: memory serves
  }
}

/** Throws where handles can be asked for and not be had, as in WebKitGTK. A file of its own: no other tab has it open. */
async function tryHandle(directory: FileSystemDirectoryHandle): Promise<void> {
  const name = `probe-${crypto.randomUUID()}.tmp`;
  const file = await directory.getFileHandle(name, { create: true });
  try {
    (await file.createSyncAccessHandle()).close();
  } finally {
    await directory.removeEntry(name);
  }
}

function parseRecord(json: unknown): DownloadRecord | null {
  const record = json as Partial<DownloadRecord> | null;
  return record?.schemaVersion === 1 && typeof record.files === 'object' ? (record as DownloadRecord) : null;
}

function createOpfsStore(root: FileSystemDirectoryHandle): ModelStore {
  const models = () => makeDirectory(root, [MODELS_DIRECTORY]);

  async function describeDirectory(
    key: VariantKey,
    directory: FileSystemDirectoryHandle,
  ): Promise<StoredVariant> {
    let sizeBytes = 0;
    for (const handle of await listEntries(directory)) {
      if (handle.kind === 'file' && !RECORDS.test(handle.name)) {
        sizeBytes += (await handle.getFile().catch(ignoreNotFound))?.size ?? 0;
      }
    }
    return {
      key,
      sizeBytes,
      marker: await readMarker(directory),
      download: parseRecord(await readJson(directory, RECORD_NAME)),
    };
  }

  return {
    kind: 'opfs',

    async list() {
      const found: StoredVariant[] = [];
      for (const model of await listEntries(await models())) {
        if (model.kind !== 'directory') continue;
        for (const revision of await listEntries(model)) {
          if (revision.kind !== 'directory') continue;
          for (const variant of await listEntries(revision)) {
            if (variant.kind !== 'directory') continue;
            const [modelId = '', revisionId = '', variantId = ''] = [
              model.name,
              revision.name,
              variant.name,
            ].map(decodeURIComponent);
            const key = { modelId, revision: revisionId, variant: variantId };
            found.push(await describeDirectory(key, variant));
          }
        }
      }
      return found;
    },

    async describe(key) {
      const directory = await openDirectory(root, listVariantPath(key));
      return directory === null
        ? { key, marker: null, download: null, sizeBytes: 0 }
        : await describeDirectory(key, directory);
    },

    async openPart(key, name) {
      try {
        const directory = await makeDirectory(root, listVariantPath(key));
        const file = await directory.getFileHandle(encodeName(name) + PART_SUFFIX, { create: true });
        return openSyncPart(await file.createSyncAccessHandle());
      } catch (cause) {
        const isFull = cause instanceof DOMException && cause.name === 'QuotaExceededError';
        throw new EngineError(
          isFull ? 'STORAGE_FULL' : 'STORAGE_UNAVAILABLE',
          `Cannot open a file for "${name}"`,
          { cause },
        );
      }
    },

    async finishPart(key, name) {
      const directory = await makeDirectory(root, listVariantPath(key));
      const partName = encodeName(name) + PART_SUFFIX;
      const handle = await directory.getFileHandle(partName);
      // Without `move` the part keeps its name: the marker says which files are whole, and copying would double the space.
      if (!isMovable(handle)) return partName;
      await removeEntry(directory, encodeName(name));
      await handle.move(directory, encodeName(name));
      return encodeName(name);
    },

    async writeDownloadRecord(key, record) {
      const directory = await makeDirectory(root, listVariantPath(key));
      if (record === null) await removeEntry(directory, RECORD_NAME);
      else await writeText(directory, RECORD_NAME, JSON.stringify(record));
    },

    async writeMarker(key, marker) {
      const directory = await makeDirectory(root, listVariantPath(key));
      await writeText(directory, MARKER_NAME, JSON.stringify(marker));
    },

    async openFile(key, storedName) {
      const directory = await openDirectory(root, listVariantPath(key));
      return directory === null ? null : await openFile(directory, storedName);
    },

    async prune(key, storedNames) {
      const directory = await openDirectory(root, listVariantPath(key));
      if (directory === null) return;
      for (const { kind, name } of await listEntries(directory)) {
        if (kind === 'file' && !RECORDS.test(name) && !storedNames.includes(name)) {
          await removeEntry(directory, name);
        }
      }
    },

    async remove(key) {
      const path = listVariantPath(key);
      const directory = await openDirectory(root, path);
      if (directory === null) return;
      await removeEntry(directory, MARKER_NAME);
      const parent = await openDirectory(root, path.slice(0, -1));
      if (parent !== null) await removeEntry(parent, path.at(-1) ?? '');
    },

    async readUserManifests() {
      const texts: string[] = [];
      for (const model of await listEntries(await models())) {
        if (model.kind !== 'directory') continue;
        const file = await openFile(model, MANIFEST_NAME);
        if (file !== null) texts.push(await file.text());
      }
      return texts;
    },

    async writeUserManifest(modelId, json) {
      const name = encodeName(modelId);
      if (json === null) await removeEntry(await models(), name);
      else await writeText(await makeDirectory(root, [MODELS_DIRECTORY, name]), MANIFEST_NAME, json);
    },

    async readPins() {
      return ((await readJson(await models(), PINS_NAME)) ?? {}) as Readonly<Record<string, string>>;
    },

    async writePin(name, sha256) {
      const pins = await this.readPins();
      await writeText(await models(), PINS_NAME, JSON.stringify({ ...pins, [name]: sha256 }));
    },
  };
}
