import type { PipelineId, TaskId } from '../engine/api.ts';

/** What is computed of a picture. */
export type TaskChoice = 'depth' | 'parsing' | 'both';
export const TASK_CHOICES: readonly TaskChoice[] = ['depth', 'parsing', 'both'];

/** One of the results of a picture. */
export type ResultKind = 'depth' | 'parsing';

const PIPELINES: Readonly<Record<ResultKind, PipelineId>> = {
  depth: 'depth-estimation',
  parsing: 'human-parsing',
};
export const ALL_PIPELINES: readonly PipelineId[] = Object.values(PIPELINES);

export function pipelineOf(kind: ResultKind): PipelineId {
  return PIPELINES[kind];
}

export function pipelinesOf(choice: TaskChoice): readonly PipelineId[] {
  return choice === 'both' ? ALL_PIPELINES : [PIPELINES[choice]];
}

/** What is wanted of one picture: its own choice, else that for all. */
export function taskChoiceOf(image: { readonly task?: TaskChoice | null }, forAll: TaskChoice): TaskChoice {
  return image.task ?? forAll;
}

/** The task of a picture: one per picture and pipeline. */
export function taskIdOf(imageId: string, pipeline: PipelineId = 'depth-estimation'): TaskId {
  return `${imageId}:${pipeline}`;
}

/** Every task that a picture may have. */
export function allTaskIdsOf(imageId: string): readonly TaskId[] {
  return ALL_PIPELINES.map((pipeline) => taskIdOf(imageId, pipeline));
}
