import { describe, expect, it } from 'vitest';
import { EngineError, toWireError } from '../engine/errors.ts';
import { flushPromises } from './fake-clock.ts';
import { setUpPool } from './fake-pool.ts';
import { createFakeSpawner } from './fake-slot.ts';

describe('memory and providers', () => {
  const outOfMemory = new EngineError('OUT_OF_MEMORY', 'std::bad_alloc');

  it('gives up a worker that ran out of memory and says so: another pool may need less', async () => {
    const { spawner, losses, run } = setUpPool({ size: 1 });
    run('a');
    await flushPromises();
    spawner.slot(0).succeed();
    await flushPromises();
    const replies = [{ ok: false, error: toWireError(outOfMemory) }] as const;
    const outcome = run('b');
    await flushPromises();
    spawner.slot(0).answer(replies);
    await flushPromises();
    expect(losses).toEqual(['out-of-memory']);
    expect(spawner.slot(0).isTerminated).toBe(true);
    expect(outcome.value).toEqual(replies);
    run('c');
    await flushPromises();
    expect(spawner.slot(1).requests.map(({ taskId }) => taskId)).toEqual(['c']);
  });

  it('tells how far a heap has grown, and what those of the slots that are there take together', async () => {
    const heaps: (readonly [number, number])[] = [];
    const { spawner, run } = setUpPool({
      size: 2,
      onHeap: ({ heapBytes }, poolBytes) => heaps.push([heapBytes, poolBytes]),
    });
    run('a');
    run('b');
    await flushPromises();
    spawner.slot(0).emit({ type: 'model-loaded', modelId: 'small', variant: 'fp32' });
    await flushPromises();
    const tell = (slot: number, heapBytes: number) =>
      spawner.slot(slot).emit({ type: 'heap', heapBytes, models: [] });
    tell(0, 5);
    tell(1, 7);
    tell(0, 9);
    expect(heaps).toEqual([
      [5, 5],
      [7, 12],
      [9, 16],
    ]);
  });

  it('keeps a worker whose provider was refused for one model only', async () => {
    const { spawner, losses, run } = setUpPool({ size: 1 });
    const refused = new EngineError('EXECUTION_PROVIDER_FAILED', 'wrong', { details: { selfTest: true } });
    const outcome = run('a');
    await flushPromises();
    spawner.slot(0).fail(refused);
    await flushPromises();
    expect(outcome.error).toBe(refused);
    run('b');
    await flushPromises();
    expect(losses).toEqual([]);
    expect(spawner.slot(0).requests.map(({ taskId }) => taskId)).toEqual(['a', 'b']);
  });

  it('fails the running task when the device is lost, and gives the slot up', async () => {
    const { spawner, losses, run } = setUpPool({ size: 1 });
    const outcome = run('a');
    await flushPromises();
    spawner.slot(0).emit({ type: 'device-lost', reason: 'driver reset' });
    await flushPromises();
    expect(outcome.error).toMatchObject({ code: 'EXECUTION_PROVIDER_FAILED' });
    expect(losses).toEqual(['provider-failed']);
  });

  it('replaces a slot after its number of runs', async () => {
    const { spawner, losses, run } = setUpPool({ size: 1, maxRunsPerSlot: 2 });
    for (const taskId of ['a', 'b']) {
      run(taskId);
      await flushPromises();
      spawner.slot(0).succeed();
      await flushPromises();
    }
    run('c');
    await flushPromises();
    expect(losses).toEqual(['recycled']);
    expect(spawner.slot(1).requests.map(({ taskId }) => taskId)).toEqual(['c']);
  });
});

describe('ending', () => {
  it('finishes what it has when it retires, then ends its slots', async () => {
    const { pool, spawner, run } = setUpPool();
    const running = run('a');
    const other = run('b');
    await flushPromises();
    spawner.slot(0).emit({ type: 'model-loaded', modelId: 'small', variant: 'fp32' });
    await flushPromises();
    spawner.slot(1).succeed();
    await flushPromises();
    pool.retire();
    expect([spawner.slot(0).isTerminated, spawner.slot(1).isTerminated]).toEqual([false, true]);
    spawner.slot(0).succeed();
    await flushPromises();
    expect([running.state, other.state]).toEqual(['resolved', 'resolved']);
    expect(spawner.slot(0).isTerminated).toBe(true);
  });

  it('ends slots that are still starting, and leaves no timer', async () => {
    const spawner = createFakeSpawner({ connectsAtOnce: false });
    const { pool, clock, run } = setUpPool({}, spawner);
    const outcome = run('a');
    pool.dispose();
    await flushPromises();
    expect(outcome.error).toMatchObject({ name: 'AbortError' });
    expect(spawner.slot(0).isTerminated).toBe(true);
    expect(clock.timerCount()).toBe(0);
  });
});
