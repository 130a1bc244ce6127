/**
 * What a user does with pictures: import, retry, cancel, remove, run again. Importing enqueues by command;
 * components only watch. Owns the way of a picture: file -> inspection -> task -> outcome -> storage.
 */
import type { InferenceClient, TaskView } from '../../client/inference-client.types.ts';
import type { PictureClient } from '../../client/picture-client.types.ts';
import type { TaskId } from '../../engine/api.ts';
import { toWireError } from '../../engine/errors.ts';
import type { ModelManifest } from '../../engine/models/manifest.ts';
import { useLibraryStore, type LibraryImage, type Outcome } from '../stores/library-store.ts';
import { useSettingsStore } from '../stores/settings-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import { taskIdOf } from '../task-id.ts';
import { createChangeBuffer } from './change-buffer.ts';
import type { EmptiedFlag } from './emptied-flag.ts';
import { resolveChosenModel } from './chosen-model.ts';
import { createInspectionQueue } from './inspection-queue.ts';
import { MAX_LIBRARY_COUNT } from './library-limits.ts';
import type { LibraryPersistence } from './library-persistence.ts';

export interface ImportFile {
  readonly name: string;
  readonly blob: Blob;
}

export interface LibraryCommands {
  /** Adds pictures, selects the first and starts their work. Returns how many did not fit. */
  importFiles(
    files: readonly ImportFile[],
    options?: { readonly isSample?: boolean },
  ): { readonly leftOutCount: number };
  /** Shows a picture of ours that gives way to the first import and is not kept. */
  showDemo(file: ImportFile): void;
  /** Brings back what an earlier visit left, and continues it. */
  restore(): Promise<void>;
  /** Shows the picture and moves its task to the front. */
  select(id: string): void;
  /** Shows the next (1) or the previous (-1) picture; stops at the ends. */
  step(direction: 1 | -1): void;
  retry(id: string): void;
  /** Computes finished pictures again with the settings of now. */
  rerun(ids: readonly string[]): void;
  cancel(id: string): void;
  cancelAll(): void;
  remove(ids: readonly string[]): void;
  /** Removes everything, here and in storage. */
  clear(): Promise<void>;
  dispose(): void;
}

interface LibraryCommandsOptions {
  readonly client: InferenceClient;
  readonly pictures: PictureClient;
  readonly persistence: LibraryPersistence;
  readonly emptiedFlag: EmptiedFlag;
  readonly findModel: (id: string) => ModelManifest | undefined;
  readonly now?: () => number;
}

/** Two files at a time: one is decoded while the other is read and hashed. */
const INSPECTIONS_AT_ONCE = 2;

function toOutcome(task: TaskView): Outcome | null {
  switch (task.state) {
    case 'done':
    case 'cancelled':
      return { state: task.state };
    case 'failed':
      return { state: 'failed', error: task.error };
    case 'queued':
    case 'processing':
      return null;
  }
}

export function createLibraryCommands(options: LibraryCommandsOptions): LibraryCommands {
  const { client, pictures, persistence, emptiedFlag, findModel, now = Date.now } = options;
  const library = () => useLibraryStore.getState();
  const find = (id: string) => library().images.find((image) => image.id === id);

  const buffer = createChangeBuffer((changes) => {
    library().update(changes);
    persistence.update(library().images.filter((image) => changes.has(image.id)));
  });

  function enqueue(image: LibraryImage): void {
    if (image.sha256 === null) return;
    client.enqueue({
      taskId: taskIdOf(image.id),
      source: image.source,
      sourceSha256: image.sha256,
      pipeline: 'depth-estimation',
      ...resolveChosenModel(useSettingsStore.getState(), findModel),
    });
  }

  const inspections = createInspectionQueue({
    concurrency: INSPECTIONS_AT_ONCE,
    getPreferredId: () => useViewStore.getState().selectedImageId,
    async inspect(id, signal) {
      const image = find(id);
      if (image === undefined) return;
      const inspection = await pictures.inspect(image.source, { signal });
      if (signal.aborted || find(id) === undefined) return;
      const source = inspection.replacement ?? image.source;
      const { sha256, widthPx, heightPx, thumbnail, hints } = inspection;
      buffer.push(id, { source, sha256, widthPx, heightPx, thumbnail, hints });
      enqueue({ ...image, source, sha256 });
      if (useViewStore.getState().selectedImageId === id) client.prioritize(taskIdOf(id));
    },
    onError: (id, error) => buffer.push(id, { outcome: { state: 'failed', error: toWireError(error) } }),
  });

  function start(images: readonly LibraryImage[]): void {
    for (const image of images) if (image.sha256 !== null) enqueue(image);
    inspections.add(images.filter((image) => image.sha256 === null).map((image) => image.id));
  }

  let demoId: string | null = null;

  // Ends of tasks become outcomes, so that they outlive the page.
  let seen: ReadonlyMap<TaskId, TaskView> = new Map();
  function watchTasks(): void {
    const { tasks } = client.getSnapshot();
    if (tasks === seen) return;
    for (const image of library().images) {
      const taskId = taskIdOf(image.id);
      const task = tasks.get(taskId);
      if (task === undefined || task === seen.get(taskId)) continue;
      const outcome = toOutcome(task);
      if (outcome !== null) buffer.push(image.id, { outcome });
    }
    seen = tasks;
  }
  const unsubscribe = client.subscribe(watchTasks);

  function select(id: string): void {
    useViewStore.getState().select(id);
    client.prioritize(taskIdOf(id));
  }

  function add(files: readonly ImportFile[], isSample: boolean): readonly LibraryImage[] {
    const addedAtMs = now();
    const images = files.map((file, index): LibraryImage => ({
      id: crypto.randomUUID(),
      name: file.name,
      source: file.blob,
      // Fractions keep the order within one import.
      addedAtMs: addedAtMs + index / 1000,
      sha256: null,
      widthPx: null,
      heightPx: null,
      thumbnail: null,
      hints: [],
      isSample,
      outcome: { state: 'open' },
    }));
    const first = images[0];
    if (first !== undefined) {
      library().add(images);
      select(first.id);
      inspections.add(images.map((image) => image.id));
    }
    return images;
  }

  function reopen(ids: readonly string[]): LibraryImage[] {
    for (const id of ids) buffer.push(id, { outcome: { state: 'open' } });
    buffer.flush();
    const wanted = new Set(ids);
    return library().images.filter((image) => wanted.has(image.id));
  }

  function remove(ids: readonly string[]): void {
    const { images } = library();
    const gone = new Set(ids);
    const { selectedImageId } = useViewStore.getState();
    const index = images.findIndex((image) => image.id === selectedImageId);
    for (const id of ids) inspections.cancel(id);
    client.forget(ids.map((id) => taskIdOf(id)));
    library().remove(ids);
    persistence.remove(ids);
    if (library().images.length === 0) emptiedFlag.set(true);
    if (selectedImageId !== null && gone.has(selectedImageId)) {
      // The next one that stays, else the one before.
      const next =
        images.slice(index + 1).find((image) => !gone.has(image.id)) ??
        images.slice(0, index).findLast((image) => !gone.has(image.id));
      if (next) select(next.id);
      else useViewStore.getState().select(null);
    }
  }

  return {
    importFiles(files, { isSample = false } = {}) {
      const demo = demoId === null ? undefined : find(demoId);
      const room = MAX_LIBRARY_COUNT - library().images.length;
      const images = add(files.slice(0, Math.max(0, room)), isSample);
      if (images.length > 0) {
        emptiedFlag.set(false);
        persistence.save(images);
        demoId = null;
        // Beside other samples the demo is one of them; before one's own pictures it steps back.
        if (demo && isSample) persistence.save([demo]);
        else if (demo) remove([demo.id]);
      }
      return { leftOutCount: files.length - images.length };
    },

    showDemo(file) {
      demoId = add([file], true)[0]?.id ?? null;
    },

    async restore() {
      const images = await persistence.restore();
      // Pictures dropped while the storage was opening come after the kept ones.
      const fresh = new Set(library().images.map((image) => image.id));
      const kept = images.filter((image) => !fresh.has(image.id));
      library().restore(kept);
      const first = kept[0];
      if (useViewStore.getState().selectedImageId === null && first) useViewStore.getState().select(first.id);
      start(kept.filter((image) => image.outcome.state === 'done' || image.outcome.state === 'open'));
      const { selectedImageId } = useViewStore.getState();
      if (selectedImageId !== null) client.prioritize(taskIdOf(selectedImageId));
    },

    select,

    step(direction) {
      const { images } = library();
      const { selectedImageId } = useViewStore.getState();
      const index = images.findIndex((image) => image.id === selectedImageId);
      const next = images[index === -1 ? 0 : index + direction];
      if (next) select(next.id);
    },

    retry: (id) => start(reopen([id])),

    rerun(ids) {
      const images = reopen(ids);
      // A task that waits or runs keeps its old options; ended, it takes the new ones.
      for (const image of images) client.cancel(taskIdOf(image.id));
      start(images);
    },

    cancel(id) {
      if (inspections.cancel(id)) buffer.push(id, { outcome: { state: 'cancelled' } });
      else client.cancel(taskIdOf(id));
    },

    cancelAll() {
      for (const id of inspections.cancelAll()) buffer.push(id, { outcome: { state: 'cancelled' } });
      client.cancelAll();
    },

    remove,

    async clear() {
      remove(library().images.map((image) => image.id));
      await persistence.clear();
    },

    dispose() {
      unsubscribe();
      inspections.cancelAll();
      buffer.flush();
    },
  };
}
