/** What tabs tell each other about the library. Types only. */
import type { TaskView } from '../../client/inference-client.types.ts';
import type { TaskId } from '../../engine/api.ts';
import type { ActiveTasks, LibraryImage } from '../stores/library-store.ts';
import type { ImageChange } from './change-buffer.ts';

/** The tasks of a picture that wait or run, all of them. */
export type PictureProgress = readonly [id: string, tasks: ActiveTasks];

export type TabMessage =
  | { readonly type: 'added'; readonly images: readonly LibraryImage[] }
  /** Facts and outcomes; an outcome that is open again: the sender works on it. */
  | { readonly type: 'changed'; readonly changes: readonly (readonly [id: string, change: ImageChange])[] }
  | { readonly type: 'removed'; readonly ids: readonly string[] }
  /** Everything, for good. */
  | { readonly type: 'cleared' }
  /** To whoever works on them. */
  | { readonly type: 'cancel'; readonly ids: readonly string[] }
  /** A tab has opened: the others say what they work on. */
  | { readonly type: 'hello' }
  /** All that the sender works on: a tab that has just opened may not have all of it. */
  | { readonly type: 'working'; readonly images: readonly LibraryImage[] }
  /** How far the sender is with pictures that it works on; those that are not named are where they were. */
  | { readonly type: 'progress'; readonly pictures: readonly PictureProgress[] };

/** What the library does for other tabs: as its commands, but nobody is told of it. */
export interface LibraryInside {
  /** Computes open pictures, and brings maps of finished ones from the cache. */
  start(images: readonly LibraryImage[]): void;
  drop(ids: readonly string[]): void;
  /** Ends the work on a picture. What came of it is shown on with `keepsMaps`, else forgotten. */
  stop(id: string, options: { readonly keepsMaps: boolean }): void;
  cancel(id: string): void;
  /** After another choice of what is wanted of a picture. */
  applyChoice(image: LibraryImage): void;
  /** The picture of the first visit: it stays with its tab. */
  isDemo(id: string): boolean;
  /** Takes it away. */
  dropDemo(): void;
  /** Removals can no longer be undone. */
  forgetRemoved(): void;
  getTasks(): ReadonlyMap<TaskId, TaskView>;
  /** Calls back when tasks may have changed, once per frame at most. Returns the remover. */
  subscribe(listener: () => void): () => void;
}

export interface LibraryTabs {
  post(message: TabMessage): void;
  /** Asks the others what they work on, and marks it in the library. At once where no other tab is open. */
  greet(): Promise<void>;
  close(): void;
}
