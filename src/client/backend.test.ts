import { describe, expect, it } from 'vitest';
import type { InferenceResult, PipelineRequest, Reply } from '../engine/api.ts';
import { EngineError, toWireError } from '../engine/errors.ts';
import { flushPromises } from '../scheduling/fake-clock.ts';
import { makeFakePipeline, makeFakeResult } from '../scheduling/fake-slot.ts';
import type { BackendChoice } from './backend-choice.ts';
import { failOnGpu, GOOD, refusalOf, SETTINGS, setUpBackend as setUp } from './fake-backend.ts';

describe('falling back from WebGPU', () => {
  it.each([
    'EXECUTION_PROVIDER_UNAVAILABLE',
    'EXECUTION_PROVIDER_FAILED',
    'WORKER_CRASHED',
    'OUT_OF_MEMORY',
  ] as const)('completes the task on WASM after %s, and says so', async (code) => {
    const { backend, pools, notices, run } = setUp(failOnGpu(new EngineError(code, 'gone')));
    await expect(run()).resolves.toEqual(GOOD);
    expect(pools.map(({ choice }) => choice.config.executionProvider)).toEqual(['webgpu', 'wasm']);
    expect(pools[0]?.isRetired).toBe(true);
    expect(notices).toEqual(['webgpu-fell-back']);
    expect(backend.getStatus()).toMatchObject({
      executionProvider: 'wasm',
      workers: 2,
      reason: { code: 'webgpu-failed' },
    });
    await run('b');
    expect(pools).toHaveLength(2);
  });

  it('also looks into the replies, and then concerns that model only', async () => {
    const error = toWireError(new EngineError('MODEL_OUTPUT_INVALID', 'NaN'));
    const { run, notices, backend } = setUp(async ({ config }) =>
      config.executionProvider === 'webgpu' ? [{ ok: false, error }] : GOOD,
    );
    await expect(run()).resolves.toEqual(GOOD);
    expect(notices).toEqual(['webgpu-refused']);
    expect(backend.hasWebGpuFailed(makeFakePipeline())).toBe(true);
    expect(backend.hasWebGpuFailed(makeFakePipeline('another'))).toBe(false);
  });

  it('does not happen for failures of the picture', async () => {
    const error = new EngineError('IMAGE_DECODE_FAILED', 'truncated');
    const { pools, notices, run } = setUp(failOnGpu(error));
    await expect(run()).rejects.toBe(error);
    expect(pools).toHaveLength(1);
    expect(notices).toEqual([]);
  });

  it('concerns one model only where the self-test refused it', async () => {
    const refused = new Set<string>();
    const { backend, run } = setUp(
      async ({ config }) => {
        if (config.executionProvider !== 'webgpu') return GOOD;
        const { model, variant } = makeFakePipeline();
        refused.add(model.id);
        throw refusalOf(model.id, variant);
      },
      { isWebGpuRefused: ({ model }) => refused.has(model.id) },
    );
    await run();
    expect(backend.hasWebGpuFailed(makeFakePipeline())).toBe(true);
    expect(backend.hasWebGpuFailed(makeFakePipeline('another'))).toBe(false);
  });

  it('is undone when the user asks for WebGPU by name', async () => {
    const { backend, pools, run } = setUp(failOnGpu(new EngineError('EXECUTION_PROVIDER_FAILED', 'lost')));
    await run();
    backend.configure({ ...SETTINGS, executionProvider: 'webgpu' });
    await run();
    expect(pools.map(({ choice }) => choice.config.executionProvider)).toEqual([
      'webgpu',
      'wasm',
      'webgpu',
      'wasm',
    ]);
  });
});

describe('memory that runs out', () => {
  const outOfMemory = new EngineError('OUT_OF_MEMORY', 'std::bad_alloc');
  const WASM_4 = { ...SETTINGS, executionProvider: 'wasm', workers: 4 } as const;

  it('means fewer workers with less room for sessions, and one more try', async () => {
    const { pools, notices, run } = setUp(
      async ({ workers }) => {
        if (workers > 2) throw outOfMemory;
        return GOOD;
      },
      { settings: WASM_4 },
    );
    await expect(run()).resolves.toEqual(GOOD);
    expect(pools.map(({ choice, isRetired }) => [choice.workers, isRetired])).toEqual([
      [4, true],
      [2, false],
    ]);
    const [before, after] = pools.map(({ choice }) => choice.config.sessionBudgetBytes ?? 0);
    expect(after).toBe((before ?? 0) / 2);
    expect(notices).toEqual(['memory-low']);
    await run('b');
    expect(pools).toHaveLength(2);
  });

  it('is explained after the second time', async () => {
    const { pools, notices, run } = setUp(async () => Promise.reject(outOfMemory), { settings: WASM_4 });
    await expect(run()).rejects.toBe(outOfMemory);
    expect(pools.map(({ choice }) => choice.workers)).toEqual([4, 2]);
    // The next one begins with what is left, and halves it once more.
    await expect(run('b')).rejects.toBe(outOfMemory);
    expect(pools.map(({ choice }) => choice.workers)).toEqual([4, 2, 1]);
    expect(notices).toEqual(['memory-low', 'memory-low']);
  });

  it('is lowered once for all tasks of a pool, and they are tried again when it is empty', async () => {
    const ends: (() => void)[] = [];
    const { pools, run } = setUp(
      async ({ workers }) => {
        if (workers < 4) return GOOD;
        await new Promise<void>((resolve) => ends.push(resolve));
        throw outOfMemory;
      },
      { settings: WASM_4 },
    );
    const outcomes = Promise.all([run('a'), run('b')]);
    await flushPromises();
    ends[0]?.();
    await flushPromises();
    expect(pools).toHaveLength(1);
    ends[1]?.();
    await expect(outcomes).resolves.toEqual([GOOD, GOOD]);
    expect(pools.map(({ choice }) => choice.workers)).toEqual([4, 2]);
  });

  it('of one map leaves the others as they are', async () => {
    const failed: Reply<InferenceResult> = { ok: false, error: toWireError(outOfMemory) };
    const { run } = setUp(
      async (_, pipelines) => pipelines.map(({ model }) => (model.id === 'heavy' ? failed : GOOD[0]!)),
      { settings: WASM_4 },
    );
    const replies = await run('a', [makeFakePipeline('heavy'), makeFakePipeline('light')]);
    expect(replies.map(({ ok }) => ok)).toEqual([false, true]);
    expect(replies[0]).toMatchObject({ error: { code: 'OUT_OF_MEMORY' } });
  });

  it('is foreseen by what a model really took', async () => {
    const { pools, run } = setUp(async () => GOOD, {
      settings: { ...WASM_4, workers: 'auto' },
      findHeap: () => 1_500_000_000,
    });
    await run();
    expect(pools.map(({ choice }) => [choice.workers, choice.config.threads])).toEqual([[1, 4]]);
  });
});

describe('two models of one picture', () => {
  const depth = makeFakePipeline('depth');
  const parsing = makeFakePipeline('parsing');
  /** Names provider and model in the reply. */
  const answer = (choice: BackendChoice, pipelines: readonly PipelineRequest[]) =>
    pipelines.map(({ model }): Reply<InferenceResult> => {
      const result = makeFakeResult();
      const { executionProvider } = choice.config;
      return {
        ok: true,
        value: { ...result, provenance: { ...result.provenance, executionProvider, modelId: model.id } },
      };
    });
  const seen = (replies: readonly Reply<InferenceResult>[]) =>
    replies.map((reply) =>
      reply.ok
        ? `${reply.value.provenance.modelId} ${reply.value.provenance.executionProvider}`
        : reply.error.code,
    );

  it('keep WebGPU for the one that it computes right, in their order', async () => {
    const asked: string[] = [];
    const { run, backend, notices, pools } = setUp(async (choice, pipelines) => {
      const names = pipelines.map(({ model }) => model.id);
      asked.push(`${choice.config.executionProvider}: ${names.join(', ')}`);
      if (choice.config.executionProvider === 'webgpu' && names.includes('parsing')) {
        throw refusalOf('parsing', parsing.variant);
      }
      return answer(choice, pipelines);
    });
    expect(seen(await run('a', [parsing, depth]))).toEqual(['parsing wasm', 'depth webgpu']);
    expect(seen(await run('b', [depth, parsing]))).toEqual(['depth webgpu', 'parsing wasm']);
    expect(asked).toEqual([
      'webgpu: parsing, depth',
      'wasm: parsing',
      'webgpu: depth',
      'webgpu: depth',
      'wasm: parsing',
    ]);
    expect(notices).toEqual(['webgpu-refused']);
    expect([backend.hasWebGpuFailed(depth), backend.hasWebGpuFailed(parsing)]).toEqual([false, true]);
    // One pool each, side by side: nothing is loaded again for the next picture.
    expect(pools.map(({ choice, isRetired }) => [choice.config.executionProvider, isRetired])).toEqual([
      ['webgpu', false],
      ['wasm', false],
    ]);
  });

  it('keep the map that WebGPU has made while the other is made again', async () => {
    const error = toWireError(new EngineError('INFERENCE_FAILED', 'shader'));
    const { run } = setUp(async (choice, pipelines) =>
      answer(choice, pipelines).map((reply, index) =>
        choice.config.executionProvider === 'webgpu' && pipelines[index]?.model.id === 'parsing'
          ? { ok: false, error }
          : reply,
      ),
    );
    expect(seen(await run('a', [depth, parsing]))).toEqual(['depth webgpu', 'parsing wasm']);
  });

  it('fail one by one where only one of the providers fails', async () => {
    const { run } = setUp(
      async (choice, pipelines) => {
        if (choice.config.executionProvider === 'wasm') throw new EngineError('TASK_TIMEOUT', 'slow');
        return answer(choice, pipelines);
      },
      { isWebGpuRefused: ({ model }) => model.id === 'parsing' },
    );
    expect(seen(await run('a', [depth, parsing]))).toEqual(['depth webgpu', 'TASK_TIMEOUT']);
  });

  it('start together only where both providers have room', async () => {
    const { backend, run } = setUp(
      (choice, pipelines) =>
        choice.config.executionProvider === 'webgpu'
          ? new Promise(() => undefined)
          : Promise.resolve(answer(choice, pipelines)),
      { isWebGpuRefused: ({ model }) => model.id === 'parsing' },
    );
    void run('a', [depth]);
    await flushPromises();
    expect([backend.canStart([parsing]), backend.canStart([parsing, depth])]).toEqual([true, false]);
  });
});

describe('the pool in use', () => {
  it('is not there before the device is known', async () => {
    const { backend, pools } = setUp(async () => GOOD);
    expect(backend.canStart([makeFakePipeline()])).toBe(false);
    expect(backend.getStatus().reason.code).toBe('starting');
    await backend.ready();
    expect(backend.getStatus()).toMatchObject({
      executionProvider: null,
      reason: { code: 'webgpu-adapter' },
    });
    expect(pools).toHaveLength(0);
    expect(backend.canStart([makeFakePipeline()])).toBe(true);
    expect(pools).toHaveLength(1);
  });

  it('takes as many requests as it has workers', async () => {
    const { backend, run } = setUp(() => new Promise(() => undefined), {
      settings: { ...SETTINGS, executionProvider: 'wasm' },
    });
    void run('a');
    await flushPromises();
    expect(backend.canStart([makeFakePipeline()])).toBe(true);
    void run('b');
    await flushPromises();
    expect(backend.canStart([makeFakePipeline()])).toBe(false);
  });

  it('is replaced when settings change, and the old one retires', async () => {
    const { backend, pools, run } = setUp(async () => GOOD, {
      settings: { ...SETTINGS, executionProvider: 'wasm' },
    });
    await run();
    backend.configure({ ...SETTINGS, executionProvider: 'wasm', workers: 1 });
    expect(pools[0]?.isRetired).toBe(true);
    expect(backend.getStatus().workers).toBe(1);
    await run();
    expect(pools.map(({ choice }) => choice.workers)).toEqual([2, 1]);
  });

  it('stays when a setting changes that does not concern it', async () => {
    const { backend, pools, run } = setUp(async () => GOOD);
    await run();
    backend.configure({ ...SETTINGS, cacheBudgetBytes: 5 });
    await run();
    expect(pools).toHaveLength(1);
  });

  it.each([
    ['do not start', new EngineError('WORKER_START_FAILED', 'no threads')],
    ['hang', new EngineError('WORKER_CRASHED', 'silent', { details: { stalled: true } })],
  ])('goes down to one thread where threads %s', async (_, failure) => {
    const { pools, run } = setUp(
      async ({ config }) => {
        if (config.threads > 1) throw failure;
        return GOOD;
      },
      { settings: { ...SETTINGS, executionProvider: 'wasm', workers: 1, threads: 4 } },
    );
    await expect(run()).resolves.toEqual(GOOD);
    expect(pools.map(({ choice }) => choice.config.threads)).toEqual([4, 1]);
  });

  it('follows what is measured while it is there', async () => {
    let perSecond: number | null = null;
    const { backend, pools, run } = setUp(async () => GOOD, {
      settings: { ...SETTINGS, workers: 'auto' },
      findMeasurement: () =>
        perSecond === null
          ? null
          : {
              device: 'here',
              measuredAtMs: 0,
              candidates: [
                {
                  executionProvider: 'wasm',
                  variant: 'fp32',
                  workers: 1,
                  threads: 4,
                  perSecond,
                  latencyMs: 1,
                  problem: null,
                },
              ],
            },
    });
    await run();
    perSecond = 20;
    backend.replan();
    expect(pools[0]?.isRetired).toBe(true);
    await run();
    expect(backend.getStatus()).toMatchObject({ workers: 1, reason: { code: 'measured' } });
    expect(pools.map(({ choice }) => [choice.config.executionProvider, choice.config.threads])).toEqual([
      ['webgpu', 1],
      ['wasm', 4],
    ]);
  });

  it('ends when it rests, and starts again with the next request', async () => {
    const { backend, pools, run } = setUp(async () => GOOD);
    await run();
    backend.rest();
    expect(pools[0]?.isRetired).toBe(true);
    await run();
    expect(pools).toHaveLength(2);
  });

  it('is one WASM worker while live view runs, and what it was afterwards', async () => {
    const { backend, pools, run } = setUp(async () => GOOD);
    await run();
    backend.setLiveRunning(true);
    expect(pools[0]?.isRetired).toBe(true);
    await run();
    expect(backend.getStatus()).toMatchObject({ workers: 1, reason: { code: 'live-first' } });
    backend.setLiveRunning(false);
    await run();
    expect(pools.map(({ choice }) => [choice.config.executionProvider, choice.workers])).toEqual([
      ['webgpu', 1],
      ['wasm', 1],
      ['webgpu', 1],
    ]);
  });
});
