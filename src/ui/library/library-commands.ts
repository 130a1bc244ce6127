/**
 * What a user does with pictures: import, retry, cancel, remove, run again. Importing enqueues by command;
 * components only watch. Owns the way of a picture: file -> inspection -> task -> outcome -> storage.
 */
import { createId } from '../../client/create-id.ts';
import type { InferenceClient, TaskView } from '../../client/inference-client.types.ts';
import type { PictureClient } from '../../client/picture-client.types.ts';
import type { TaskId } from '../../engine/api.ts';
import { toWireError } from '../../engine/errors.ts';
import type { ModelManifest } from '../../engine/models/manifest.ts';
import { useLibraryStore, type LibraryImage, type Outcome } from '../stores/library-store.ts';
import { useParsingStore } from '../stores/parsing-store.ts';
import { isFollowingOtherTab, useSettingsStore } from '../stores/settings-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import { allTaskIdsOf, type TaskChoice } from '../task-id.ts';
import { findPictureTask } from './card-state.ts';
import { createChangeBuffer, type ImageChange } from './change-buffer.ts';
import type { EmptiedFlag } from './emptied-flag.ts';
import { createInspectionQueue } from './inspection-queue.ts';
import { MAX_LIBRARY_COUNT } from './library-limits.ts';
import type { LibraryPersistence } from './library-persistence.ts';
import { createRemovedPictures } from './removed-pictures.ts';
import type { LibraryInside, LibraryTabs, TabMessage } from './tab-messages.ts';
import { createWantedTasks } from './wanted-tasks.ts';

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
  /** What is wanted of one picture; null: as for all. Starts what is missing, cancels what is no longer wanted. */
  setTask(id: string, task: TaskChoice | null): void;
  cancel(id: string): void;
  cancelAll(): void;
  remove(ids: readonly string[]): void;
  /** Brings the last removed pictures back, shows the first and returns their names. None: nothing to undo. */
  undoRemove(): readonly string[];
  /** Removes everything, here and in storage. For good. */
  clear(): Promise<void>;
  dispose(): void;
}

interface LibraryCommandsOptions {
  readonly client: InferenceClient;
  readonly pictures: PictureClient;
  readonly persistence: LibraryPersistence;
  readonly emptiedFlag: EmptiedFlag;
  readonly findModel: (id: string) => ModelManifest | undefined;
  /** The way to other tabs; null: there is none. */
  readonly openTabs?: (inside: LibraryInside) => Promise<LibraryTabs | null>;
  readonly now?: () => number;
}

/** Two files at a time: one is decoded while the other is read and hashed. */
const INSPECTIONS_AT_ONCE = 2;

/** A choice in another tab comes by one way, what that tab then computes by another: they differ by less than this. */
const FOLLOW_MS = 200;

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

function isOpen({ outcome }: LibraryImage): boolean {
  return outcome.state === 'open';
}

/** Cancelled and failed pictures wait for a retry. */
function isOpenOrDone(image: LibraryImage): boolean {
  return isOpen(image) || image.outcome.state === 'done';
}

/** What of a change is news. */
function isNews(image: LibraryImage | undefined, change: ImageChange): boolean {
  const { outcome, ...facts } = change;
  return Object.keys(facts).length > 0 || outcome?.state !== image?.outcome.state;
}

export function createLibraryCommands(options: LibraryCommandsOptions): LibraryCommands {
  const { client, pictures, persistence, emptiedFlag, findModel, openTabs, now = Date.now } = options;
  const library = () => useLibraryStore.getState();
  const find = (id: string) => library().images.find((image) => image.id === id);

  let openLink: (tabs: LibraryTabs | null) => void = () => {};
  const link = new Promise<LibraryTabs | null>((resolve) => (openLink = resolve));
  const tell = (message: TabMessage) => void link.then((tabs) => tabs?.post(message));

  const buffer = createChangeBuffer((changes) => {
    const news = [...changes].filter(([id, change]) => id !== demoId && isNews(find(id), change));
    if (news.length > 0) tell({ type: 'changed', changes: news });
    library().update(changes);
    persistence.update(library().images.filter((image) => changes.has(image.id)));
  });

  const removed = createRemovedPictures();
  let demoId: string | null = null;

  const wanted = createWantedTasks(client, findModel);

  function prioritize(id: string): void {
    for (const taskId of allTaskIdsOf(id)) client.prioritize(taskId);
  }

  /** What was just put in line may be of the picture in the viewer, which goes first. */
  function prioritizeViewed(): void {
    const { selectedImageId } = useViewStore.getState();
    if (selectedImageId !== null) prioritize(selectedImageId);
  }

  function cancelTasks(id: string): void {
    for (const taskId of allTaskIdsOf(id)) client.cancel(taskId);
  }

  /**
   * After another choice by the user, here. What this tab now begins with is its work: others hear of it first, so that
   * they wait for it.
   */
  function choose(): void {
    // What was inspected a moment ago counts, too.
    buffer.flush();
    const { images } = library();
    for (const image of images) {
      if (image.outcome.state === 'done' && wanted.isMissing(image))
        buffer.push(image.id, { outcome: { state: 'open' } });
    }
    buffer.flush();
    for (const image of images) wanted.apply(image);
    prioritizeViewed();
  }

  let followTimer: ReturnType<typeof setTimeout> | undefined;
  /** After a choice in another tab, which has said by now what it computes; what it has already is fetched here, too. */
  function follow(): void {
    buffer.flush();
    for (const image of library().images) wanted.apply(image);
    prioritizeViewed();
  }

  const unsubscribeSettings = useSettingsStore.subscribe((settings, previous) => {
    if (settings.task === previous.task) return;
    clearTimeout(followTimer);
    if (isFollowingOtherTab()) followTimer = setTimeout(follow, FOLLOW_MS);
    else choose();
  });

  /** Stored facts are updated, stored bytes are not: where the bytes are others now, the picture is stored anew. */
  function keepReplaced(id: string): void {
    buffer.flush();
    const image = find(id);
    if (image === undefined || id === demoId) return;
    persistence.remove([id]);
    persistence.save([image]);
  }

  const inspections = createInspectionQueue({
    concurrency: INSPECTIONS_AT_ONCE,
    getPreferredId: () => useViewStore.getState().selectedImageId,
    async inspect(id, signal) {
      const image = find(id);
      if (image === undefined) return;
      const inspection = await pictures.inspect(image.source, { signal });
      // As it is now: what is wanted of it may have changed meanwhile.
      const current = find(id);
      if (signal.aborted || current === undefined) return;
      const source = inspection.replacement ?? image.source;
      const { sha256, widthPx, heightPx, thumbnail, hints } = inspection;
      buffer.push(id, { source, sha256, widthPx, heightPx, thumbnail, hints });
      if (inspection.replacement !== null) keepReplaced(id);
      wanted.enqueue({ ...current, source, sha256 });
      if (useViewStore.getState().selectedImageId === id) prioritize(id);
    },
    onError: (id, error) => buffer.push(id, { outcome: { state: 'failed', error: toWireError(error) } }),
  });

  function start(images: readonly LibraryImage[]): void {
    for (const image of images) if (image.sha256 !== null) wanted.enqueue(image);
    inspections.add(images.filter((image) => image.sha256 === null).map((image) => image.id));
    prioritizeViewed();
  }

  // Ends of tasks become outcomes, so that they outlive the page.
  let seen: ReadonlyMap<TaskId, TaskView> = new Map();
  function watchTasks(): void {
    const { tasks } = client.getSnapshot();
    if (tasks === seen) return;
    const before = seen;
    for (const image of library().images) {
      // How it ends, its tab says.
      if (image.elsewhere) continue;
      if (allTaskIdsOf(image.id).every((taskId) => tasks.get(taskId) === before.get(taskId))) continue;
      const task = findPictureTask(image, tasks, useSettingsStore.getState().task);
      const outcome = task === undefined ? null : toOutcome(task);
      if (outcome !== null) buffer.push(image.id, { outcome });
    }
    seen = tasks;
  }
  const unsubscribe = client.subscribe(watchTasks);

  function select(id: string): void {
    useViewStore.getState().select(id);
    prioritize(id);
  }

  function add(files: readonly ImportFile[], isSample: boolean): readonly LibraryImage[] {
    const addedAtMs = now();
    const images = files.map((file, index): LibraryImage => ({
      id: createId(),
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
    for (const id of ids) buffer.push(id, { outcome: { state: 'open' }, elsewhere: null });
    buffer.flush();
    const opened = new Set(ids);
    return library().images.filter((image) => opened.has(image.id));
  }

  function drop(ids: readonly string[]): void {
    const { images } = library();
    const gone = new Set(ids);
    const { selectedImageId } = useViewStore.getState();
    const index = images.findIndex((image) => image.id === selectedImageId);
    for (const id of ids) inspections.cancel(id);
    client.forget(ids.flatMap(allTaskIdsOf));
    library().remove(ids);
    useViewStore.getState().forget(ids);
    useParsingStore.getState().forget(ids);
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

  /** {@link drop}, from storage and in other tabs as well. */
  function dropEverywhere(ids: readonly string[]): void {
    drop(ids);
    persistence.remove(ids);
    const shared = ids.filter((id) => id !== demoId);
    if (shared.length > 0) tell({ type: 'removed', ids: shared });
  }

  function keep(images: readonly LibraryImage[]): void {
    persistence.save(images);
    tell({ type: 'added', images });
  }

  function dropDemo(): void {
    const id = demoId;
    demoId = null;
    if (id !== null && find(id) !== undefined) drop([id]);
  }

  /** Where another tab works on it, that is told. */
  function cancelOne(id: string): void {
    if (find(id)?.elsewhere) tell({ type: 'cancel', ids: [id] });
    else if (inspections.cancel(id)) buffer.push(id, { outcome: { state: 'cancelled' } });
    else cancelTasks(id);
  }

  const inside: LibraryInside = {
    start,
    drop,
    stop(id, { keepsMaps }) {
      inspections.cancel(id);
      const { tasks } = client.getSnapshot();
      const isKept = (taskId: TaskId) => keepsMaps && tasks.get(taskId)?.state === 'done';
      client.forget(allTaskIdsOf(id).filter((taskId) => !isKept(taskId)));
    },
    cancel: cancelOne,
    applyChoice: wanted.apply,
    dropDemo,
    forgetRemoved: removed.forget,
    getTasks: () => client.getSnapshot().tasks,
    subscribe: client.subscribe,
  };

  return {
    importFiles(files, { isSample = false } = {}) {
      const demo = demoId === null ? undefined : find(demoId);
      const room = MAX_LIBRARY_COUNT - library().images.length;
      const images = add(files.slice(0, Math.max(0, room)), isSample);
      if (images.length > 0) {
        emptiedFlag.set(false);
        // Beside other samples the demo is one of them; before one's own pictures it steps back.
        if (demo && isSample) {
          demoId = null;
          keep([demo]);
        } else dropDemo();
        keep(images);
      }
      return { leftOutCount: files.length - images.length };
    },

    showDemo(file) {
      demoId = add([file], true)[0]?.id ?? null;
    },

    async restore() {
      const opening = openTabs?.(inside).catch(() => null);
      void opening?.then(openLink);
      const images = await persistence.restore();
      // Pictures dropped while the storage was opening come after the kept ones.
      const fresh = new Set(library().images.map((image) => image.id));
      const kept = images.filter((image) => !fresh.has(image.id));
      library().restore(kept);
      const first = kept[0];
      if (useViewStore.getState().selectedImageId === null && first) useViewStore.getState().select(first.id);
      start(kept.filter(({ outcome }) => outcome.state === 'done'));
      const greeted = opening?.then((tabs) => tabs?.greet()).catch(() => undefined);
      // What another tab works on is waited for; with nothing to go on with, the first picture need not wait.
      if (!kept.some(isOpen)) return;
      await greeted;
      const mine = new Set(kept.map(({ id }) => id));
      start(library().images.filter((image) => mine.has(image.id) && isOpen(image) && !image.elsewhere));
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
      // A task that waits or runs keeps its old options; ended, it takes the new ones. Before the pictures are opened again:
      // this end is not theirs.
      for (const id of ids) cancelTasks(id);
      start(reopen(ids));
    },

    setTask(id, task) {
      buffer.flush();
      const image = find(id);
      if (image === undefined) return;
      // In one message: the others wait before they look for what they lack.
      const isMissing = wanted.isMissing({ ...image, task });
      buffer.push(id, isMissing ? { task, outcome: { state: 'open' } } : { task });
      buffer.flush();
      wanted.apply({ ...image, task });
      prioritizeViewed();
    },

    cancel: cancelOne,

    cancelAll() {
      const elsewhere = library().images.filter((image) => image.elsewhere);
      if (elsewhere.length > 0) tell({ type: 'cancel', ids: elsewhere.map(({ id }) => id) });
      for (const id of inspections.cancelAll()) buffer.push(id, { outcome: { state: 'cancelled' } });
      client.cancelAll();
    },

    remove(ids) {
      // What was learnt of them a moment ago comes back, too.
      buffer.flush();
      removed.remember(ids);
      dropEverywhere(ids);
    },

    undoRemove() {
      const images = removed.putBackLast();
      const [first] = images;
      if (first === undefined) return [];
      emptiedFlag.set(false);
      keep(images.filter((image) => image.id !== demoId));
      start(images.filter(isOpenOrDone));
      select(first.id);
      return images.map((image) => image.name);
    },

    async clear() {
      drop(library().images.map((image) => image.id));
      tell({ type: 'cleared' });
      removed.forget();
      await persistence.clear();
    },

    dispose() {
      unsubscribe();
      unsubscribeSettings();
      clearTimeout(followTimer);
      inspections.cancelAll();
      buffer.flush();
    },
  };
}
