/** A request in a pool, from being asked to being settled, once. */
import type { InferenceResult, Reply, RunRequest } from '../engine/api.ts';
import type { ExecutorRunOptions } from './executor.ts';

type Replies = readonly Reply<InferenceResult>[];

export interface Assignment<Source> {
  readonly request: RunRequest<Source>;
  readonly options: ExecutorRunOptions;
  readonly settle: (outcome: { replies: Replies } | { error: unknown }) => void;
  isSettled: boolean;
  isRetry: boolean;
}

/**
 * `begin` gets the assignment; `onAbandoned` is called when nobody waits for it any more, after it was settled with the
 * signal's reason. Rejects with what it is settled with, or what `begin` throws.
 */
export function assign<Source>(
  request: RunRequest<Source>,
  options: ExecutorRunOptions,
  begin: (assignment: Assignment<Source>) => void,
  onAbandoned: (assignment: Assignment<Source>) => void,
): Promise<Replies> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const onAbort = () => {
      assignment.settle({ error: signal.reason });
      onAbandoned(assignment);
    };
    const assignment: Assignment<Source> = {
      request,
      options,
      isSettled: false,
      isRetry: false,
      settle(outcome) {
        if (assignment.isSettled) return;
        assignment.isSettled = true;
        signal.removeEventListener('abort', onAbort);
        if ('replies' in outcome) resolve(outcome.replies);
        else reject(outcome.error);
      },
    };
    signal.addEventListener('abort', onAbort);
    begin(assignment);
  });
}
