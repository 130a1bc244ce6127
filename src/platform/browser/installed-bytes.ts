/** Reads installed models for a session. Weights are left on disk until the runtime copies them, where that can be done. */
import { separateWeights } from '../../engine/models/onnx-weights.ts';
import { createArraySource } from '../../engine/models/protobuf.ts';
import type { ModelBytes } from '../../engine/platform.ts';
import { asExternalData, createHeldSource, holdFile, type HeldFile } from './held-file.ts';
import {
  filesLockName,
  listVariantPath,
  openDirectory,
  readMarker,
  type InstalledFile,
  type VariantKey,
} from './model-files.ts';

type ExternalFile = ModelBytes['externalData'][number];

/** A file, held open where it can be; else all of it in memory. */
type Opened = { readonly held: HeldFile } | { readonly bytes: Uint8Array<ArrayBuffer> };

async function openEntry(directory: FileSystemDirectoryHandle, entry: InstalledFile): Promise<Opened> {
  const handle = await directory.getFileHandle(entry.storedName);
  const held = await holdFile(handle, entry.sizeBytes);
  return held === null ? { bytes: new Uint8Array(await (await handle.getFile()).arrayBuffer()) } : { held };
}

function toExternalFile(name: string, opened: Opened): ExternalFile {
  return { name, bytes: 'held' in opened ? asExternalData(opened.held) : opened.bytes };
}

/** A graph's file: the graph without its weights, and the file that they are in; the whole file where nothing is gained. */
export async function splitGraph(
  name: string,
  opened: Opened,
): Promise<{ graph: Uint8Array<ArrayBuffer>; weights: ExternalFile[] }> {
  const source = 'held' in opened ? createHeldSource(opened.held) : createArraySource(opened.bytes);
  // What is wrong with the file is told by the runtime, of the whole.
  const graph = await separateWeights(source, name).catch(() => null);
  if (graph !== null) return { graph, weights: [toExternalFile(name, opened)] };
  if ('bytes' in opened) return { graph: opened.bytes, weights: [] };
  const whole = new Uint8Array(opened.held.sizeBytes);
  opened.held.read(0, whole);
  return { graph: whole, weights: [] };
}

/** Everything that `openInstalledModel` holds; freed by `close`. */
async function openFiles(
  directory: FileSystemDirectoryHandle,
  files: readonly InstalledFile[],
): Promise<Omit<ModelBytes, 'close'> & { close(): void }> {
  const held: HeldFile[] = [];
  const close = () => {
    for (const file of held.splice(0)) file.close();
  };
  try {
    let graph: Uint8Array<ArrayBuffer> | null = null;
    const externalData: ExternalFile[] = [];
    for (const entry of files) {
      const opened = await openEntry(directory, entry);
      if ('held' in opened) held.push(opened.held);
      if (entry.role === 'external-data') externalData.push(toExternalFile(entry.name, opened));
      else {
        const split = await splitGraph(entry.name, opened);
        graph = split.graph;
        externalData.push(...split.weights);
      }
    }
    if (graph === null) throw new TypeError('an installed model without a graph');
    return { graph, externalData, close };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * An installed model, or null when it is not installed (or there is no private file system). Any worker may call it,
 * many at once. The files stay as they are, neither deleted nor replaced, until `close` is called.
 */
export async function openInstalledModel(key: VariantKey): Promise<ModelBytes | null> {
  // Missing on plain http and in old browsers, whatever the types say.
  const storage = navigator.storage as Partial<StorageManager> | undefined;
  if (storage?.getDirectory === undefined) return null;
  const root = await storage.getDirectory();
  return await new Promise((resolve, reject) => {
    navigator.locks
      .request(filesLockName(key), { mode: 'shared' }, async () => {
        const directory = await openDirectory(root, listVariantPath(key));
        const marker = directory === null ? null : await readMarker(directory);
        if (directory === null || marker === null) return resolve(null);
        const opened = await openFiles(directory, marker.files);
        await new Promise<void>((release) => {
          const close = () => {
            opened.close();
            release();
          };
          resolve({ ...opened, close });
        });
      })
      .catch(reject);
  });
}
