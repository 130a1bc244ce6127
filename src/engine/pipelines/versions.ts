import type { PipelineId } from '../api.ts';

/** Part of the result key: raise it when the same model and options give another map than before. */
export const PIPELINE_VERSIONS: Readonly<Record<PipelineId, number>> = {
  'depth-estimation': 2,
  'human-parsing': 2,
};
