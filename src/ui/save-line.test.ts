import { describe, expect, it } from 'vitest';
import { createSaveLine, type SavingState } from './save-line.ts';

function setUp() {
  const states: SavingState[] = [];
  const saved: string[] = [];
  const failed: unknown[] = [];
  const line = createSaveLine({
    onChange: (state) => states.push(state),
    onSaved: (sentence) => saved.push(sentence),
    onFailed: (_, error) => failed.push(error),
  });
  /** A save that ends when told. */
  const add = (name: string) => {
    let resolve: (sentence: string) => void = () => {};
    let reject: (error: unknown) => void = () => {};
    const promise = new Promise<string>((onEnd, onFail) => {
      resolve = onEnd;
      reject = onFail;
    });
    let hasStarted = false;
    line.add({
      text: name,
      describeFailure: String,
      run({ signal }) {
        hasStarted = true;
        signal.addEventListener('abort', () => reject(signal.reason));
        return promise;
      },
    });
    return {
      end: () => resolve(`saved ${name}`),
      fail: (error: Error) => reject(error),
      hasStarted: () => hasStarted,
    };
  };
  return { line, add, states, saved, failed, now: () => states.at(-1) };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

it('a save begins in the turn it is asked for, and a sentence that it has said itself is not said again', async () => {
  const { line, saved, now } = setUp();
  let hasStarted = false;
  const run = async () => {
    hasStarted = true;
    return null;
  };
  line.add({ text: 'copying', describeFailure: String, run });
  expect(hasStarted).toBe(true);
  expect(now()?.text).toBe('copying');
  await settle();
  expect(saved).toEqual([]);
  expect(now()?.text).toBeNull();
});

describe('saves that are asked for while one runs', () => {
  it('wait, are counted, and are done in their order', async () => {
    const { add, saved, now } = setUp();
    const first = add('a.png');
    const second = add('b.png');
    expect(now()).toEqual({ text: 'a.png', fraction: null, waitingCount: 1 });
    expect(second.hasStarted()).toBe(false);
    second.end();
    first.end();
    await settle();
    expect(saved).toEqual(['saved a.png', 'saved b.png']);
    expect(now()).toEqual({ text: null, fraction: null, waitingCount: 0 });
  });

  it('are done after one that failed', async () => {
    const { add, saved, failed } = setUp();
    const first = add('a.png');
    add('b.png').end();
    first.fail(new Error('disk'));
    await settle();
    expect(failed.map(String)).toEqual(['Error: disk']);
    expect(saved).toEqual(['saved b.png']);
  });

  it('are given up with the one that runs, and the next one starts anew', async () => {
    const { line, add, saved, failed, now } = setUp();
    add('a.png');
    const second = add('b.png');
    line.cancel();
    await settle();
    expect(second.hasStarted()).toBe(false);
    expect(failed).toHaveLength(1);
    expect(now()?.text).toBeNull();
    add('c.png').end();
    await settle();
    expect(saved).toEqual(['saved c.png']);
  });
});
