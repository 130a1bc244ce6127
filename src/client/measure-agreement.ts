/** What a quicker way costs: labels of one picture, computed both ways and compared. */
import type { PipelineOptions, StageTimings } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import { measureLabelAgreement, type LabelAgreement } from '../engine/parsing/agreement.ts';
import type { EnqueueRequest, InferenceClient } from './inference-client.types.ts';
import { settleTask } from './settle-task.ts';

export interface AgreementRequest {
  /** The quicker way; `taskId` is the prefix of two tasks of this measure. */
  readonly quick: EnqueueRequest;
  /** The way that it is held against. */
  readonly reference: PipelineOptions;
}

export interface Agreement extends LabelAgreement {
  /** Preparing, inferring and finishing, not loading. */
  readonly quickMs: number;
  readonly referenceMs: number;
}

function sumMs({ preprocess, inference, postprocess }: StageTimings): number {
  return preprocess + inference + postprocess;
}

/** Two tasks, in the line as any other; results are kept in the cache. Throws the error of a task; an abort cancels both. */
export async function measureAgreement(
  client: Pick<InferenceClient, 'enqueue' | 'forget' | 'getResult' | 'getSnapshot' | 'subscribe'>,
  { quick, reference }: AgreementRequest,
  signal: AbortSignal,
): Promise<Agreement> {
  const taskIds = { quick: `${quick.taskId}:quick`, reference: `${quick.taskId}:reference` };
  const run = async (taskId: string, options: PipelineOptions) => {
    client.enqueue({ ...quick, taskId, options });
    const { timings } = await settleTask(client, taskId, signal);
    const result = await client.getResult(taskId, { signal });
    if (result.kind === 'labels') return { result, ms: sumMs(timings) };
    throw new EngineError('REQUEST_INVALID', `Only labels are compared, not ${result.kind}`);
  };
  try {
    const one = await run(taskIds.quick, quick.options);
    const other = await run(taskIds.reference, reference);
    return { ...measureLabelAgreement(one.result, other.result), quickMs: one.ms, referenceMs: other.ms };
  } finally {
    client.forget(Object.values(taskIds));
  }
}
