import { useMemo } from 'react';
import {
  createCountSelector,
  deriveCardState,
  type CardState,
  type LibraryCounts,
} from '../library/card-state.ts';
import { useClientSnapshot } from '../services.tsx';
import { useLibraryStore, type LibraryImage } from '../stores/library-store.ts';
import { taskIdOf } from '../task-id.ts';

/** The state of one picture; draws again only when its own task changes. */
export function useCardState(image: LibraryImage): CardState {
  const taskId = taskIdOf(image.id);
  const task = useClientSnapshot((snapshot) => snapshot.tasks.get(taskId));
  return useMemo(() => deriveCardState(image, task), [image, task]);
}

/** How many pictures wait, are done, failed; the same object while the numbers are the same. */
export function useLibraryCounts(): LibraryCounts {
  const images = useLibraryStore((state) => state.images);
  const select = useMemo(() => createCountSelector(), []);
  return useClientSnapshot((snapshot) => select(images, snapshot.tasks));
}
