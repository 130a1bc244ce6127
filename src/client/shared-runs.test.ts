import { expect, it } from 'vitest';
import type { PipelineRequest, Reply, InferenceResult, RunRequest } from '../engine/api.ts';
import type { ExecutorRunOptions } from '../scheduling/executor.ts';
import { createSharedRuns } from './shared-runs.ts';

interface Call {
  readonly request: RunRequest;
  readonly options: ExecutorRunOptions;
  succeed(replies: readonly Reply<InferenceResult>[]): void;
  fail(error: unknown): void;
}

function setUp() {
  const calls: Call[] = [];
  const run = createSharedRuns(
    (request, options) =>
      new Promise((succeed, fail) => {
        options.signal.addEventListener('abort', () => fail(options.signal.reason));
        calls.push({ request, options, succeed, fail });
      }),
  );
  const start = (name: string, batchSize: number) => {
    const controller = new AbortController();
    const stages: string[] = [];
    const abandoned: Reply<InferenceResult>[] = [];
    const reply = run('picture', {
      source: new Blob(),
      pipeline: { variant: name } as PipelineRequest,
      context: {
        runId: name,
        signal: controller.signal,
        batchSize,
        onProgress: (stage) => stages.push(stage),
      },
      onAbandonedReply: (late) => abandoned.push(late),
    });
    return { reply, controller, stages, abandoned };
  };
  return { calls, start };
}

const replyOf = (widthPx: number) => ({ ok: true, value: { widthPx } as InferenceResult }) as const;

it('asks once for all maps of a picture, as soon as the last one is there', async () => {
  const { calls, start } = setUp();
  const depth = start('depth', 2);
  expect(calls).toHaveLength(0);
  const parsing = start('parsing', 2);
  expect(calls.map(({ request }) => request.pipelines.map(({ variant }) => variant))).toEqual([
    ['depth', 'parsing'],
  ]);
  calls[0]!.options.onEvent({ type: 'progress', taskId: 'depth', stage: 'decode', fraction: null });
  expect([depth.stages, parsing.stages]).toEqual([['decode'], ['decode']]);
  calls[0]!.succeed([replyOf(1), replyOf(2)]);
  expect(await Promise.all([depth.reply, parsing.reply])).toEqual([replyOf(1), replyOf(2)]);
});

it('goes on for who stays, and keeps what the other one would have got', async () => {
  const { calls, start } = setUp();
  const depth = start('depth', 2);
  const parsing = start('parsing', 2);
  depth.controller.abort(new Error('removed'));
  await expect(depth.reply).rejects.toThrow('removed');
  expect(calls[0]!.options.signal.aborted).toBe(false);
  calls[0]!.succeed([replyOf(1), replyOf(2)]);
  expect(await parsing.reply).toEqual(replyOf(2));
  expect(depth.abandoned).toEqual([replyOf(1)]);
});

it('ends the request when the last one leaves', async () => {
  const { calls, start } = setUp();
  const both = [start('depth', 2), start('parsing', 2)];
  for (const { controller } of both) controller.abort(new Error('cancelled'));
  expect(calls[0]!.options.signal.aborted).toBe(true);
  for (const { reply } of both) await expect(reply).rejects.toThrow('cancelled');
});

it('fails all when the picture fails', async () => {
  const { calls, start } = setUp();
  const both = [start('depth', 2), start('parsing', 2)];
  calls[0]!.fail(new Error('damaged'));
  for (const { reply } of both) await expect(reply).rejects.toThrow('damaged');
});
