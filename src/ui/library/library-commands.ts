/**
 * What a user does with pictures: import, retry, cancel, remove, run again. Importing enqueues by command;
 * components only watch. Owns the way of a picture: file -> inspection -> task -> outcome -> storage.
 */
import type { InferenceClient } from '../../client/inference-client.types.ts';
import type { IdentifiedPicture, PictureClient } from '../../client/picture-client.types.ts';
import type { TaskId } from '../../engine/api.ts';
import { toWireError } from '../../engine/errors.ts';
import type { ModelManifest } from '../../engine/models/manifest.ts';
import { useLibraryStore, type LibraryImage } from '../stores/library-store.ts';
import { useParsingStore } from '../stores/parsing-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import { allTaskIdsOf } from '../task-id.ts';
import { createChangeBuffer, isNews } from './change-buffer.ts';
import { createImages } from './create-images.ts';
import type { EmptiedFlag } from './emptied-flag.ts';
import { findNeighbour } from './find-neighbour.ts';
import { followTaskChoice } from './follow-task-choice.ts';
import { createInspectionQueue } from './inspection-queue.ts';
import type { ImportFile, LibraryCommands } from './library-commands.types.ts';
import { MAX_LIBRARY_COUNT } from './library-limits.ts';
import type { LibraryPersistence } from './library-persistence.ts';
import { createRemovedPictures } from './removed-pictures.ts';
import type { LibraryInside, LibraryTabs, TabMessage } from './tab-messages.ts';
import { recordOutcomes } from './task-outcomes.ts';
import { createWantedTasks } from './wanted-tasks.ts';

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

function isOpen({ outcome }: LibraryImage): boolean {
  return outcome.state === 'open';
}

/** Cancelled and failed pictures wait for a retry. */
function isOpenOrDone(image: LibraryImage): boolean {
  return isOpen(image) || image.outcome.state === 'done';
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

  const stopFollowing = followTaskChoice({ buffer, wanted, prioritizeViewed });

  /** Stored facts are updated, stored bytes are not: where the bytes are others now, the picture is stored anew. */
  function keepReplaced(id: string): void {
    buffer.flush();
    const image = find(id);
    if (image === undefined || id === demoId) return;
    persistence.remove([id]);
    persistence.save([image]);
  }

  function startIdentified(id: string, file: Blob, identified: IdentifiedPicture): void {
    // As it is now: what is wanted of it may have changed meanwhile.
    const current = find(id);
    if (current === undefined) return;
    const source = identified.replacement ?? file;
    const { sha256, widthPx, heightPx } = identified;
    // Before the picture is told: a map that is at hand comes in the same rendering.
    wanted.enqueue({ ...current, source, sha256 });
    buffer.push(id, { source, sha256, widthPx, heightPx });
    if (identified.replacement !== null) keepReplaced(id);
    if (useViewStore.getState().selectedImageId === id) prioritize(id);
  }

  /** Whether it was read, or waited for that. A picture that is known gets its thumbnail in any case. */
  function cancelReading({ id, sha256 }: LibraryImage): boolean {
    return sha256 === null && inspections.cancel(id);
  }

  const inspections = createInspectionQueue({
    concurrency: INSPECTIONS_AT_ONCE,
    getPreferredId: () => useViewStore.getState().selectedImageId,
    async inspect(id, signal) {
      const image = find(id);
      if (image === undefined) return;
      const { thumbnail, hints } = await pictures.inspect(image.source, {
        signal,
        onIdentified(identified) {
          // Of a picture that is known already only the thumbnail is missing.
          if (!signal.aborted && image.sha256 === null) startIdentified(id, image.source, identified);
        },
      });
      if (!signal.aborted && find(id) !== undefined) buffer.push(id, { thumbnail, hints });
    },
    onError(id, error) {
      // What was started when the file was known, and not yet that it is damaged.
      client.forget(allTaskIdsOf(id));
      buffer.push(id, { outcome: { state: 'failed', error: toWireError(error) } });
    },
  });

  function start(images: readonly LibraryImage[]): void {
    for (const image of images) if (image.sha256 !== null) wanted.enqueue(image);
    const isUnseen = ({ sha256, thumbnail }: LibraryImage) => sha256 === null || thumbnail === null;
    inspections.add(images.filter(isUnseen).map((image) => image.id));
    prioritizeViewed();
  }

  const stopOutcomes = recordOutcomes(client, buffer);

  function select(id: string): void {
    // The strip may be a moment behind: a card whose picture has just gone chooses nothing.
    if (find(id) === undefined) return;
    useViewStore.getState().select(id);
    prioritize(id);
  }

  function add(files: readonly ImportFile[], isSample: boolean): readonly LibraryImage[] {
    const images = createImages(files, now(), isSample);
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
    for (const id of ids) inspections.cancel(id);
    client.forget(ids.flatMap(allTaskIdsOf));
    library().remove(ids);
    useViewStore.getState().forget(ids);
    useParsingStore.getState().forget(ids);
    if (library().images.length === 0) emptiedFlag.set(true);
    if (selectedImageId !== null && gone.has(selectedImageId)) {
      const next = findNeighbour(images, selectedImageId, gone);
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
    buffer.flush();
    const image = find(id);
    if (image?.elsewhere) tell({ type: 'cancel', ids: [id] });
    else if (image && cancelReading(image)) buffer.push(id, { outcome: { state: 'cancelled' } });
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
    isDemo: (id) => id === demoId,
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
      if (file === null) library().giveUpDemo();
      else demoId = add([file], true)[0]?.id ?? null;
    },

    async restore() {
      const opening = openTabs?.(inside).catch(() => null);
      void opening?.then(openLink);
      const images = await persistence.restore();
      // Pictures dropped while the storage was opening come after the kept ones.
      const fresh = new Set(library().images.map((image) => image.id));
      const kept = images.filter((image) => !fresh.has(image.id));
      // An emptied library stays empty.
      library().restore(kept, kept.length + fresh.size === 0 && !emptiedFlag.isSet());
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
      buffer.flush();
      const elsewhere = library().images.filter((image) => image.elsewhere);
      if (elsewhere.length > 0) tell({ type: 'cancel', ids: elsewhere.map(({ id }) => id) });
      for (const image of library().images) {
        if (cancelReading(image)) buffer.push(image.id, { outcome: { state: 'cancelled' } });
      }
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
      stopOutcomes();
      stopFollowing();
      inspections.cancelAll();
      buffer.flush();
    },
  };
}
