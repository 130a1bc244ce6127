import { describe, expect, it } from 'vitest';
import { chooseBackend, chooseBesideLive, type DeviceFacts, type ModelNeeds } from './backend-choice.ts';
import type { ClientSettings } from './inference-client.types.ts';

const AUTO: ClientSettings = {
  executionProvider: 'auto',
  workers: 'auto',
  threads: 'auto',
  taskTimeoutMs: 60_000,
  cacheBudgetBytes: 1,
};
const LAPTOP: DeviceFacts = {
  gpu: 'none',
  crossOriginIsolated: true,
  hardwareConcurrency: 8,
  deviceMemoryGb: 8,
};
const TINY_BYTES = 48_000_000;
const LARGE_BYTES = 1_500_000_000;

function choose(
  settings: Partial<ClientSettings>,
  facts: Partial<DeviceFacts> = {},
  memoryBytes = TINY_BYTES,
  webGpu: ModelNeeds['webGpu'] = 'usable',
) {
  const choice = chooseBackend({ ...AUTO, ...settings }, { ...LAPTOP, ...facts }, { memoryBytes, webGpu });
  const { executionProvider, threads, allowFallbackAdapter } = choice.config;
  return {
    provider: executionProvider,
    workers: choice.workers,
    threads,
    allowFallbackAdapter,
    reason: choice.reason.code,
  };
}

describe('the provider', () => {
  it('is WebGPU with one worker where a real adapter exists', () => {
    expect(choose({}, { gpu: 'hardware' })).toEqual({
      provider: 'webgpu',
      workers: 1,
      threads: 1,
      allowFallbackAdapter: false,
      reason: 'webgpu-adapter',
    });
  });

  it.each([
    [{ gpu: 'none' as const }, 'no-webgpu'],
    [{ gpu: 'software' as const }, 'software-adapter'],
    [{ gpu: 'none' as const, crossOriginIsolated: false }, 'not-isolated'],
  ])('is WASM for %o, because of %s', (facts, reason) => {
    expect(choose({}, facts)).toMatchObject({ provider: 'wasm', reason });
  });

  it('is WASM after WebGPU has failed, even when WebGPU was chosen', () => {
    expect(choose({}, { gpu: 'hardware' }, TINY_BYTES, 'failed')).toMatchObject({
      provider: 'wasm',
      reason: 'webgpu-failed',
    });
    expect(choose({ executionProvider: 'webgpu' }, { gpu: 'hardware' }, TINY_BYTES, 'failed')).toMatchObject({
      provider: 'wasm',
      allowFallbackAdapter: false,
      reason: 'webgpu-failed',
    });
  });

  it('is WASM for a model that WebGPU was refused for, and says that it is this model', () => {
    expect(choose({}, { gpu: 'hardware' }, TINY_BYTES, 'refused')).toMatchObject({
      provider: 'wasm',
      reason: 'webgpu-refused',
    });
  });

  it('is what the user chose, and then a software adapter will do', () => {
    expect(choose({ executionProvider: 'webgpu' }, { gpu: 'software' })).toMatchObject({
      provider: 'webgpu',
      allowFallbackAdapter: true,
      reason: 'chosen-by-user',
    });
    expect(choose({ executionProvider: 'wasm' }, { gpu: 'hardware' })).toMatchObject({
      provider: 'wasm',
      reason: 'chosen-by-user',
    });
  });
});

describe('workers and threads', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 3],
    [8, 7],
    [32, 8],
  ])('are %i cores -> %i workers of one thread for a small model', (hardwareConcurrency, workers) => {
    expect(choose({}, { hardwareConcurrency, deviceMemoryGb: 32 })).toMatchObject({ workers, threads: 1 });
  });

  it('are one worker with many threads for a large model, one thread where the page is not isolated', () => {
    expect(choose({}, {}, LARGE_BYTES)).toMatchObject({ workers: 1, threads: 8 });
    expect(choose({}, { crossOriginIsolated: false }, LARGE_BYTES)).toMatchObject({ workers: 1, threads: 1 });
  });

  it('are fewer on a device with little memory', () => {
    expect(choose({}, { deviceMemoryGb: 1 }).workers).toBe(1);
    expect(choose({}, { deviceMemoryGb: 2 }).workers).toBe(2);
  });

  it('are fewer, with less room for sessions, each time that memory ran out', () => {
    const chooseAfter = (squeezes: number) => {
      const needs = { memoryBytes: TINY_BYTES, webGpu: 'usable', squeezes } as const;
      const { workers, config } = chooseBackend(AUTO, { ...LAPTOP, deviceMemoryGb: 32 }, needs);
      return [workers, config.sessionBudgetBytes];
    };
    expect([0, 1, 2, 3].map(chooseAfter)).toEqual([
      [7, 1e9],
      [3, 5e8],
      [1, 2.5e8],
      [1, 1.25e8],
    ]);
  });

  it('never exceed the cores together in auto', () => {
    for (const hardwareConcurrency of [1, 2, 3, 4, 6, 8, 12, 64]) {
      for (const threads of ['auto', 1, 2, 4, 16] as const) {
        for (const memoryBytes of [TINY_BYTES, LARGE_BYTES]) {
          const choice = choose({ threads }, { hardwareConcurrency }, memoryBytes);
          expect(choice.workers * choice.threads).toBeLessThanOrEqual(hardwareConcurrency);
        }
      }
    }
  });

  it('are what the user chose, as far as there are cores', () => {
    expect(choose({ workers: 2, threads: 3 })).toMatchObject({ workers: 2, threads: 3 });
    expect(choose({ workers: 100, threads: 100 })).toMatchObject({ workers: 8, threads: 8 });
    expect(choose({ workers: 2, threads: 3 }, { crossOriginIsolated: false })).toMatchObject({ threads: 1 });
  });
});

describe('what was measured', () => {
  const candidate = (
    executionProvider: 'webgpu' | 'wasm',
    perSecond: number | null,
    workers = 1,
    threads = 1,
  ) => ({
    executionProvider,
    variant: 'fp32',
    workers,
    threads,
    perSecond,
    latencyMs: null,
    problem: null,
  });
  const measured = {
    candidates: [candidate('webgpu', 10), candidate('wasm', 20, 4, 2), candidate('wasm', 12, 7, 1)],
  };
  const chooseWith = (settings: Partial<ClientSettings>, webGpu: ModelNeeds['webGpu'] = 'usable') => {
    const needs = { memoryBytes: TINY_BYTES, webGpu, measured };
    const choice = chooseBackend({ ...AUTO, ...settings }, { ...LAPTOP, gpu: 'hardware' }, needs);
    const { executionProvider, threads } = choice.config;
    return [executionProvider, choice.workers, threads, choice.reason.code];
  };

  it('decides in auto, and says so', () => {
    expect(chooseWith({})).toEqual(['wasm', 4, 2, 'measured']);
  });

  it('decides between workers and threads where the provider is chosen by hand', () => {
    expect(chooseWith({ executionProvider: 'wasm' })).toEqual(['wasm', 4, 2, 'chosen-by-user']);
    expect(chooseWith({ executionProvider: 'webgpu' })).toEqual(['webgpu', 1, 1, 'chosen-by-user']);
  });

  it('does not override counts set by hand', () => {
    expect(chooseWith({ workers: 2 })).toEqual(['wasm', 2, 1, 'measured']);
    expect(chooseWith({ threads: 4 })).toEqual(['wasm', 2, 4, 'measured']);
  });

  it('decides among the processor’s where WebGPU was refused meanwhile', () => {
    const faster = { candidates: [candidate('webgpu', 90), candidate('wasm', 20, 4, 2)] };
    const needs = { memoryBytes: TINY_BYTES, webGpu: 'refused', measured: faster } as const;
    expect(chooseBackend(AUTO, { ...LAPTOP, gpu: 'hardware' }, needs)).toMatchObject({
      workers: 4,
      config: { executionProvider: 'wasm', threads: 2 },
    });
  });
});

describe('beside live view', () => {
  it('pictures keep one worker of one thread on the processor, whatever they had', () => {
    for (const settings of [{}, { executionProvider: 'webgpu' }, { workers: 4 }] as const) {
      const choice = chooseBesideLive(
        chooseBackend({ ...AUTO, ...settings }, LAPTOP, { memoryBytes: TINY_BYTES, webGpu: 'usable' }),
      );
      expect(choice).toMatchObject({
        workers: 1,
        config: { executionProvider: 'wasm', threads: 1 },
        reason: { code: 'live-first' },
      });
    }
  });
});

describe('a worker for a picture that comes alone', () => {
  const soloThreads = (
    settings: Partial<ClientSettings>,
    facts: Partial<DeviceFacts> = {},
    needs: Partial<ModelNeeds> = {},
  ) =>
    chooseBackend(
      { ...AUTO, ...settings },
      { ...LAPTOP, ...facts },
      { memoryBytes: TINY_BYTES, webGpu: 'usable', ...needs },
    ).soloThreads;

  it('has all threads where the others have one each', () => {
    expect(soloThreads({})).toBe(8);
    expect(soloThreads({}, { hardwareConcurrency: 2 })).toBe(2);
  });

  it.each([
    ['counts were chosen by hand', { workers: 2 } as const, {}, {}],
    ['threads were chosen by hand', { threads: 1 } as const, {}, {}],
    ['the page is not isolated', {}, { crossOriginIsolated: false }, {}],
    ['there is one core', {}, { hardwareConcurrency: 1 }, {}],
    ['the GPU computes', {}, { gpu: 'hardware' as const }, {}],
    ['a large model has all threads anyway', {}, {}, { memoryBytes: LARGE_BYTES }],
    ['memory is short', {}, { deviceMemoryGb: 2, hardwareConcurrency: 3 }, {}],
    ['memory has run out', {}, {}, { squeezes: 1 }],
  ])('is left out where %s', (_, settings, facts, needs) => {
    expect(soloThreads(settings, facts, needs)).toBe(1);
  });
});
