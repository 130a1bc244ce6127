/** Composition root of the storage worker: model storage over the private file system, or memory, over Comlink. */
import { expose } from 'comlink';
import { createSHA256 } from 'hash-wasm';
import type { Reply } from '../engine/api.ts';
import { EngineError, toWireError } from '../engine/errors.ts';
import { inspectFiles } from '../storage/inspect-files.ts';
import { createLocalLocks, createWebLocks } from '../storage/locks.ts';
import { createMemoryStore } from '../storage/memory-store.ts';
import { createModelStorage, type ModelStorage } from '../storage/model-storage.ts';
import { openOpfsStore } from '../storage/opfs-store.ts';
import { createTabChannel, NO_TABS } from '../storage/tab-channel.ts';
import type { ModelStore } from '../storage/model-store.ts';
import type { StorageWorkerApi } from './storage-api.ts';

let opened: { readonly store: ModelStore; readonly storage: ModelStorage } | null = null;

function requireOpened(): { readonly store: ModelStore; readonly storage: ModelStorage } {
  if (opened === null) throw new EngineError('INTERNAL', 'The storage worker was not connected');
  return opened;
}

/** Ends with the signal; both listeners go. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

async function reply<T>(run: () => Promise<T>): Promise<Reply<T>> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    return { ok: false, error: toWireError(error) };
  }
}

const api: StorageWorkerApi = {
  connect: (onEvent) =>
    reply(async () => {
      const store = (await openOpfsStore()) ?? createMemoryStore();
      const storage = createModelStorage({
        store,
        download: {
          fetch: (input, init) => fetch(input, init),
          createHasher: createSHA256,
          sleep,
          random: Math.random,
          isOnline: () => navigator.onLine,
        },
        ...(store.kind === 'opfs'
          ? { locks: createWebLocks(navigator.locks), channel: createTabChannel() }
          : { locks: createLocalLocks(), channel: NO_TABS }),
        now: Date.now,
        // Missing on plain http, whatever the types say.
        estimate: async () => (await (navigator.storage as StorageManager | undefined)?.estimate()) ?? {},
        onceOnline: (callback) => self.addEventListener('online', callback, { once: true }),
        onEvent: (event) => onEvent([event]),
      });
      opened = { store, storage };
      await storage.scan();
      return { kind: store.kind, userManifests: await store.readUserManifests() };
    }),
  download: (request) => requireOpened().storage.download(request),
  pause: (key) => Promise.resolve(requireOpened().storage.pause(key)),
  cancel: (key) => requireOpened().storage.cancel(key),
  remove: (key) => requireOpened().storage.remove(key),
  verify: (key) => requireOpened().storage.verify(key),
  inspect: (files) => reply(() => inspectFiles(files)),
  importFiles: (request) =>
    reply(async () => {
      await requireOpened().storage.importFiles(request);
      return null;
    }),
  removeUserModel: (modelId) =>
    reply(async () => {
      await requireOpened().store.writeUserManifest(modelId, null);
      return null;
    }),
  readUserManifests: () => requireOpened().store.readUserManifests(),
  measureUsage: () => requireOpened().storage.measureUsage(),
};

// Synchronously: messages that arrive before are lost, and their calls would hang.
expose(api);
