import { describe, expect, it, vi } from 'vitest';
import { createFrameSchedule, createSnapshotStore, keepIdentity, slowWhile } from './snapshot-store.ts';

describe('the snapshot store', () => {
  it('tells subscribers once of many changes, and builds once per read', () => {
    const flushes: (() => void)[] = [];
    let builds = 0;
    const store = createSnapshotStore(
      () => {
        builds += 1;
        return { builds };
      },
      (flush) => flushes.push(flush),
    );
    let calls = 0;
    const unsubscribe = store.subscribe(() => {
      calls += 1;
    });
    for (let change = 0; change < 1000; change += 1) store.markChanged();
    expect([flushes.length, calls, builds]).toEqual([1, 0, 0]);
    flushes[0]?.();
    expect(calls).toBe(1);
    expect(store.getSnapshot()).toBe(store.getSnapshot());
    expect(builds).toBe(1);
    store.markChanged();
    expect(store.getSnapshot()).toEqual({ builds: 2 });
    unsubscribe();
    flushes[1]?.();
    expect(calls).toBe(1);
  });

  it('tells of an urgent change with the end of the turn, and what was scheduled before it tells nothing twice', async () => {
    const flushes: (() => void)[] = [];
    let changes = 0;
    const store = createSnapshotStore(
      () => changes,
      (flush) => flushes.push(flush),
    );
    const heard: number[] = [];
    store.subscribe(() => heard.push(store.getSnapshot()));
    changes = 1;
    store.markChanged();
    changes = 2;
    store.markChanged(true);
    expect(heard).toEqual([]);
    await Promise.resolve();
    expect(heard).toEqual([2]);
    flushes[0]?.();
    expect(heard).toEqual([2]);
    store.markChanged();
    expect(flushes).toHaveLength(2);
  });

  it('waits longer for the next notice while the line is long', () => {
    vi.useFakeTimers();
    const calls: string[] = [];
    let isBusy = true;
    const schedule = slowWhile(
      () => isBusy,
      (flush) => flush(),
    );
    schedule(() => calls.push('busy'));
    isBusy = false;
    schedule(() => calls.push('calm'));
    expect(calls).toEqual(['calm']);
    vi.runAllTimers();
    expect(calls).toEqual(['calm', 'busy']);
    vi.useRealTimers();
  });

  it('tells of the first change after a pause at once, and of the next ones with the next frame', async () => {
    const frames: (() => void)[] = [];
    vi.stubGlobal('requestAnimationFrame', (callback: () => void) => frames.push(callback));
    let nowMs = 1000;
    const schedule = createFrameSchedule(() => nowMs);
    const calls: string[] = [];
    schedule(() => calls.push('first'));
    expect(calls).toEqual([]);
    await Promise.resolve();
    expect(calls).toEqual(['first']);
    nowMs += 5;
    schedule(() => calls.push('second'));
    await Promise.resolve();
    expect(calls).toEqual(['first']);
    frames.shift()?.();
    expect(calls).toEqual(['first', 'second']);
    nowMs += 16;
    schedule(() => calls.push('third'));
    await Promise.resolve();
    expect(calls).toEqual(['first', 'second', 'third']);
    expect(frames).toEqual([]);
    vi.unstubAllGlobals();
  });
});

it('a part of a snapshot that says the same stays the same object', () => {
  const before = { workers: 2, reason: { code: 'starting' } };
  expect(keepIdentity(before, { workers: 2, reason: { code: 'starting' } })).toBe(before);
  const next = { workers: 3, reason: { code: 'starting' } };
  expect(keepIdentity(before, next)).toBe(next);
  expect(keepIdentity(undefined, next)).toBe(next);
});
