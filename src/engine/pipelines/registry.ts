import type { PipelineId } from '../api.ts';
import { EngineError } from '../errors.ts';
import { DEPTH_ESTIMATION } from './depth-estimation.ts';
import { HUMAN_PARSING } from './human-parsing.ts';
import type { Pipeline } from './pipeline.ts';

const PIPELINES: readonly Pipeline[] = [DEPTH_ESTIMATION, HUMAN_PARSING];

/** Throws REQUEST_INVALID for a pipeline that this build does not have. */
export function findPipeline(id: PipelineId): Pipeline {
  const pipeline = PIPELINES.find((candidate) => candidate.id === id);
  if (pipeline !== undefined) return pipeline;
  throw new EngineError('REQUEST_INVALID', `No pipeline is called ${id}`, { details: { pipeline: id } });
}
