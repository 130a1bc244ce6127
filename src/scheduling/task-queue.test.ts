import { describe, expect, it } from 'vitest';
import { EngineError } from '../engine/errors.ts';
import { flushPromises } from './fake-clock.ts';
import { createTaskQueue } from './task-queue.ts';
import type { RunContext, TaskQueueOptions } from './task-queue.types.ts';

interface Running {
  readonly work: string;
  readonly context: RunContext;
  succeed(summary?: string): void;
  fail(error: unknown): void;
}

/** A queue whose runs are ended by the test; `capacity` of them run at a time. */
function setUp(change: Partial<TaskQueueOptions<string, string>> & { capacity?: number } = {}) {
  const running: Running[] = [];
  let activeCount = 0;
  let changeCount = 0;
  const queue = createTaskQueue<string, string>({
    limit: 1000,
    now: () => 42,
    lookUp: async (batch) => batch.map(() => null),
    canStart: () => activeCount < (change.capacity ?? 1),
    run: (work, context) => {
      activeCount += 1;
      return new Promise<string>((resolve, reject) => {
        running.push({
          work,
          context,
          succeed: (summary = `map of ${work}`) => resolve(summary),
          fail: reject,
        });
        context.signal.addEventListener('abort', () => reject(context.signal.reason));
      }).finally(() => {
        activeCount -= 1;
      });
    },
    onChange: () => {
      changeCount += 1;
    },
    ...change,
  });
  const state = (taskId: string) => queue.getSnapshot().tasks.get(taskId);
  const last = () => {
    const run = running.at(-1);
    if (!run) throw new Error('nothing runs');
    return run;
  };
  return { queue, running, last, state, changes: () => changeCount };
}

describe('order', () => {
  it('says with a change when nothing waits or runs any more', async () => {
    const idle: boolean[] = [];
    const { queue, running } = setUp({ onChange: (isIdle) => idle.push(isIdle) });
    for (const id of ['a', 'b']) queue.enqueue(id, id, id);
    await flushPromises();
    running[0]?.succeed();
    await flushPromises();
    expect(idle).not.toContain(true);
    running[1]?.succeed();
    await flushPromises();
    expect(idle).toContain(true);
    expect(idle.at(-1)).toBe(true);
  });

  it('starts tasks as they came and tells each its place in line', async () => {
    const { queue, running, state } = setUp();
    for (const id of ['a', 'b', 'c']) queue.enqueue(id, id, id);
    expect(state('a')).toEqual({ state: 'queued', position: 1 });
    await flushPromises();
    expect(running.map(({ work }) => work)).toEqual(['a']);
    expect(state('a')).toEqual({ state: 'processing', stage: 'load', fraction: null, startedAtMs: 42 });
    expect(state('b')).toEqual({ state: 'queued', position: 1 });
    expect(state('c')).toEqual({ state: 'queued', position: 2 });
    expect(queue.getSnapshot()).toMatchObject({ queuedCount: 2, processingCount: 1 });
  });

  it('moves the task that is looked at to the front', async () => {
    const { queue, running, last, state } = setUp();
    for (const id of ['a', 'b', 'c']) queue.enqueue(id, id, id);
    await flushPromises();
    queue.prioritize('c');
    expect([state('c'), state('b')]).toEqual([
      { state: 'queued', position: 1 },
      { state: 'queued', position: 2 },
    ]);
    last().succeed();
    await flushPromises();
    expect(running.map(({ work }) => work)).toEqual(['a', 'c']);
  });

  it('asks again whether it may start when it is poked', async () => {
    let isOpen = false;
    const { queue, running } = setUp({ canStart: () => isOpen });
    queue.enqueue('a', 'a', 'a');
    await flushPromises();
    expect(running).toHaveLength(0);
    isOpen = true;
    queue.poke();
    isOpen = false;
    expect(running).toHaveLength(1);
  });
});

describe('what is there already', () => {
  it('is found in one batch and never runs', async () => {
    const batches: (readonly string[])[] = [];
    const { queue, running, state } = setUp({
      lookUp: async (batch) => {
        batches.push(batch);
        return batch.map((work) => (work === 'new' ? null : `stored ${work}`));
      },
    });
    for (const id of ['x', 'new', 'y']) queue.enqueue(id, id, id);
    await flushPromises();
    expect(batches).toEqual([['x', 'new', 'y']]);
    expect(state('x')).toEqual({ state: 'done', summary: 'stored x' });
    expect(state('y')).toEqual({ state: 'done', summary: 'stored y' });
    expect(running.map(({ work }) => work)).toEqual(['new']);
  });

  it('is looked for one batch at a time: what comes meanwhile shares the next', async () => {
    const batches: (readonly string[])[] = [];
    const answers: (() => void)[] = [];
    const { queue } = setUp({
      lookUp: (batch) => {
        batches.push(batch);
        return new Promise((resolve) => answers.push(() => resolve(batch.map(() => null))));
      },
    });
    for (const id of ['a', 'b', 'c']) {
      queue.enqueue(id, id, id);
      await flushPromises();
    }
    expect(batches).toEqual([['a']]);
    answers[0]?.();
    await flushPromises();
    expect(batches).toEqual([['a'], ['b', 'c']]);
  });

  it('does not matter when the look-up fails: everything runs', async () => {
    const { queue, running } = setUp({ lookUp: () => Promise.reject(new Error('disk')), capacity: 2 });
    queue.enqueue('a', 'a', 'a');
    queue.enqueue('b', 'b', 'b');
    await flushPromises();
    expect(running.map(({ work }) => work)).toEqual(['a', 'b']);
  });

  it('has what is at hand done at once, without a place in line or a look-up', async () => {
    const { queue, running, state } = setUp({
      recall: (work) => (work === 'known' ? 'map at hand' : null),
      lookUp: (batch) => {
        throw new Error(`looked up ${batch.join()}`);
      },
    });
    queue.enqueue('a', 'key-a', 'known');
    expect(state('a')).toEqual({ state: 'done', summary: 'map at hand' });
    expect(queue.getSnapshot()).toMatchObject({ queuedCount: 0, processingCount: 0 });
    queue.enqueue('b', 'key-b', 'new');
    // Another work under the same name: what waited for the first is told.
    const settled = queue.settled('b');
    queue.enqueue('b', 'key-a', 'known');
    expect(await settled).toEqual({ state: 'done', summary: 'map at hand' });
    await flushPromises();
    expect(running).toEqual([]);
  });

  it('is not reported for a task that was cancelled meanwhile', async () => {
    const { queue, state } = setUp({ lookUp: async (batch) => batch.map(() => 'stored') });
    queue.enqueue('a', 'a', 'a');
    await Promise.resolve();
    queue.cancel('a');
    await flushPromises();
    expect(state('a')).toEqual({ state: 'cancelled' });
  });
});

describe('shared work', () => {
  it('runs once for two tasks of one key', async () => {
    const { queue, running, last, state } = setUp({ capacity: 4 });
    queue.enqueue('a', 'same', 'work');
    queue.enqueue('b', 'same', 'work');
    await flushPromises();
    queue.enqueue('c', 'same', 'work');
    expect(running).toHaveLength(1);
    expect(state('c')).toMatchObject({ state: 'processing' });
    last().succeed();
    await flushPromises();
    for (const id of ['a', 'b', 'c']) expect(state(id)).toEqual({ state: 'done', summary: 'map of work' });
  });

  it('is aborted only when its last asker leaves', async () => {
    const { queue, last, state } = setUp();
    queue.enqueue('a', 'same', 'work');
    queue.enqueue('b', 'same', 'work');
    await flushPromises();
    const { signal } = last().context;
    queue.cancel('a');
    expect(signal.aborted).toBe(false);
    expect([state('a')?.state, state('b')?.state]).toEqual(['cancelled', 'processing']);
    queue.cancel('b');
    expect(signal.aborted).toBe(true);
  });

  it('starts anew for who comes after the last asker left', async () => {
    const { queue, running, last, state } = setUp();
    queue.enqueue('a', 'same', 'work');
    await flushPromises();
    queue.cancel('a');
    queue.enqueue('b', 'same', 'work');
    await flushPromises();
    expect(running).toHaveLength(2);
    expect(running[0]?.context.runId).not.toBe(running[1]?.context.runId);
    last().succeed();
    await flushPromises();
    expect([state('a')?.state, state('b')?.state]).toEqual(['cancelled', 'done']);
  });
});

describe('a task', () => {
  it('is not doubled by a second command while it waits or runs', async () => {
    const { queue, running } = setUp({ capacity: 4 });
    queue.enqueue('a', 'key', 'work');
    queue.enqueue('a', 'key', 'work');
    await flushPromises();
    queue.enqueue('a', 'key', 'work');
    await flushPromises();
    expect(running).toHaveLength(1);
  });

  it('runs again after it failed', async () => {
    const { queue, running, last, state } = setUp();
    queue.enqueue('a', 'key', 'work');
    await flushPromises();
    last().fail(new EngineError('IMAGE_DECODE_FAILED', 'truncated'));
    await flushPromises();
    expect(state('a')).toMatchObject({ state: 'failed', error: { code: 'IMAGE_DECODE_FAILED' } });
    queue.enqueue('a', 'key', 'work');
    expect(state('a')).toEqual({ state: 'queued', position: 1 });
    await flushPromises();
    expect(running).toHaveLength(2);
  });

  it('leaves its old work when it is asked for with other options', async () => {
    const { queue, running, state } = setUp({ capacity: 2 });
    queue.enqueue('a', 'detail-256', 'coarse');
    await flushPromises();
    queue.enqueue('a', 'detail-512', 'fine');
    await flushPromises();
    expect(running[0]?.context.signal.aborted).toBe(true);
    running[1]?.succeed();
    await flushPromises();
    expect(state('a')).toEqual({ state: 'done', summary: 'map of fine' });
  });

  it('shows the stage and progress of its run', async () => {
    const { queue, last, state } = setUp();
    queue.enqueue('a', 'key', 'work');
    await flushPromises();
    last().context.onProgress('load', 0.5);
    expect(state('a')).toMatchObject({ stage: 'load', fraction: 0.5 });
    last().context.onProgress('inference', null);
    expect(state('a')).toMatchObject({ stage: 'inference', fraction: null });
  });

  it('tells who waits for it how it ended', async () => {
    const { queue, last } = setUp();
    queue.enqueue('a', 'key', 'work');
    const settled = queue.settled('a');
    await flushPromises();
    last().succeed();
    await expect(settled).resolves.toEqual({ state: 'done', summary: 'map of work' });
    await expect(queue.settled('nobody')).resolves.toBeNull();
  });

  it('is gone when it is forgotten, and who waits hears of it', async () => {
    const { queue, last, state } = setUp();
    queue.enqueue('a', 'key', 'work');
    const settled = queue.settled('a');
    await flushPromises();
    queue.forget(['a']);
    expect(state('a')).toBeUndefined();
    expect(last().context.signal.aborted).toBe(true);
    await expect(settled).resolves.toEqual({ state: 'cancelled' });
  });
});

describe('bounds', () => {
  it('refuses what does not fit with QUEUE_FULL, and takes it when there is room again', async () => {
    const { queue, state } = setUp({ limit: 2, canStart: () => false });
    for (const id of ['a', 'b', 'c']) queue.enqueue(id, id, id);
    expect(state('c')).toMatchObject({
      state: 'failed',
      error: { code: 'QUEUE_FULL', details: { limit: 2 } },
    });
    queue.cancel('a');
    queue.enqueue('c', 'c', 'c');
    expect(state('c')).toMatchObject({ state: 'queued' });
  });

  it('cancels everything at once', async () => {
    const { queue, running } = setUp();
    for (const id of ['a', 'b', 'c']) queue.enqueue(id, id, id);
    await flushPromises();
    queue.cancelAll();
    await flushPromises();
    const { tasks, queuedCount, processingCount } = queue.getSnapshot();
    expect([...tasks.values()]).toEqual(Array.from({ length: 3 }, () => ({ state: 'cancelled' })));
    expect([queuedCount, processingCount, running.length]).toEqual([0, 0, 1]);
  });
});

describe('snapshots', () => {
  it('stay the same object between changes, and keep the views that did not change', async () => {
    const { queue, last } = setUp();
    for (const id of ['a', 'b']) queue.enqueue(id, id, id);
    await flushPromises();
    const before = queue.getSnapshot();
    expect(queue.getSnapshot()).toBe(before);
    last().context.onProgress('inference', null);
    const after = queue.getSnapshot();
    expect(after).not.toBe(before);
    expect(after.tasks.get('b')).toBe(before.tasks.get('b'));
    expect(after.tasks.get('a')).not.toBe(before.tasks.get('a'));
    expect(before.tasks.get('a')).toMatchObject({ stage: 'load' });
  });
});

describe('batches', () => {
  it('starts waiting work of one picture together, and asks for room once', async () => {
    const { queue, running, state } = setUp({ batchKeyOf: (work) => work[0] ?? null });
    for (const id of ['a1', 'b1', 'a2', 'b2']) queue.enqueue(id, id, id);
    await flushPromises();
    expect(running.map(({ work, context }) => [work, context.batchSize])).toEqual([
      ['a1', 2],
      ['a2', 2],
    ]);
    expect(state('b1')).toEqual({ state: 'queued', position: 1 });
    running[0]?.succeed();
    running[1]?.succeed();
    await flushPromises();
    expect(running.map(({ work }) => work)).toEqual(['a1', 'a2', 'b1', 'b2']);
  });
});
