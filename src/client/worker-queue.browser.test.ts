import { expect, onTestFinished, test } from 'vitest';
import type { Reply } from '../engine/api.ts';
import { createWorkerQueue } from './worker-queue.ts';

interface SilentApi {
  ask(): Promise<Reply<number>>;
}

const { signal } = new AbortController();

/** A worker that never answers. */
function createSilentQueue(limit: number) {
  const url = URL.createObjectURL(new Blob(['onmessage = () => {}'], { type: 'text/javascript' }));
  let spawned = 0;
  const queue = createWorkerQueue<SilentApi>({
    spawn: () => {
      spawned++;
      return new Worker(url);
    },
    limit,
  });
  onTestFinished(() => {
    queue.dispose();
    URL.revokeObjectURL(url);
  });
  return { queue, countSpawned: () => spawned };
}

test('no worker is started before the first call', async () => {
  const { queue, countSpawned } = createSilentQueue(1);
  expect(countSpawned()).toBe(0);
  queue.run((api) => api.ask(), { signal }).catch(() => {});
  await Promise.resolve();
  expect(countSpawned()).toBe(1);
});

test('a worker that was prepared serves the first call', async () => {
  const { queue, countSpawned } = createSilentQueue(1);
  queue.prepare();
  expect(countSpawned()).toBe(1);
  queue.run((api) => api.ask(), { signal }).catch(() => {});
  await Promise.resolve();
  expect(countSpawned()).toBe(1);
});

test('a full queue refuses, and says how many may wait', async () => {
  const { queue } = createSilentQueue(2);
  const calls = [1, 2, 3].map(() => queue.run((api) => api.ask(), { signal }));
  for (const call of calls) call.catch(() => {});
  await expect(queue.run((api) => api.ask(), { signal })).rejects.toMatchObject({
    code: 'QUEUE_FULL',
    details: { limit: 2 },
  });
});

test('an aborted call that runs rejects at once and keeps its place until the worker is free', async () => {
  const { queue } = createSilentQueue(2);
  const controller = new AbortController();
  const told: string[] = [];
  const running = queue.run((api) => api.ask(), {
    signal: controller.signal,
    onAbort: () => told.push('stop'),
  });
  const waiting = queue.run((api) => api.ask(), {
    signal: controller.signal,
    onAbort: () => told.push('never'),
  });
  controller.abort(new Error('gone'));
  await expect(running).rejects.toThrow('gone');
  await expect(waiting).rejects.toThrow('gone');
  expect(told).toEqual(['stop']);
});

test('an aborted signal and a disposed queue take no call', async () => {
  const { queue, countSpawned } = createSilentQueue(2);
  await expect(
    queue.run((api) => api.ask(), { signal: AbortSignal.abort(new Error('late')) }),
  ).rejects.toThrow('late');
  queue.dispose();
  await expect(queue.run((api) => api.ask(), { signal })).rejects.toMatchObject({ name: 'AbortError' });
  expect(countSpawned()).toBe(0);
});
