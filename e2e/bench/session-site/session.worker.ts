/** The worker of the session benchmark: the app's platform over installed models. */
import { expose } from 'comlink';
import type { ModelBytes } from '../../../src/engine/platform.ts';
import { createBrowserPlatform } from '../../../src/platform/browser/browser-platform.ts';
import { IDENTITY_MODEL } from '../../../src/platform/browser/identity-model.ts';
import { openInstalledModel } from '../../../src/platform/browser/installed-bytes.ts';
import {
  listVariantPath,
  MARKER_NAME,
  type InstalledFile,
  type VariantKey,
} from '../../../src/platform/browser/model-files.ts';

const platform = createBrowserPlatform({ baseUrl: `${self.location.origin}/` });
let buffer: Uint8Array<ArrayBuffer> | null = null;

const keyOf = (name: string): VariantKey => ({ modelId: name, revision: 'bench', variant: 'fp32' });

async function openModel(name: string): Promise<ModelBytes> {
  const bytes = await openInstalledModel(keyOf(name));
  if (bytes === null) throw new Error(`${name} is not installed`);
  return bytes;
}

function requireBuffer(): Uint8Array<ArrayBuffer> {
  if (buffer === null) throw new Error('prepare with a buffer first');
  return buffer;
}

const bench = {
  /** The first file is the graph; laid out as the storage worker lays them out. */
  async install(name: string, urls: readonly string[]): Promise<void> {
    let directory = await navigator.storage.getDirectory();
    for (const part of listVariantPath(keyOf(name))) {
      directory = await directory.getDirectoryHandle(part, { create: true });
    }
    const write = async (fileName: string, content: Blob | string): Promise<void> => {
      const handle = await directory.getFileHandle(fileName, { create: true });
      const writable = await handle.createWritable();
      await writable.write(content);
      await writable.close();
    };
    const files: InstalledFile[] = [];
    for (const [index, url] of urls.entries()) {
      const blob = await (await fetch(url)).blob();
      const storedName = url.split('/').pop() ?? '';
      await write(storedName, blob);
      files.push({
        role: index === 0 ? 'graph' : 'external-data',
        name: storedName,
        storedName,
        sizeBytes: blob.size,
        sha256: '',
        hashOrigin: 'user',
      });
    }
    await write(MARKER_NAME, JSON.stringify({ schemaVersion: 1, files, installedAtMs: 0 }));
  },
  /** The runtime is up when it resolves, as it is in an app where a model is chosen. `bufferUrl`: a model to hold in memory. */
  async prepare(bufferUrl: string | null): Promise<void> {
    await platform.configure(
      { executionProvider: 'wasm', threads: 1, allowFallbackAdapter: false },
      () => undefined,
    );
    const first = await platform.createSession({
      graph: new Uint8Array(IDENTITY_MODEL),
      externalData: [],
    });
    await first.release();
    if (bufferUrl !== null) buffer = new Uint8Array(await (await fetch(bufferUrl)).arrayBuffer());
  },
  /** Milliseconds to a session: of the installed files, or (null) of the buffer. */
  async create(name: string | null): Promise<number> {
    const startedMs = performance.now();
    const bytes = name === null ? { graph: requireBuffer(), externalData: [] } : await openModel(name);
    await platform.createSession(bytes);
    bytes.close?.();
    return performance.now() - startedMs;
  },
  /** With `--expose-gc`: what nobody holds any more is not counted. */
  async collect(): Promise<void> {
    const { gc } = globalThis as { readonly gc?: () => void };
    for (let round = 0; round < 3; round++) {
      gc?.();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  },
};

export type SessionBench = typeof bench;
expose(bench);
