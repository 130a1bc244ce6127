import { describe, expect, it } from 'vitest';
import { flushPromises } from '../scheduling/fake-clock.ts';
import { createBusyLock } from './busy-lock.ts';

describe('an update', () => {
  it('waits until the last of several kinds of work in this tab is over', async () => {
    const lock = createBusyLock(undefined);
    const endDownload = lock.hold();
    const endRecording = lock.hold();
    let hasRun = false;
    const running = lock.whenAllIdle(async () => void (hasRun = true));
    endDownload();
    // Twice is once.
    endDownload();
    await flushPromises();
    expect(hasRun).toBe(false);
    endRecording();
    await running;
    expect(hasRun).toBe(true);
    await expect(lock.whenAllIdle(async () => 'idle')).resolves.toBe('idle');
  });
});
