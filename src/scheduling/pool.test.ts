import { describe, expect, it } from 'vitest';
import { EngineError } from '../engine/errors.ts';
import { describeExecutor } from './executor.cases.ts';
import { flushPromises } from './fake-clock.ts';
import { setUpPool } from './fake-pool.ts';
import { createFakeSpawner, makeFakeRequest, makeFakeResult, spawnAnsweringSlot } from './fake-slot.ts';

describeExecutor('a pool of fake slots', () => ({
  executor: setUpPool({ spawn: spawnAnsweringSlot }).pool,
  goodSource: 'good',
  badSource: 'bad',
  makeRequest: makeFakeRequest,
}));

describe('starting slots', () => {
  it('starts none before the first request, and only as many as there is work for', async () => {
    const { spawner, run } = setUpPool();
    expect(spawner.slots).toHaveLength(0);
    run('a');
    await flushPromises();
    expect(spawner.slots).toHaveLength(1);
    run('b');
    run('c');
    await flushPromises();
    spawner.slot(0).emit({ type: 'model-loaded', modelId: 'small', variant: 'fp32' });
    await flushPromises();
    expect(spawner.slots).toHaveLength(2);
  });

  it('starts the next one only when the first has its model', async () => {
    const { spawner, run } = setUpPool();
    run('a');
    run('b');
    await flushPromises();
    expect(spawner.slots).toHaveLength(1);
    spawner.slot(0).emit({ type: 'model-loaded', modelId: 'small', variant: 'fp32' });
    await flushPromises();
    expect(spawner.slots).toHaveLength(2);
    expect(spawner.slot(1).requests.map(({ taskId }) => taskId)).toEqual(['b']);
  });

  it('starts the next one when the first cannot load its model', async () => {
    const { spawner, run } = setUpPool();
    const failing = run('a');
    run('b');
    run('c');
    await flushPromises();
    spawner.slot(0).fail(new EngineError('MODEL_FETCH_FAILED', 'offline'));
    await flushPromises();
    expect(failing.error).toMatchObject({ code: 'MODEL_FETCH_FAILED' });
    expect(spawner.slot(0).requests.map(({ taskId }) => taskId)).toEqual(['a', 'b']);
    spawner.slot(0).fail(new EngineError('MODEL_FETCH_FAILED', 'offline'));
    await flushPromises();
    expect(spawner.slot(0).requests.map(({ taskId }) => taskId)).toEqual(['a', 'b', 'c']);
  });

  it('uses an idle slot rather than starting another', async () => {
    const { spawner, run } = setUpPool();
    run('a');
    await flushPromises();
    spawner.slot(0).succeed();
    await flushPromises();
    run('b');
    await flushPromises();
    expect(spawner.slots).toHaveLength(1);
    expect(spawner.slot(0).requests.map(({ taskId }) => taskId)).toEqual(['a', 'b']);
  });

  it('prefers the slot that holds the model', async () => {
    const { spawner, run } = setUpPool();
    run('a', { modelId: 'small' });
    run('b', { modelId: 'large' });
    await flushPromises();
    spawner.slot(0).emit({ type: 'model-loaded', modelId: 'small', variant: 'fp32' });
    await flushPromises();
    spawner.slot(0).succeed();
    spawner.slot(1).succeed();
    await flushPromises();
    run('c', { modelId: 'large' });
    await flushPromises();
    expect(spawner.slot(1).requests.map(({ taskId }) => taskId)).toEqual(['b', 'c']);
  });

  it('gives up after three workers that die before they connect, and pauses before it tries again', async () => {
    const spawner = createFakeSpawner({ connectsAtOnce: false });
    const { clock, run } = setUpPool({ size: 1 }, spawner);
    const first = run('a');
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await flushPromises();
      spawner.slot(attempt).crash('no such script');
    }
    await flushPromises();
    expect(first.error).toMatchObject({ code: 'WORKER_START_FAILED', details: { attempts: 3 } });
    const soonAfter = run('b');
    await flushPromises();
    expect(soonAfter.error).toMatchObject({ code: 'WORKER_START_FAILED' });
    expect(spawner.slots).toHaveLength(3);
    clock.advance(6000);
    const later = run('c');
    await flushPromises();
    expect(spawner.slots).toHaveLength(4);
    spawner.slot(3).connect();
    await flushPromises();
    spawner.slot(3).succeed();
    await flushPromises();
    expect(later.state).toBe('resolved');
  });

  it('takes a worker that never answers connect for dead', async () => {
    const spawner = createFakeSpawner({ connectsAtOnce: false });
    const { clock, run } = setUpPool({ size: 1 }, spawner);
    const outcome = run('a');
    await flushPromises();
    clock.advance(30_000);
    await flushPromises();
    expect(spawner.slot(0).isTerminated).toBe(true);
    spawner.slot(1).connect();
    await flushPromises();
    spawner.slot(1).succeed();
    await flushPromises();
    expect(outcome.state).toBe('resolved');
  });

  it('passes a refusal on at once: asking again would get the same answer', async () => {
    const spawner = createFakeSpawner({ connectsAtOnce: false });
    const { run } = setUpPool({ size: 1 }, spawner);
    const outcome = run('a');
    spawner.slot(0).refuse(new EngineError('EXECUTION_PROVIDER_UNAVAILABLE', 'no adapter'));
    await flushPromises();
    expect(outcome.error).toMatchObject({ code: 'EXECUTION_PROVIDER_UNAVAILABLE' });
    expect(spawner.slots).toHaveLength(1);
    expect(spawner.slot(0).isTerminated).toBe(true);
  });

  it('turns a spawn that throws into WORKER_START_FAILED', async () => {
    let spawns = 0;
    const { run } = setUpPool({
      spawn: () => {
        spawns += 1;
        throw new Error('blocked by policy');
      },
    });
    const outcome = run('a');
    await flushPromises();
    expect(outcome.error).toMatchObject({ code: 'WORKER_START_FAILED' });
    expect(spawns).toBe(3);
  });
});

describe('a slot that dies in the middle', () => {
  it('has its task tried once more in a replacement', async () => {
    const { spawner, losses, run } = setUpPool({ size: 1 });
    const outcome = run('a');
    await flushPromises();
    spawner.slot(0).crash();
    await flushPromises();
    expect(spawner.slots).toHaveLength(2);
    expect(spawner.slot(1).requests.map(({ taskId }) => taskId)).toEqual(['a']);
    spawner.slot(1).succeed();
    await flushPromises();
    expect(outcome.state).toBe('resolved');
    expect(losses).toEqual(['crashed']);
  });

  it('fails its task with WORKER_CRASHED the second time, and serves the others', async () => {
    const { spawner, run } = setUpPool({ size: 1 });
    const poison = run('poison');
    const next = run('next');
    await flushPromises();
    spawner.slot(0).crash();
    await flushPromises();
    spawner.slot(1).crash('again');
    await flushPromises();
    expect(poison.error).toMatchObject({ code: 'WORKER_CRASHED', message: 'The worker died: again' });
    spawner.slot(2).succeed();
    await flushPromises();
    expect(next.state).toBe('resolved');
    expect(spawner.slots).toHaveLength(3);
  });

  it('is replaced only when there is work', async () => {
    const { pool, spawner, run } = setUpPool();
    run('a');
    await flushPromises();
    spawner.slot(0).succeed();
    await flushPromises();
    spawner.slot(0).crash();
    await flushPromises();
    expect(pool.getStatus()).toMatchObject({ startedSlots: 0, busySlots: 0 });
    expect(spawner.slots).toHaveLength(1);
  });
});

describe('timeouts', () => {
  it('end the worker and fail the task with TASK_TIMEOUT', async () => {
    const { clock, spawner, losses, run } = setUpPool({ size: 1 });
    const outcome = run('slow');
    const next = run('next');
    await flushPromises();
    clock.advance(60_000);
    await flushPromises();
    expect(outcome.error).toMatchObject({ code: 'TASK_TIMEOUT', details: { timeoutMs: 60_000 } });
    expect(spawner.slot(0).isTerminated).toBe(true);
    expect(losses).toEqual(['timed-out']);
    spawner.slot(1).succeed();
    await flushPromises();
    expect(next.state).toBe('resolved');
  });

  it('do not count the time that a model loads', async () => {
    const { clock, spawner, run } = setUpPool({ size: 1 });
    const outcome = run('a');
    await flushPromises();
    spawner.slot(0).emit({ type: 'progress', taskId: 'a', stage: 'load', fraction: 0.5 });
    clock.advance(90_000);
    spawner.slot(0).emit({ type: 'progress', taskId: 'a', stage: 'inference', fraction: null });
    clock.advance(50_000);
    await flushPromises();
    expect(outcome.state).toBe('pending');
    clock.advance(10_000);
    await flushPromises();
    expect(outcome.error).toMatchObject({ code: 'TASK_TIMEOUT' });
  });

  it('end a worker that hangs while loading, without waiting as long a second time', async () => {
    const { clock, spawner, losses, run } = setUpPool({ size: 1 });
    const outcome = run('a');
    await flushPromises();
    spawner.slot(0).emit({ type: 'progress', taskId: 'a', stage: 'load', fraction: null });
    clock.advance(100_000);
    await flushPromises();
    expect(outcome.error).toMatchObject({ code: 'WORKER_CRASHED', details: { stalled: true } });
    expect(losses).toEqual(['stalled']);
    expect(spawner.slots).toHaveLength(1);
  });

  it('follow the setting for runs that start later', async () => {
    const { pool, clock, run } = setUpPool({ size: 1 });
    pool.setTaskTimeout(10);
    const outcome = run('a');
    await flushPromises();
    clock.advance(10);
    await flushPromises();
    expect(outcome.error).toMatchObject({ code: 'TASK_TIMEOUT', details: { timeoutMs: 10 } });
  });
});

describe('cancelling', () => {
  it('removes a request that waits, without touching a slot', async () => {
    const { spawner, run } = setUpPool({ size: 1 });
    run('a');
    const controller = new AbortController();
    const waiting = run('b', { controller });
    await flushPromises();
    controller.abort();
    await flushPromises();
    expect(waiting.state).toBe('rejected');
    expect(spawner.slot(0).cancelled).toEqual([]);
    spawner.slot(0).succeed();
    await flushPromises();
    expect(spawner.slot(0).requests).toHaveLength(1);
  });

  it('asks the engine, rejects the caller at once and keeps the slot that answers soon', async () => {
    const { spawner, clock, losses, run } = setUpPool({ size: 1 });
    const controller = new AbortController();
    const outcome = run('a', { controller });
    await flushPromises();
    controller.abort(new Error('bye'));
    await flushPromises();
    expect(outcome.error).toEqual(new Error('bye'));
    expect(spawner.slot(0).cancelled).toEqual(['a']);
    const next = run('b');
    await flushPromises();
    expect(spawner.slot(0).requests).toHaveLength(1);
    spawner.slot(0).fail(new DOMException('cancelled', 'AbortError'));
    await flushPromises();
    expect(spawner.slot(0).requests.map(({ taskId }) => taskId)).toEqual(['a', 'b']);
    clock.advance(30_000);
    expect(losses).toEqual([]);
    expect(next.state).toBe('pending');
  });

  it('ends a worker whose run goes on for longer than a reload would take', async () => {
    const { spawner, clock, losses, run } = setUpPool({ size: 1 });
    const controller = new AbortController();
    run('a', { controller });
    await flushPromises();
    controller.abort();
    // The slot connected in 0 ms; loading was not measured yet and is taken for a second.
    clock.advance(999);
    expect(spawner.slot(0).isTerminated).toBe(false);
    clock.advance(1);
    expect(spawner.slot(0).isTerminated).toBe(true);
    expect(losses).toEqual(['cancelled']);
  });

  it('ends a worker at once where the rest is known to be longer than a reload', async () => {
    const { spawner, clock, run } = setUpPool({ size: 1 });
    run('a');
    await flushPromises();
    clock.advance(20_000);
    spawner.slot(0).succeed();
    await flushPromises();
    const controller = new AbortController();
    run('b', { controller });
    await flushPromises();
    controller.abort();
    expect(spawner.slot(0).isTerminated).toBe(true);
  });

  it('lets a model finish loading: the next task needs it too', async () => {
    const { spawner, clock, run } = setUpPool({ size: 1 });
    const controller = new AbortController();
    run('a', { controller });
    await flushPromises();
    spawner.slot(0).emit({ type: 'progress', taskId: 'a', stage: 'load', fraction: 0.1 });
    controller.abort();
    clock.advance(20_000);
    expect(spawner.slot(0).isTerminated).toBe(false);
  });

  it('hands over the result of a run that finished all the same', async () => {
    const spawner = createFakeSpawner();
    const { run } = setUpPool({ size: 1 }, spawner);
    const controller = new AbortController();
    const outcome = run('a', { controller });
    await flushPromises();
    controller.abort();
    spawner.slot(0).succeed(makeFakeResult([7, 8]));
    await flushPromises();
    expect(outcome.state).toBe('rejected');
    expect(outcome.abandoned).toEqual([[{ ok: true, value: makeFakeResult([7, 8]) }]]);
  });
});
