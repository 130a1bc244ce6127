import { describe, expect, it } from 'vitest';
import { createDeadline } from './deadlines.ts';
import { createFakeClock } from './fake-clock.ts';

function setUp() {
  const clock = createFakeClock();
  const calls: string[] = [];
  const deadline = createDeadline({
    clock,
    timeoutMs: 1000,
    loadStallMs: 5000,
    onTimeout: () => calls.push('timeout'),
    onStall: () => calls.push('stall'),
  });
  return { clock, calls, deadline };
}

describe('a deadline', () => {
  it('ends a run that takes longer than its time', () => {
    const { clock, calls } = setUp();
    clock.advance(999);
    expect(calls).toEqual([]);
    clock.advance(1);
    expect(calls).toEqual(['timeout']);
    clock.advance(10_000);
    expect(calls).toEqual(['timeout']);
  });

  it('does not count the time of loading', () => {
    const { clock, calls, deadline } = setUp();
    clock.advance(400);
    deadline.onProgress('load');
    clock.advance(4000);
    deadline.onProgress('inference');
    clock.advance(599);
    expect(calls).toEqual([]);
    expect([deadline.runningMs(), deadline.loadMs()]).toEqual([999, 4000]);
    clock.advance(1);
    expect(calls).toEqual(['timeout']);
  });

  it('ends a load that is silent, but not one that reports progress', () => {
    const { clock, calls, deadline } = setUp();
    deadline.onProgress('load');
    for (let event = 0; event < 10; event += 1) {
      clock.advance(4000);
      deadline.onProgress('load');
    }
    expect(calls).toEqual([]);
    clock.advance(5000);
    expect(calls).toEqual(['stall']);
  });

  it('leaves no timer behind when it is stopped', () => {
    const { clock, calls, deadline } = setUp();
    deadline.onProgress('load');
    deadline.stop();
    expect(clock.timerCount()).toBe(0);
    clock.advance(100_000);
    expect(calls).toEqual([]);
  });
});
