import { describe, expect, it } from 'vitest';
import { chooseBackend } from './backend-choice.ts';
import { createDeviceProfile } from './device-profile.ts';
import { planEarlyStart, type EarlyFacts } from './early-start.ts';
import { DEFAULT_CLIENT_SETTINGS } from './inference-client-options.ts';
import { createModelMemory } from './last-model.ts';
import type { MeasuredCandidate } from './measured-choice.ts';
import type { Provenance } from '../engine/api.ts';
import type { ModelManifest } from '../engine/models/manifest.ts';
import { ISOBATH_DEPTH_TINY as MODEL } from '../engine/models/isobath-depth-tiny.ts';

const DEVICE = { fingerprint: 'Browser 1', crossOriginIsolated: true, hardwareConcurrency: 8 };
const ONE_THREAD_WITHOUT_GPU = { when: 'without-gpu', threads: 1 };

function plan(search: string, stored: unknown = null, more: Partial<EarlyFacts> = {}) {
  const storedSettings = stored === null ? null : JSON.stringify({ state: stored, version: 1 });
  const found = planEarlyStart(
    { search, storedSettings, storedProfile: null, storedModel: null, ...DEVICE, ...more },
    MODEL,
  );
  return found && { when: found.when, threads: found.threads };
}

describe('the plan for the first worker', () => {
  it('waits for the device to be known where the provider is open', () => {
    expect(plan('')).toEqual(ONE_THREAD_WITHOUT_GPU);
    expect(plan('', { executionProvider: 'auto', threads: 'auto', modelId: MODEL.id })).toEqual(
      ONE_THREAD_WITHOUT_GPU,
    );
  });

  it('starts at once where WASM is asked for, in the address or in the settings', () => {
    const atOnce = { when: 'always', threads: 1 };
    expect(plan('?ep=wasm')).toEqual(atOnce);
    expect(plan('', { executionProvider: 'wasm' })).toEqual(atOnce);
    expect(plan('?ep=wasm', { executionProvider: 'webgpu', modelId: MODEL.id })).toEqual(atOnce);
  });

  it('has the threads that are asked for, as far as the page may have them', () => {
    expect(plan('?threads=2')?.threads).toBe(2);
    expect(plan('', { threads: 4 })?.threads).toBe(4);
    expect(plan('?threads=16')?.threads).toBe(8);
    expect(plan('?threads=4', null, { crossOriginIsolated: false })?.threads).toBe(1);
    expect(plan('?threads=none')).toBeNull();
  });

  it.each([
    ['?ep=webgpu', null],
    ['?model=large', null],
    ['?task=parsing', null],
    ['?view=models', null],
    ['', { executionProvider: 'webgpu' }],
    ['', { modelId: 'large' }],
    ['', { task: 'parsing' }],
  ])('leaves it where something else will be needed: %s %j', (search, stored) => {
    expect(plan(search, stored)).toBeNull();
  });

  it('reads settings that are damaged as none', () => {
    const read = (storedSettings: string) => plan('', null, { storedSettings });
    expect(read('{"state":')).toEqual(ONE_THREAD_WITHOUT_GPU);
    expect(read('[1]')).toEqual(ONE_THREAD_WITHOUT_GPU);
    expect(read('{"state":null}')).toEqual(ONE_THREAD_WITHOUT_GPU);
  });
});

describe('a downloaded model that computed on the last visit', () => {
  const LARGER: ModelManifest = { ...MODEL, id: 'larger', isEmbedded: false };
  const provenance: Provenance = {
    modelId: LARGER.id,
    revision: LARGER.revision,
    variant: LARGER.variants[0]?.id ?? '',
    executionProvider: 'wasm',
    threads: 4,
    executor: 'worker-pool',
  };

  /** As the app writes it. */
  function remember(model = LARGER, more: Partial<Provenance> = {}): string | null {
    let stored: string | null = 'of another visit';
    createModelMemory((json) => (stored = json)).remember(model, { ...provenance, ...more });
    return stored;
  }
  const planLarger = (search: string, storedModel: string | null) =>
    planEarlyStart({ search, storedSettings: null, storedProfile: null, storedModel, ...DEVICE }, MODEL);

  it('is started again, with its threads, where it is asked for again', () => {
    expect(planLarger('?model=larger&ep=wasm', remember())).toMatchObject({
      when: 'always',
      threads: 4,
      model: { id: 'larger' },
      variant: provenance.variant,
    });
    expect(planLarger('?model=larger&ep=wasm&threads=2', remember())?.threads).toBe(2);
    expect(planLarger('?model=larger', remember())?.when).toBe('without-gpu');
  });

  it('is not where another is asked for', () => {
    expect(planLarger('?model=largest&ep=wasm', remember())).toBeNull();
    expect(planLarger('?ep=wasm', remember())?.model.id).toBe(MODEL.id);
  });

  it('is forgotten where an early start would not help, or would take much memory', () => {
    expect(remember(LARGER, { executionProvider: 'webgpu' })).toBeNull();
    expect(remember(MODEL)).toBeNull();
    const variants = LARGER.variants.map((variant) => ({ ...variant, memoryBytes: 2 ** 30 }));
    expect(remember({ ...LARGER, variants })).toBeNull();
  });

  it('is kept while a parser computes beside it', () => {
    expect(remember({ ...LARGER, task: 'parsing' })).toBe('of another visit');
  });

  it('counts for nothing where it is damaged', () => {
    expect(planLarger('?model=larger&ep=wasm', '{"model":')).toBeNull();
    expect(planLarger('?model=larger&ep=wasm', '{"model":{}}')).toBeNull();
  });
});

describe('what was measured on an earlier visit', () => {
  const candidate = (
    executionProvider: 'wasm' | 'webgpu',
    threads: number,
    perSecond: number | null,
  ): MeasuredCandidate => ({
    executionProvider,
    variant: MODEL.variants[0]?.id ?? 'fp32',
    workers: 2,
    threads,
    perSecond,
    latencyMs: null,
    problem: null,
  });

  /** As the app writes it. */
  function store(candidates: readonly MeasuredCandidate[], device = '8 cores, isolated'): string {
    let json = '';
    const storage = { getItem: () => null, setItem: (_: string, value: string) => void (json = value) };
    const profile = createDeviceProfile({ storage, fingerprint: DEVICE.fingerprint });
    profile.setMeasurement(MODEL, { device, measuredAtMs: 1, candidates });
    return json;
  }
  const withThreads = [candidate('wasm', 1, 10), candidate('wasm', 4, 20), candidate('webgpu', 1, null)];

  it('decides threads and, faster than a graphics processor, does not wait to be told of one', () => {
    expect(plan('', null, { storedProfile: store(withThreads) })).toEqual({ when: 'always', threads: 4 });
  });

  it('is what the pool will choose, too', () => {
    const facts = { ...DEVICE, gpu: 'hardware', deviceMemoryGb: 8 } as const;
    const { config } = chooseBackend(DEFAULT_CLIENT_SETTINGS, facts, {
      memoryBytes: 40_000_000,
      webGpu: 'usable',
      measured: { candidates: withThreads },
    });
    expect(config).toMatchObject({ executionProvider: 'wasm', threads: 4 });
  });

  it('leaves the start to the page where WebGPU was the fastest', () => {
    const storedProfile = store([...withThreads, candidate('webgpu', 1, 90)]);
    expect(plan('', null, { storedProfile })).toBeNull();
    expect(plan('?ep=wasm', null, { storedProfile })).toEqual({ when: 'always', threads: 4 });
  });

  it.each([
    ['', { workers: 2 }, 1],
    ['?workers=3', null, 1],
    ['?threads=2', null, 2],
  ])('gives way to counts that are asked for: %s %j', (search, stored, threads) => {
    expect(plan(search, stored, { storedProfile: store(withThreads) })?.threads).toBe(threads);
  });

  it.each([
    ['another device', store(withThreads, '4 cores, isolated'), DEVICE.fingerprint],
    ['another browser version', store(withThreads), 'Browser 2'],
    ['a damaged profile', '{"fingerprint":"Browser 1","measurements":{"', DEVICE.fingerprint],
    ['a profile of nothing', '{"fingerprint":"Browser 1"}', DEVICE.fingerprint],
  ])('counts for nothing from %s', (_, storedProfile, fingerprint) => {
    expect(plan('', null, { storedProfile, fingerprint })).toEqual(ONE_THREAD_WITHOUT_GPU);
  });
});
