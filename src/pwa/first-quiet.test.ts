import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { untilFirstQuiet } from './first-quiet.ts';

function createWork() {
  const listeners = new Set<() => void>();
  let isBusy = false;
  return {
    listeners,
    isBusy: () => isBusy,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(next: boolean) {
      isBusy = next;
      for (const listener of listeners) listener();
    },
  };
}

describe('the first quiet of a page', () => {
  let isQuiet = false;
  const watch = (work: ReturnType<typeof createWork>) => {
    isQuiet = false;
    void untilFirstQuiet(work).then(() => (isQuiet = true));
  };
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('comes after the work, however long that takes', async () => {
    const work = createWork();
    watch(work);
    await vi.advanceTimersByTimeAsync(3000);
    work.set(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(isQuiet).toBe(false);
    work.set(false);
    await vi.advanceTimersByTimeAsync(1499);
    expect(isQuiet).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isQuiet).toBe(true);
    expect(work.listeners.size).toBe(0);
  });

  it('is put off by the next picture', async () => {
    const work = createWork();
    watch(work);
    work.set(true);
    work.set(false);
    await vi.advanceTimersByTimeAsync(1000);
    work.set(true);
    await vi.advanceTimersByTimeAsync(5000);
    expect(isQuiet).toBe(false);
  });

  it('comes where nothing is computed, later', async () => {
    const work = createWork();
    watch(work);
    await vi.advanceTimersByTimeAsync(7999);
    expect(isQuiet).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isQuiet).toBe(true);
  });
});
