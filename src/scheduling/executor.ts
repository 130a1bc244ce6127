/** Where a request runs: a pool of workers here, or a server. One interface, one set of shared cases (`executor.cases.ts`). */
import type { EngineEvent, InferenceResult, Reply, RunRequest } from '../engine/api.ts';

export interface ExecutorRunOptions {
  /** Rejects with `signal.reason` at once; what happens to the work behind it is the executor's policy. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: Extract<EngineEvent, { type: 'progress' }>) => void;
  /** Replies of a run that finished although its caller had left: worth keeping, nobody waits for them. */
  readonly onAbandonedResult?: (replies: readonly Reply<InferenceResult>[]) => void;
}

export interface Executor<Source = Blob> {
  /** How many requests it takes at the same time. The queue never hands it more. */
  readonly capacity: number;
  /** Throws EngineError; per-pipeline failures are in the replies, in the order of the request. */
  run(request: RunRequest<Source>, options: ExecutorRunOptions): Promise<readonly Reply<InferenceResult>[]>;
  dispose(): void;
}
