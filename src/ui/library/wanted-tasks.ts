/** What is wanted of pictures, as tasks of the client. */
import type { InferenceClient, TaskView } from '../../client/inference-client.types.ts';
import type { PipelineId } from '../../engine/api.ts';
import type { ModelManifest } from '../../engine/models/manifest.ts';
import type { LibraryImage } from '../stores/library-store.ts';
import { useSettingsStore } from '../stores/settings-store.ts';
import { ALL_PIPELINES, pipelinesOf, taskChoiceOf, taskIdOf } from '../task-id.ts';
import { resolveChosenModel } from './chosen-model.ts';

export interface WantedTasks {
  /** All that is wanted of the picture, in one turn: one decode serves it. */
  enqueue(image: LibraryImage): void;
  /** Whether `apply` would start something. */
  isMissing(image: LibraryImage): boolean;
  /** After another choice: starts what is missing, cancels what is no longer wanted. */
  apply(image: LibraryImage): void;
}

function isActive(task: TaskView | undefined): boolean {
  return task?.state === 'queued' || task?.state === 'processing';
}

export function createWantedTasks(
  client: InferenceClient,
  findModel: (id: string) => ModelManifest | undefined,
): WantedTasks {
  function enqueueOne(image: LibraryImage, pipeline: PipelineId): void {
    if (image.sha256 === null) return;
    client.enqueue({
      taskId: taskIdOf(image.id, pipeline),
      source: image.source,
      sourceSha256: image.sha256,
      pipeline,
      ...resolveChosenModel(useSettingsStore.getState(), findModel, pipeline),
    });
  }

  function wantedOf(image: LibraryImage): readonly PipelineId[] {
    return pipelinesOf(taskChoiceOf(image, useSettingsStore.getState().task));
  }

  /** Pictures whose work was cancelled or failed wait for a retry, those of another tab for that tab. */
  function findMissing(image: LibraryImage): readonly PipelineId[] {
    const { outcome, sha256, elsewhere } = image;
    const isGoingOn = outcome.state === 'open' || outcome.state === 'done';
    if (!isGoingOn || elsewhere || sha256 === null) return [];
    const { tasks } = client.getSnapshot();
    return wantedOf(image).filter((pipeline) => {
      const task = tasks.get(taskIdOf(image.id, pipeline));
      return task === undefined || task.state === 'cancelled';
    });
  }

  return {
    enqueue(image) {
      for (const pipeline of wantedOf(image)) enqueueOne(image, pipeline);
    },
    isMissing: (image) => findMissing(image).length > 0,
    apply(image) {
      if (image.elsewhere) return;
      const missing = findMissing(image);
      const wanted = wantedOf(image);
      for (const pipeline of ALL_PIPELINES) {
        const taskId = taskIdOf(image.id, pipeline);
        if (missing.includes(pipeline)) enqueueOne(image, pipeline);
        else if (!wanted.includes(pipeline) && isActive(client.getSnapshot().tasks.get(taskId)))
          client.cancel(taskId);
      }
    },
  };
}
