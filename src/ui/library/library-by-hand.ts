/** For tests: a library whose client, pictures, storage and other tabs are played by hand. */
import { onTestFinished } from 'vitest';
import type {
  ClientSnapshot,
  EnqueueRequest,
  InferenceClient,
  TaskView,
} from '../../client/inference-client.types.ts';
import type { PictureClient } from '../../client/picture-client.types.ts';
import { EngineError } from '../../engine/errors.ts';
import { findModel } from '../../engine/models/catalogue.ts';
import { useLibraryStore, type LibraryImage } from '../stores/library-store.ts';
import { createLibraryCommands } from './library-commands.ts';
import type { LibraryPersistence } from './library-persistence.ts';
import type { LibraryInside, TabMessage } from './tab-messages.ts';

const NOT_ASKED = () => Promise.reject(new Error('not asked for here'));

/** The client's side of the contract, driven by hand: tasks end when the test says so. */
function createHandClient() {
  let tasks = new Map<string, TaskView>();
  const listeners = new Set<() => void>();
  const requests: EnqueueRequest[] = [];
  const prioritized: string[] = [];
  const change = (id: string, view: TaskView | null) => {
    tasks = new Map(tasks);
    if (view === null) tasks.delete(id);
    else tasks.set(id, view);
    for (const listener of listeners) listener();
  };
  const client: InferenceClient = {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => ({ tasks }) as Partial<ClientSnapshot> as ClientSnapshot,
    configure: () => undefined,
    warmUp: () => undefined,
    rest: () => undefined,
    enqueue: (request) => {
      requests.push(request);
      change(request.taskId, { state: 'queued', position: 1 });
    },
    prioritize: (id) => prioritized.push(id),
    cancel: (id) => tasks.has(id) && change(id, { state: 'cancelled' }),
    cancelAll: () => {
      for (const [id, { state }] of tasks) if (state === 'queued') change(id, { state: 'cancelled' });
    },
    forget: (ids) => ids.forEach((id) => change(id, null)),
    getResult: NOT_ASKED,
    clearResultCache: NOT_ASKED,
    setLiveRunning: () => undefined,
    dismissNotice: () => undefined,
    dispose: () => undefined,
  };
  return { client, requests, prioritized, change };
}

/** A file of so many bytes says what it is, and cannot be decoded. */
export const DAMAGED_SIZE = 13;

/** The library over these doors; the stores are the app's. */
export function setUpLibrary(kept: readonly LibraryImage[] = [], replacement: Blob | null = null) {
  const hand = createHandClient();
  const stored = new Map(kept.map((image) => [image.id, image]));
  let decoding: Promise<unknown> = Promise.resolve();
  const pictures: Pick<PictureClient, 'inspect'> = {
    inspect: async (file, { onIdentified }) => {
      if (file.size === 0) throw new EngineError('IMAGE_EMPTY', 'empty file');
      const identified = {
        sha256: `sha-${file.size}`,
        widthPx: 4,
        heightPx: 3,
        format: 'png',
        replacement,
      };
      await Promise.resolve();
      onIdentified?.(identified);
      await decoding;
      if (file.size === DAMAGED_SIZE) throw new EngineError('IMAGE_DECODE_FAILED', 'damaged file');
      return { ...identified, thumbnail: new Blob(['t']), hints: [] };
    },
  };
  const persistence: LibraryPersistence = {
    restore: async () => kept,
    save: (images) => images.forEach((image) => stored.set(image.id, image)),
    // As the real one: facts only, the bytes stay as they were saved.
    update: (images) =>
      images.forEach((image) => {
        const before = stored.get(image.id);
        if (before) stored.set(image.id, { ...image, source: before.source });
      }),
    flush: () => undefined,
    remove: (ids) => ids.forEach((id) => stored.delete(id)),
    clear: async () => stored.clear(),
    setEnabled: () => undefined,
    isKept: () => true,
    adopt: (images) => images.forEach((image) => stored.set(image.id, image)),
    forget: (ids) => ids.forEach((id) => stored.delete(id)),
    measure: async () => null,
  };
  let isEmptied = false;
  let inside: LibraryInside | null = null;
  const told: TabMessage[] = [];
  const library = createLibraryCommands({
    client: hand.client,
    pictures: pictures as PictureClient,
    persistence,
    emptiedFlag: { isSet: () => isEmptied, set: (next) => (isEmptied = next) },
    findModel,
    openTabs: async (forTabs) => {
      inside = forTabs;
      return { post: (message) => told.push(message), greet: async () => undefined, close: () => undefined };
    },
  });
  onTestFinished(library.dispose);
  const images = () => useLibraryStore.getState().images;
  const settle = () => new Promise((resolve) => setTimeout(resolve, 120));
  const file = (name: string, size = 1) => ({ name, blob: new Blob([new Uint8Array(size)]) });
  return {
    ...hand,
    library,
    stored,
    images,
    settle,
    file,
    /** Files are identified, and wait to be decoded. */
    holdDecoding() {
      let decode = () => {};
      decoding = new Promise<void>((resolve) => (decode = resolve));
      return () => decode();
    },
    isEmptied: () => isEmptied,
    told,
    inside: () => inside,
  };
}

export function makeKept(id: string, outcome: LibraryImage['outcome']): LibraryImage {
  return {
    id,
    name: `${id}.jpg`,
    source: new Blob(['x']),
    addedAtMs: 1,
    sha256: `sha-${id}`,
    widthPx: 4,
    heightPx: 3,
    thumbnail: new Blob(['t']),
    hints: [],
    isSample: false,
    outcome,
  };
}
