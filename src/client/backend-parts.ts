/** One request in parts that run side by side, and again where a part may: replies come back in the request's order. */
import type { InferenceResult, PipelineRequest, Reply } from '../engine/api.ts';
import { isAbortError, toWireError } from '../engine/errors.ts';
import type { ExecutorRunOptions } from '../scheduling/executor.ts';

/** Some of a request's pipelines. `indexes` are their places in the request. */
export interface Part {
  readonly indexes: readonly number[];
  readonly pipelines: readonly PipelineRequest[];
}

export type PartOutcome =
  /** Null: once more, the next split will put it elsewhere. */
  | { readonly replies: readonly (Reply<InferenceResult> | null)[] }
  | { readonly error: unknown; readonly isAgain: boolean };

export interface PartRunner<P extends Part> {
  /** Called again for what is left, until nothing is. May throw. */
  split(indexes: readonly number[]): readonly P[];
  /** Never rejects. */
  run(part: P, options: ExecutorRunOptions): Promise<PartOutcome>;
}

/** Rejects with the failure of a part where no other part has an answer, and with `signal.reason`. */
export async function runInParts<P extends Part>(
  count: number,
  options: ExecutorRunOptions,
  runner: PartRunner<P>,
): Promise<readonly Reply<InferenceResult>[]> {
  const replies: (Reply<InferenceResult> | null)[] = new Array(count).fill(null);
  const open = () => [...replies.keys()].filter((index) => replies[index] === null);

  function partOptions({ indexes }: Part): ExecutorRunOptions {
    return {
      ...options,
      onAbandonedResult: (late) => {
        const whole = new Array<Reply<InferenceResult>>(count);
        indexes.forEach((place, index) => late[index] && (whole[place] = late[index]));
        options.onAbandonedResult?.(whole);
      },
    };
  }

  while (open().length > 0) {
    options.signal.throwIfAborted();
    const parts = runner.split(open());
    const outcomes = await Promise.all(parts.map((part) => runner.run(part, partOptions(part))));
    let failure: { readonly error: unknown; readonly indexes: readonly number[] } | null = null;
    for (const [at, outcome] of outcomes.entries()) {
      const { indexes } = parts[at]!;
      if ('replies' in outcome) {
        outcome.replies.forEach((reply, index) => (replies[indexes[index]!] = reply));
      } else if (!outcome.isAgain) {
        if (isAbortError(outcome.error)) throw outcome.error;
        failure ??= { error: outcome.error, indexes: [] };
        failure = { ...failure, indexes: [...failure.indexes, ...indexes] };
      }
    }
    if (failure !== null) {
      // Where nothing else has or will have an answer, the whole request has failed.
      if (failure.indexes.length === count) throw failure.error;
      const reply = { ok: false, error: toWireError(failure.error) } as const;
      for (const index of failure.indexes) replies[index] = reply;
    }
  }
  return replies.filter((reply) => reply !== null);
}
