/** Joins work of one picture that starts in one turn into a single request: the picture is decoded once for all of its maps. */
import type { InferenceResult, PipelineRequest, Reply, RunRequest } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import type { ExecutorRunOptions } from '../scheduling/executor.ts';
import type { RunContext } from '../scheduling/task-queue.types.ts';

type Run = (request: RunRequest, options: ExecutorRunOptions) => Promise<readonly Reply<InferenceResult>[]>;

export interface SharedWork {
  readonly source: Blob;
  readonly pipeline: PipelineRequest;
  readonly context: RunContext;
  /** A result that came after everybody had left. */
  readonly onAbandonedReply: (reply: Reply<InferenceResult>) => void;
}

interface Member extends SharedWork {
  readonly resolve: (reply: Reply<InferenceResult>) => void;
  readonly reject: (error: unknown) => void;
}

/** `run` is called once per key, when the whole batch is there. Who leaves is rejected with its reason at once; the request ends with its last member. */
export function createSharedRuns(run: Run) {
  const gathering = new Map<string, Member[]>();

  async function runMembers(members: readonly Member[]): Promise<void> {
    const first = members[0]!;
    const controller = new AbortController();
    const isLeft = ({ context }: Member) => context.signal.aborted;
    const removers = members.map((member) => {
      const { signal } = member.context;
      const onAbort = () => {
        member.reject(signal.reason);
        if (members.every(isLeft)) controller.abort(signal.reason);
      };
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort);
      return () => signal.removeEventListener('abort', onAbort);
    });
    try {
      const replies = await run(
        {
          taskId: first.context.runId,
          source: first.source,
          pipelines: members.map(({ pipeline }) => pipeline),
        },
        {
          signal: controller.signal,
          onEvent: ({ stage, fraction }) => {
            for (const { context } of members) context.onProgress(stage, fraction);
          },
          onAbandonedResult: (late) =>
            members.forEach((member, index) => late[index] && member.onAbandonedReply(late[index])),
        },
      );
      members.forEach((member, index) => {
        const reply = replies[index];
        if (!reply) member.reject(new EngineError('INTERNAL', 'The executor gave no reply for a pipeline.'));
        else if (isLeft(member)) member.onAbandonedReply(reply);
        else member.resolve(reply);
      });
    } catch (error) {
      for (const member of members) member.reject(error);
    } finally {
      for (const remove of removers) remove();
    }
  }

  return (key: string, work: SharedWork): Promise<Reply<InferenceResult>> =>
    new Promise((resolve, reject) => {
      const member = { ...work, resolve, reject };
      const members = [...(gathering.get(key) ?? []), member];
      gathering.set(key, members);
      if (members.length < work.context.batchSize) return;
      // At once, not later: the queue asks for free capacity right after this.
      gathering.delete(key);
      void runMembers(members);
    });
}
