import { useSettingsStore } from '../stores/settings-store.ts';
import { useViewStore } from '../stores/view-store.ts';
import { taskChoiceOf, type ResultKind, type TaskChoice } from '../task-id.ts';
import { useSelectedImage } from './useSelectedImage.ts';

/** What is wanted of the picture in the viewer. */
export function useSelectedChoice(): TaskChoice {
  const image = useSelectedImage();
  const forAll = useSettingsStore((state) => state.task);
  return taskChoiceOf(image ?? {}, forAll);
}

/** The result in the viewer: the only one that is wanted, or of both the one that is looked at. */
export function useShownResult(): ResultKind {
  const choice = useSelectedChoice();
  const shown = useViewStore((state) => state.shown);
  return choice === 'both' ? shown : choice;
}
