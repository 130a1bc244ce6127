import { describe, expect, it } from 'vitest';
import type { InferenceResult, PipelineRequest } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import type { DecodedImage } from '../engine/platform.ts';
import { createLanes, type Lane } from './lanes.ts';

const IMAGE: DecodedImage = { widthPx: 1, heightPx: 1, pixelsRgba: new Uint8Array(4) };
const REQUEST = {} as PipelineRequest;
const RESULT = {} as InferenceResult;

interface HandLane {
  resolve(): void;
  reject(error: Error): void;
  isDisposed: boolean;
}

function setUp(count: number) {
  const started: HandLane[] = [];
  const lanes = createLanes(
    count,
    (): Lane => {
      const hand: HandLane = { resolve: () => undefined, reject: () => undefined, isDisposed: false };
      started.push(hand);
      return {
        run: () =>
          new Promise((resolve, reject) => {
            hand.resolve = () => resolve(RESULT);
            hand.reject = reject;
          }),
        getCapabilities: () => null,
        dispose: () => (hand.isDisposed = true),
      };
    },
    () => undefined,
  );
  return { lanes, started };
}

describe('lanes', () => {
  it('start the second one only when the first has made a map', async () => {
    const { lanes, started } = setUp(2);
    const first = lanes.run(IMAGE, REQUEST);
    expect(lanes.isFree()).toBe(false);
    started[0]!.resolve();
    expect(await first).toEqual({ result: RESULT, isFirst: true });
    const second = lanes.run(IMAGE, REQUEST);
    expect(lanes.isFree()).toBe(true);
    const third = lanes.run(IMAGE, REQUEST);
    expect(started).toHaveLength(2);
    expect(lanes.isFree()).toBe(false);
    started[1]!.resolve();
    started[0]!.resolve();
    expect((await second).isFirst).toBe(false);
    expect((await third).isFirst).toBe(true);
    expect(lanes.readyCount).toBe(2);
  });

  it('replace one that failed', async () => {
    const { lanes, started } = setUp(1);
    const failing = lanes.run(IMAGE, REQUEST);
    started[0]!.reject(new EngineError('WORKER_CRASHED', 'gone'));
    await expect(failing).rejects.toMatchObject({ code: 'WORKER_CRASHED' });
    expect(started[0]!.isDisposed).toBe(true);
    const next = lanes.run(IMAGE, REQUEST);
    started[1]!.resolve();
    await next;
    expect(lanes.readyCount).toBe(1);
  });

  it('rest when fewer are wanted, and go on without loading again', async () => {
    const { lanes, started } = setUp(2);
    for (const lane of [0, 1]) {
      const runs =
        lane === 0 ? [lanes.run(IMAGE, REQUEST)] : [lanes.run(IMAGE, REQUEST), lanes.run(IMAGE, REQUEST)];
      for (const hand of started) hand.resolve();
      await Promise.all(runs);
    }
    lanes.setCount(1);
    void lanes.run(IMAGE, REQUEST);
    expect(lanes.isFree()).toBe(false);
    lanes.setCount(2);
    expect(lanes.isFree()).toBe(true);
    expect(started).toHaveLength(2);
  });

  it('take nothing after they were disposed of', async () => {
    const { lanes } = setUp(1);
    lanes.dispose();
    expect(lanes.isFree()).toBe(false);
    await expect(lanes.run(IMAGE, REQUEST)).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});
