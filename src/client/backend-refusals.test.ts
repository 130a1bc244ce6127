import { describe, expect, it } from 'vitest';
import type { PipelineRequest } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import { makeFakePipeline } from '../scheduling/fake-slot.ts';
import { failOnGpu, GOOD, GPU_DEVICE, refusalOf, SETTINGS, setUpBackend as setUp } from './fake-backend.ts';

describe('a model that WASM computes wrong', () => {
  const wrong = new EngineError('EXECUTION_PROVIDER_FAILED', 'wrong on WASM', {
    details: { reason: 'wasm-wrong' },
  });
  const findWasmRefusal = ({ model }: PipelineRequest) => (model.id === 'bad' ? wrong : null);
  const BAD = makeFakePipeline('bad');
  const perSecond = (provider: 'webgpu' | 'wasm', rate: number) => ({
    executionProvider: provider,
    variant: 'fp32',
    workers: 2,
    threads: 1,
    perSecond: rate,
    latencyMs: 1,
    problem: null,
  });

  it('is computed on WebGPU, also while live view runs and where WASM was the faster one', async () => {
    const { pools, run, backend } = setUp(async () => GOOD, {
      findWasmRefusal,
      findMeasurement: () => ({
        device: '',
        measuredAtMs: 0,
        candidates: [perSecond('wasm', 9), perSecond('webgpu', 1)],
      }),
    });
    await run('a', [BAD]);
    backend.setLiveRunning(true);
    await run('b', [BAD]);
    expect(new Set(pools.map(({ choice }) => choice.config.executionProvider))).toEqual(new Set(['webgpu']));
  });

  it.each([
    ['WebGPU computes it wrong, too', { isWebGpuRefused: () => true }],
    ['there is no WebGPU', { probeDevice: async () => ({ ...GPU_DEVICE, gpu: 'none' as const }) }],
    ['WASM is asked for by name', { settings: { ...SETTINGS, executionProvider: 'wasm' as const } }],
  ])('fails where %s, and starts no worker', async (_, change) => {
    const { pools, run, backend } = setUp(async () => GOOD, { findWasmRefusal, ...change });
    await expect(run('a', [BAD])).rejects.toBe(wrong);
    expect(backend.canStart([BAD])).toBe(true);
    expect(pools).toEqual([]);
  });

  it('fails beside another one that is right, each in its place', async () => {
    const settings = { ...SETTINGS, executionProvider: 'wasm' } as const;
    const { run } = setUp(async () => GOOD, { findWasmRefusal, settings });
    const [first, second] = await run('a', [BAD, makeFakePipeline('good')]);
    expect(first).toMatchObject({ ok: false, error: { details: { reason: 'wasm-wrong' } } });
    expect(second).toEqual(GOOD[0]);
  });

  it('fails where WebGPU turns out to be wrong as well', async () => {
    const { run } = setUp(failOnGpu(refusalOf('bad', 'fp32')), { findWasmRefusal });
    await expect(run('a', [BAD])).rejects.toBe(wrong);
  });

  it('uses a software adapter rather than nothing', async () => {
    const { pools, run } = setUp(async () => GOOD, {
      findWasmRefusal,
      probeDevice: async () => ({ ...GPU_DEVICE, gpu: 'software' }),
    });
    await run('a', [BAD]);
    await run('b', [makeFakePipeline('good')]);
    expect(
      pools.map(({ choice }) => [choice.config.executionProvider, choice.config.allowFallbackAdapter]),
    ).toEqual([
      ['webgpu', true],
      ['wasm', false],
    ]);
  });
});

describe('a forgotten verdict', () => {
  it('gives a model that failed on WebGPU in this session another chance there', async () => {
    let isWrong = true;
    const { pools, run, backend } = setUp(async ({ config }) => {
      if (isWrong && config.executionProvider === 'webgpu') throw refusalOf('m', 'fp32');
      return GOOD;
    });
    const used = () => pools.at(-1)?.choice.config.executionProvider;
    await run('a', [makeFakePipeline('m')]);
    expect(used()).toBe('wasm');
    isWrong = false;
    backend.forgive();
    await run('b', [makeFakePipeline('m')]);
    expect(backend.getStatus()).toMatchObject({ reason: { code: 'webgpu-adapter' } });
  });
});
