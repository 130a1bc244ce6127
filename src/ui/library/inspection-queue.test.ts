import { describe, expect, it } from 'vitest';
import { createInspectionQueue } from './inspection-queue.ts';

/** A queue whose inspections end when the test says so. */
function setUp(concurrency = 2) {
  const started: string[] = [];
  const failed: string[] = [];
  const ends = new Map<string, { resolve: () => void; reject: (error: unknown) => void }>();
  const signals = new Map<string, AbortSignal>();
  let preferred: string | null = null;
  const queue = createInspectionQueue({
    concurrency,
    inspect: (id, signal) => {
      started.push(id);
      signals.set(id, signal);
      return new Promise<void>((resolve, reject) => {
        ends.set(id, { resolve, reject });
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    },
    onError: (id) => failed.push(id),
    getPreferredId: () => preferred,
  });
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
  return {
    queue,
    started,
    failed,
    signals,
    prefer: (id: string) => {
      preferred = id;
    },
    async end(id: string) {
      ends.get(id)?.resolve();
      await settle();
    },
    async fail(id: string) {
      ends.get(id)?.reject(new Error('broken'));
      await settle();
    },
    settle,
  };
}

describe('inspection queue', () => {
  it('looks at a few at a time, in order', async () => {
    const { queue, started, end } = setUp();
    queue.add(['a', 'b', 'c']);
    expect(started).toEqual(['a', 'b']);
    await end('a');
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('takes the picture in view first', async () => {
    const { queue, started, prefer, end } = setUp(1);
    queue.add(['a', 'b', 'c']);
    prefer('c');
    await end('a');
    expect(started).toEqual(['a', 'c']);
  });

  it('reports a failure and goes on', async () => {
    const { queue, started, failed, fail } = setUp(1);
    queue.add(['a', 'b']);
    await fail('a');
    expect(failed).toEqual(['a']);
    expect(started).toEqual(['a', 'b']);
  });

  it('aborts a running one, without calling that a failure, and frees its place', async () => {
    const { queue, started, failed, signals, settle } = setUp(1);
    queue.add(['a', 'b']);
    expect(queue.cancel('a')).toBe(true);
    await settle();
    expect(signals.get('a')?.aborted).toBe(true);
    expect(failed).toEqual([]);
    expect(started).toEqual(['a', 'b']);
    expect(queue.cancel('never')).toBe(false);
  });

  it('cancels all and names them', async () => {
    const { queue, started, settle } = setUp(2);
    queue.add(['a', 'b', 'c', 'd']);
    expect([...queue.cancelAll()].sort()).toEqual(['a', 'b', 'c', 'd']);
    await settle();
    expect(started).toEqual(['a', 'b']);
  });

  it('looks at a picture once, however often it is asked to', async () => {
    const { queue, started, end } = setUp(1);
    queue.add(['a', 'b']);
    queue.add(['a', 'b']);
    await end('a');
    await end('b');
    expect(started).toEqual(['a', 'b']);
  });
});
