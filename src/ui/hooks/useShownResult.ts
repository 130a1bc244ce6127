import { useLibraryStore } from '../stores/library-store.ts';
import { useSettingsStore } from '../stores/settings-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import { taskChoiceOf, type ResultKind, type TaskChoice } from '../task-id.ts';

/** What is wanted of the picture in the viewer. */
export function useSelectedChoice(): TaskChoice {
  const selectedId = useViewStore((state) => state.selectedImageId);
  const own = useLibraryStore((state) => state.images.find(({ id }) => id === selectedId)?.task);
  const forAll = useSettingsStore((state) => state.task);
  return taskChoiceOf({ task: own ?? null }, forAll);
}

/** The result in the viewer: the only one that is wanted, or of both the one that is looked at. */
export function useShownResult(): ResultKind {
  const choice = useSelectedChoice();
  const shown = useViewStore((state) => state.shown);
  return choice === 'both' ? shown : choice;
}
