/** Ends of tasks become outcomes of their pictures, so that they outlive the page. */
import type { InferenceClient, TaskView } from '../../client/inference-client.types.ts';
import type { TaskId } from '../../engine/api.ts';
import { useLibraryStore, type Outcome } from '../stores/library-store.ts';
import { useSettingsStore } from '../stores/settings-store.ts';
import { allTaskIdsOf } from '../task-id.ts';
import { findPictureTask } from './card-state.ts';
import type { ChangeBuffer } from './change-buffer.ts';

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

/** Until the function that it returns is called. */
export function recordOutcomes(client: InferenceClient, buffer: ChangeBuffer): () => void {
  let seen: ReadonlyMap<TaskId, TaskView> = new Map();
  return client.subscribe(() => {
    const { tasks } = client.getSnapshot();
    if (tasks === seen) return;
    const before = seen;
    for (const image of useLibraryStore.getState().images) {
      // How it ends, its tab says.
      if (image.elsewhere) continue;
      if (allTaskIdsOf(image.id).every((taskId) => tasks.get(taskId) === before.get(taskId))) continue;
      const task = findPictureTask(image, tasks, useSettingsStore.getState().task);
      const outcome = task === undefined ? null : toOutcome(task);
      if (outcome !== null) buffer.push(image.id, { outcome });
    }
    seen = tasks;
  });
}
