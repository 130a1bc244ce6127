import type { TaskView } from '../../client/inference-client.types.ts';
import { useClientSnapshot } from '../services.tsx';
import { useViewStore } from '../stores/view-store.ts';
import { taskIdOf } from '../task-id.ts';

/** The task of the picture in the viewer; null while it has none. */
export function useSelectedTask(): TaskView | null {
  const imageId = useViewStore((state) => state.selectedImageId);
  return useClientSnapshot((snapshot) =>
    imageId === null ? null : (snapshot.tasks.get(taskIdOf(imageId)) ?? null),
  );
}
