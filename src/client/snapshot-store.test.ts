import { describe, expect, it, vi } from 'vitest';
import { createSnapshotStore, slowWhile } from './snapshot-store.ts';

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
});
