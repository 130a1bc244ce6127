import type { PipelineId, TaskId } from '../engine/api.ts';

/** The task of a picture: one per picture and pipeline. */
export function taskIdOf(imageId: string, pipeline: PipelineId = 'depth-estimation'): TaskId {
  return `${imageId}:${pipeline}`;
}
