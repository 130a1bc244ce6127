import { describe, expect, it } from 'vitest';
import { RetryableError } from './download-errors.ts';
import { runUnlessStalled } from './stall-watch.ts';

/** Time that the test lets pass, half a minute at a time. */
function setUp() {
  let wake: () => void = () => undefined;
  let sizeBytes = 0;
  const controller = new AbortController();
  let end: () => void = () => undefined;
  const running = runUnlessStalled(
    (signal) =>
      new Promise((resolve, reject) => {
        end = resolve;
        signal.addEventListener('abort', () => reject(new DOMException('cut', 'AbortError')));
      }),
    {
      url: 'https://hub.example/m.onnx',
      signal: controller.signal,
      sleep: (_, signal) =>
        new Promise((resolve, reject) => {
          wake = resolve;
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        }),
      countBytes: () => sizeBytes,
    },
  );
  const pass = async (newBytes: number) => {
    sizeBytes += newBytes;
    wake();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { running, pass, controller, end: () => end() };
}

describe('a line under watch', () => {
  it('is cut when it gave nothing, so that another attempt may follow', async () => {
    const { running, pass } = setUp();
    const outcome = running.catch((error: unknown) => error);
    await pass(10);
    await pass(0);
    const error = await outcome;
    expect(error).toBeInstanceOf(RetryableError);
    expect((error as RetryableError).error).toMatchObject({
      code: 'MODEL_FETCH_FAILED',
      details: { reason: 'stalled' },
    });
  });

  it('goes on as long as it gives anything', async () => {
    const { running, pass, end } = setUp();
    for (let time = 0; time < 5; time += 1) await pass(1);
    end();
    await expect(running).resolves.toBeUndefined();
  });

  it('ends with the reason of whoever stops it', async () => {
    const { running, controller } = setUp();
    controller.abort('pause');
    await expect(running).rejects.toBe('pause');
  });
});
