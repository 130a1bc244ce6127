/** What every executor does, whatever is behind it. Run by the fake one, by the pool over fake slots, and by real workers. */
import { describe, expect, it } from 'vitest';
import type { EngineEvent, RunRequest } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import type { Executor } from './executor.ts';

export interface ExecutorHarness<Source> {
  readonly executor: Executor<Source>;
  /** A picture that works, and enough work to be cancelled in the middle. */
  readonly goodSource: Source;
  /** Bytes that are no picture. */
  readonly badSource: Source;
  makeRequest(taskId: string, source: Source): RunRequest<Source>;
}

interface CountedSignal {
  readonly controller: AbortController;
  listenerCount(): number;
}

/** Counts abort listeners: one left behind per task is a leak over a thousand tasks. */
function createCountedSignal(): CountedSignal {
  const controller = new AbortController();
  const { signal } = controller;
  let count = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    count += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    count -= 1;
    remove(...args);
  };
  return { controller, listenerCount: () => count };
}

/** `open` makes a fresh executor per case; the case disposes it. */
export function describeExecutor<Source>(
  name: string,
  open: () => Promise<ExecutorHarness<Source>> | ExecutorHarness<Source>,
): void {
  describe(`${name}, as an executor`, () => {
    async function withHarness(work: (harness: ExecutorHarness<Source>) => Promise<void>): Promise<void> {
      const harness = await open();
      try {
        await work(harness);
      } finally {
        harness.executor.dispose();
      }
    }

    const ignoreEvents = () => undefined;

    it('answers one reply per pipeline, with a map as long as its size says', () =>
      withHarness(async ({ executor, goodSource, makeRequest }) => {
        const { signal } = new AbortController();
        const replies = await executor.run(makeRequest('a', goodSource), { signal, onEvent: ignoreEvents });
        expect(replies).toHaveLength(1);
        const [reply] = replies;
        if (!reply?.ok || reply.value.kind !== 'disparity') throw new Error(JSON.stringify(reply));
        expect(reply.value.disparity).toHaveLength(reply.value.widthPx * reply.value.heightPx);
      }));

    it('reports the progress of each task under its own id', () =>
      withHarness(async ({ executor, goodSource, makeRequest }) => {
        const { signal } = new AbortController();
        const seen = new Map<string, EngineEvent[]>();
        const run = (taskId: string) => {
          const events: EngineEvent[] = [];
          seen.set(taskId, events);
          return executor.run(makeRequest(taskId, goodSource), {
            signal,
            onEvent: (event) => events.push(event),
          });
        };
        await Promise.all([run('a'), run('b')]);
        for (const [taskId, events] of seen) {
          expect(events.length).toBeGreaterThan(0);
          expect(events.every((event) => event.type === 'progress' && event.taskId === taskId)).toBe(true);
        }
      }));

    it('takes more requests than its capacity and answers them all', () =>
      withHarness(async ({ executor, goodSource, makeRequest }) => {
        const { signal } = new AbortController();
        const taskIds = Array.from({ length: executor.capacity + 2 }, (_, index) => `task-${index}`);
        const all = await Promise.all(
          taskIds.map((id) => executor.run(makeRequest(id, goodSource), { signal, onEvent: ignoreEvents })),
        );
        expect(all.map((replies) => replies.length)).toEqual(taskIds.map(() => 1));
      }));

    it('throws the code of a picture that is none, and goes on working', () =>
      withHarness(async ({ executor, goodSource, badSource, makeRequest }) => {
        const { signal } = new AbortController();
        const failure = executor.run(makeRequest('bad', badSource), { signal, onEvent: ignoreEvents });
        const error: unknown = await failure.catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(EngineError);
        expect(error).toMatchObject({ code: 'IMAGE_NOT_AN_IMAGE' });
        const replies = await executor.run(makeRequest('good', goodSource), {
          signal,
          onEvent: ignoreEvents,
        });
        expect(replies[0]?.ok).toBe(true);
      }));

    it('rejects with the reason of the signal when the caller leaves, and goes on working', () =>
      withHarness(async ({ executor, goodSource, makeRequest }) => {
        const controller = new AbortController();
        const reason = new Error('gone');
        const run = executor.run(makeRequest('a', goodSource), {
          signal: controller.signal,
          onEvent: () => controller.abort(reason),
        });
        await expect(run).rejects.toBe(reason);
        const replies = await executor.run(makeRequest('b', goodSource), {
          signal: new AbortController().signal,
          onEvent: ignoreEvents,
        });
        expect(replies[0]?.ok).toBe(true);
      }));

    it('does not start for a caller who has left already', () =>
      withHarness(async ({ executor, goodSource, makeRequest }) => {
        const reason = new Error('never came');
        const events: EngineEvent[] = [];
        const run = executor.run(makeRequest('a', goodSource), {
          signal: AbortSignal.abort(reason),
          onEvent: (event) => events.push(event),
        });
        await expect(run).rejects.toBe(reason);
        expect(events).toEqual([]);
      }));

    it('leaves no abort listener behind, whether a run succeeds, fails or is aborted', () =>
      withHarness(async ({ executor, goodSource, badSource, makeRequest }) => {
        const counted = createCountedSignal();
        const { signal } = counted.controller;
        await executor.run(makeRequest('a', goodSource), { signal, onEvent: ignoreEvents });
        await executor
          .run(makeRequest('b', badSource), { signal, onEvent: ignoreEvents })
          .catch(() => undefined);
        const run = executor.run(makeRequest('c', goodSource), { signal, onEvent: ignoreEvents });
        expect(counted.listenerCount()).toBe(1);
        counted.controller.abort();
        await run.catch(() => undefined);
        expect(counted.listenerCount()).toBe(0);
      }));

    it('rejects what runs and what comes after when it is disposed', () =>
      withHarness(async ({ executor, goodSource, makeRequest }) => {
        const { signal } = new AbortController();
        const run = executor.run(makeRequest('a', goodSource), { signal, onEvent: ignoreEvents });
        executor.dispose();
        await expect(run).rejects.toMatchObject({ name: 'AbortError' });
        const late = executor.run(makeRequest('b', goodSource), { signal, onEvent: ignoreEvents });
        await expect(late).rejects.toMatchObject({ name: 'AbortError' });
      }));
  });
}
