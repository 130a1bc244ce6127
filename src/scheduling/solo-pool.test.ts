import { describe, expect, it } from 'vitest';
import type { RunRequest } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import { describeExecutor } from './executor.cases.ts';
import { createFakeClock, flushPromises, type FakeClock } from './fake-clock.ts';
import { createFakeSpawner, makeFakeRequest, spawnAnsweringSlot, type FakeSpawner } from './fake-slot.ts';
import { createPool } from './pool.ts';
import type { Pool } from './pool.types.ts';
import { createSoloPool } from './solo-pool.ts';

function openPool(clock: FakeClock, spawn: FakeSpawner['spawn'], size: number): Pool<string> {
  return createPool({
    size,
    spawn,
    clock,
    taskTimeoutMs: 60_000,
    connectTimeoutMs: 30_000,
    loadStallMs: 100_000,
    maxRunsPerSlot: 1000,
  });
}

function setUp() {
  const clock = createFakeClock();
  const [main, solo] = [createFakeSpawner(), createFakeSpawner()];
  const pool = createSoloPool({
    main: openPool(clock, main.spawn, 2),
    openSolo: () => openPool(clock, solo.spawn, 1),
    toWarmUp: ({ pipelines }: RunRequest<string>) => ({ taskId: 'warm-up', source: 'small', pipelines }),
    clock,
  });
  const run = (taskId: string, modelId?: string) => {
    const promise = pool.run(makeFakeRequest(taskId, 'good', modelId), {
      signal: new AbortController().signal,
      onEvent: () => undefined,
    });
    promise.catch(() => undefined);
    return promise;
  };
  const asked = ({ slots }: FakeSpawner) =>
    slots.map(({ requests }) => requests.map(({ taskId }) => taskId).join(' '));
  /** One request, a pause, and the solo slot is warm. */
  const warmUp = async () => {
    void run('first');
    await flushPromises();
    main.slot(0).succeed();
    await flushPromises();
    clock.advance(1500);
    await flushPromises();
    solo.slot(0).succeed();
    await flushPromises();
  };
  return { clock, main, solo, pool, run, asked, warmUp };
}

describe('a pool with a solo slot', () => {
  describeExecutor('warm and cold', () => {
    const clock = createFakeClock();
    const main = openPool(clock, spawnAnsweringSlot, 2);
    const openSolo = () => openPool(clock, spawnAnsweringSlot, 1);
    return {
      executor: createSoloPool({ main, openSolo, toWarmUp: (request) => request, clock }),
      goodSource: 'good',
      badSource: 'bad',
      makeRequest: makeFakeRequest,
    };
  });

  it('starts the slot in a pause only, with the models that were asked for last', async () => {
    const { clock, main, solo, run, asked } = setUp();
    void run('a');
    await flushPromises();
    main.slot(0).succeed();
    await flushPromises();
    clock.advance(1400);
    void run('b', 'other');
    await flushPromises();
    clock.advance(1400);
    main.slot(0).succeed();
    await flushPromises();
    expect(solo.slots).toEqual([]);
    clock.advance(1500);
    await flushPromises();
    expect(asked(main)).toEqual(['a b']);
    expect(asked(solo)).toEqual(['warm-up']);
    expect(solo.slot(0).requests[0]?.pipelines[0]?.model.id).toBe('other');
  });

  it('gives the slot what comes alone, and the main pool what comes beside it', async () => {
    const { main, solo, run, asked, warmUp, pool } = setUp();
    await warmUp();
    const alone = run('alone');
    void run('beside');
    await flushPromises();
    expect(asked(solo)).toEqual(['warm-up alone']);
    expect(asked(main)).toEqual(['first beside']);
    expect(pool.getStatus()).toMatchObject({ busySlots: 2, startedSlots: 2 });
    solo.slot(0).succeed();
    expect(await alone).toHaveLength(1);
    void run('third');
    await flushPromises();
    expect(asked(solo)).toEqual(['warm-up alone']);
  });

  it('leaves models that the slot does not hold to the main pool, and loads them in the next pause', async () => {
    const { clock, main, solo, run, asked, warmUp } = setUp();
    await warmUp();
    void run('new', 'other');
    await flushPromises();
    expect(asked(main)).toEqual(['first new']);
    main.slot(0).succeed();
    await flushPromises();
    clock.advance(1500);
    await flushPromises();
    expect(asked(solo)).toEqual(['warm-up warm-up']);
    // Not while it loads.
    void run('meanwhile');
    await flushPromises();
    expect(asked(main)).toEqual(['first new meanwhile']);
  });

  it('gives a slot up that crashed or ran out of memory: the request runs again in the main pool', async () => {
    const { clock, main, solo, run, asked, warmUp } = setUp();
    await warmUp();
    const alone = run('alone');
    await flushPromises();
    solo.slot(0).fail(new EngineError('OUT_OF_MEMORY', 'std::bad_alloc'));
    await flushPromises();
    main.slot(0).succeed();
    expect(await alone).toHaveLength(1);
    clock.advance(10_000);
    await flushPromises();
    void run('later');
    await flushPromises();
    expect(asked(main)).toEqual(['first alone later']);
    expect(solo.slots).toHaveLength(1);
    expect(solo.slot(0).isTerminated).toBe(true);
  });

  it('keeps the slot where the request itself is wrong', async () => {
    const { main, solo, run, asked, warmUp } = setUp();
    await warmUp();
    const wrong = run('wrong');
    await flushPromises();
    solo.slot(0).fail(new EngineError('IMAGE_NOT_AN_IMAGE', 'no picture'));
    await expect(wrong).rejects.toMatchObject({ code: 'IMAGE_NOT_AN_IMAGE' });
    void run('next');
    await flushPromises();
    expect(asked(solo)).toEqual(['warm-up wrong next']);
    expect(asked(main)).toEqual(['first']);
  });

  it('does without where the slot cannot start', async () => {
    const { clock, main, solo, run, asked } = setUp();
    void run('a');
    await flushPromises();
    main.slot(0).succeed();
    await flushPromises();
    clock.advance(1500);
    await flushPromises();
    solo.slot(0).fail(new EngineError('WORKER_START_FAILED', 'no threads'));
    await flushPromises();
    void run('b');
    await flushPromises();
    expect(asked(main)).toEqual(['a b']);
  });

  it('ends both when it retires', async () => {
    const { main, solo, pool, warmUp } = setUp();
    await warmUp();
    pool.retire();
    await flushPromises();
    expect([main.slot(0).isTerminated, solo.slot(0).isTerminated]).toEqual([true, true]);
    expect(pool.getStatus().startedSlots).toBe(0);
  });
});
