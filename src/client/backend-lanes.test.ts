import { describe, expect, it } from 'vitest';
import { FAKE_CAPABILITIES, makeFakePipeline } from '../scheduling/fake-slot.ts';
import type { BackendChoice } from './backend-choice.ts';
import { createLanes } from './backend-lanes.ts';

const ASKED = [makeFakePipeline()];

function choice(executionProvider: 'webgpu' | 'wasm', threads = 1): BackendChoice {
  return {
    config: { executionProvider, threads, allowFallbackAdapter: false },
    workers: 1,
    soloThreads: 1,
    reason: { code: 'starting', details: {} },
  };
}

function setUp() {
  const log: string[] = [];
  const lanes = createLanes({
    createPool: ({ config }) => {
      const name = `${config.executionProvider} x${config.threads}`;
      log.push(`make ${name}`);
      return {
        capacity: 1,
        run: () => Promise.reject(new Error('not asked')),
        setTaskTimeout: () => undefined,
        retire: () => log.push(`retire ${name}`),
        dispose: () => log.push(`dispose ${name}`),
        getStatus: () => ({ size: 1, startedSlots: 1, busySlots: 0, capabilities: FAKE_CAPABILITIES }),
      };
    },
    onChange: () => undefined,
  });
  return { lanes, log };
}

describe('lanes', () => {
  it('stand side by side, one per provider, each kept as long as its choice', () => {
    const { lanes, log } = setUp();
    const gpu = lanes.install(choice('webgpu'), ASKED, 0);
    lanes.install(choice('wasm'), ASKED, 0);
    expect(lanes.install(choice('webgpu'), ASKED, 0)).toBe(gpu);
    expect(lanes.current).toBe(gpu);
    lanes.install(choice('wasm', 4), ASKED, 0);
    expect(log).toEqual(['make webgpu x1', 'make wasm x1', 'retire wasm x1', 'make wasm x4']);
    lanes.dispose();
    expect(log.slice(4).sort()).toEqual(['dispose wasm x1', 'dispose wasm x4', 'dispose webgpu x1']);
  });

  it('make another kind of model wait for what runs on the provider', async () => {
    const { lanes } = setUp();
    const lane = lanes.install(choice('wasm'), ASKED, 0);
    expect(lanes.mustWait(choice('wasm', 4))).toBe(false);
    let end: () => void = () => undefined;
    const running = lane.occupy(() => new Promise<void>((resolve) => (end = resolve)));
    expect(lanes.mustWait(choice('wasm', 4))).toBe(true);
    expect(lanes.mustWait(choice('wasm'))).toBe(false);
    expect(lanes.mustWait(choice('webgpu'))).toBe(false);
    const idle = lane.untilIdle().then(() => lane.inFlight);
    end();
    await running;
    await expect(idle).resolves.toBe(0);
  });

  it('are idle again after what has failed', async () => {
    const { lanes } = setUp();
    const lane = lanes.install(choice('wasm'), ASKED, 0);
    await expect(lane.occupy(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(lane.inFlight).toBe(0);
  });
});
