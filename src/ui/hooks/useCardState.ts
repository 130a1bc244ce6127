import { useMemo } from 'react';
import {
  createCountSelector,
  deriveCardState,
  mergeTasks,
  type CardState,
  type LibraryCounts,
} from '../library/card-state.ts';
import { useClientSnapshot } from '../services.tsx';
import { useLibraryStore, type LibraryImage } from '../stores/library-store.ts';
import { useSettingsStore } from '../stores/settings-store.ts';
import { pipelineOf, taskChoiceOf, taskIdOf, type ResultKind } from '../task-id.ts';

/** The state of one picture, of all that is wanted of it or of one result; draws again only when its own tasks change. */
export function useCardState(image: LibraryImage, only?: ResultKind): CardState {
  const forAll = useSettingsStore((state) => state.task);
  const wanted = only ?? taskChoiceOf(image, forAll);
  const depth = useClientSnapshot((snapshot) => snapshot.tasks.get(taskIdOf(image.id, pipelineOf('depth'))));
  const parsing = useClientSnapshot((snapshot) =>
    snapshot.tasks.get(taskIdOf(image.id, pipelineOf('parsing'))),
  );
  return useMemo(() => {
    const tasks = [wanted === 'parsing' ? undefined : depth, wanted === 'depth' ? undefined : parsing];
    return deriveCardState(image, mergeTasks(tasks), only);
  }, [image, wanted, only, depth, parsing]);
}

/** How many pictures wait, are done, failed; the same object while the numbers are the same. */
export function useLibraryCounts(): LibraryCounts {
  return useCountsOf(useLibraryStore((state) => state.images));
}

/** {@link useLibraryCounts} of these pictures: those that are drawn may be behind those that are there. */
export function useCountsOf(images: readonly LibraryImage[]): LibraryCounts {
  const forAll = useSettingsStore((state) => state.task);
  const select = useMemo(() => createCountSelector(), []);
  return useClientSnapshot((snapshot) => select(images, snapshot.tasks, forAll));
}
