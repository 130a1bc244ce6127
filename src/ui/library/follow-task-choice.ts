/** What is wanted of all pictures has changed, here or in another tab: their tasks follow. */
import { useLibraryStore } from '../stores/library-store.ts';
import { isFollowingOtherTab, useSettingsStore } from '../stores/settings-store.ts';
import type { ChangeBuffer } from './change-buffer.ts';
import type { WantedTasks } from './wanted-tasks.ts';

/** A choice in another tab comes by one way, what that tab then computes by another: they differ by less than this. */
const FOLLOW_MS = 200;

interface FollowOptions {
  readonly buffer: ChangeBuffer;
  readonly wanted: WantedTasks;
  readonly prioritizeViewed: () => void;
}

/** Until the function that it returns is called. */
export function followTaskChoice({ buffer, wanted, prioritizeViewed }: FollowOptions): () => void {
  /** What another tab computes, that has said so by now; what it has already is fetched here, too. */
  function follow(): void {
    // What was inspected a moment ago counts, too.
    buffer.flush();
    for (const image of useLibraryStore.getState().images) wanted.apply(image);
    prioritizeViewed();
  }

  /** The user chose here. What this tab now begins with is its work: others hear of it first, so that they wait for it. */
  function choose(): void {
    buffer.flush();
    for (const image of useLibraryStore.getState().images) {
      if (image.outcome.state === 'done' && wanted.isMissing(image))
        buffer.push(image.id, { outcome: { state: 'open' } });
    }
    follow();
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  const unsubscribe = useSettingsStore.subscribe((settings, previous) => {
    if (settings.task === previous.task) return;
    clearTimeout(timer);
    if (isFollowingOtherTab()) timer = setTimeout(follow, FOLLOW_MS);
    else choose();
  });
  return () => {
    unsubscribe();
    clearTimeout(timer);
  };
}
