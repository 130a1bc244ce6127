import type { TaskView } from '../../client/inference-client.types.ts';
import { useClientSnapshot } from '../services.tsx';
import { useViewStore } from '../stores/view-store.ts';
import { pipelineOf, taskIdOf, type ResultKind } from '../task-id.ts';

/** One task of the picture in the viewer; null while it has none. */
export function useSelectedTask(kind: ResultKind): TaskView | null {
  const imageId = useViewStore((state) => state.selectedImageId);
  return useClientSnapshot((snapshot) =>
    imageId === null ? null : (snapshot.tasks.get(taskIdOf(imageId, pipelineOf(kind))) ?? null),
  );
}
