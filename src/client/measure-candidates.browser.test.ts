/** Ways to compute, measured with real workers and the embedded model. */
import { expect, it } from 'vitest';
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import { createDeviceProfile } from './device-profile.ts';
import { DEFAULT_CLIENT_SETTINGS } from './inference-client-options.ts';
import { createInferenceClient } from './inference-client.ts';
import { measureCandidates } from './measure-candidates.ts';
import { chooseMeasured, type Candidate } from './measured-choice.ts';
import { selfTestKey } from './self-test-key.ts';

/** The worker of the app in a browser without WebGPU. */
function spawnWorkerWithoutWebGpu(): Worker {
  const hide = 'data:text/javascript,Object.defineProperty(navigator,"gpu",{value:undefined})';
  const real = new URL('../worker/inference.worker.ts?worker_file&type=module', import.meta.url).href;
  const script = `import ${JSON.stringify(hide)}; import ${JSON.stringify(real)};`;
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  return new Worker(url, { type: 'module' });
}

it('measures processors warm and says why WebGPU is out of the race', async () => {
  const candidates: readonly Candidate[] = [
    { executionProvider: 'wasm', variant: 'fp32', workers: 2, threads: 1 },
    { executionProvider: 'wasm', variant: 'fp32', workers: 1, threads: 1 },
    { executionProvider: 'webgpu', variant: 'fp32', workers: 1, threads: 1 },
  ];
  const profile = createDeviceProfile({ storage: undefined, fingerprint: 'test' });
  const seen: number[] = [];
  const measured = await measureCandidates({
    model: ISOBATH_DEPTH_TINY,
    options: { detailPx: 128, maxLongSidePx: null },
    candidates,
    picture: await (await fetch('/samples/desk.jpg')).blob(),
    settings: DEFAULT_CLIENT_SETTINGS,
    createClient: (settings) =>
      createInferenceClient({
        settings,
        profile,
        indexedDB: undefined,
        memoryBudgetBytes: 0,
        spawnWorker: spawnWorkerWithoutWebGpu,
      }),
    onCandidate: (_, index) => seen.push(index),
    signal: new AbortController().signal,
  });
  expect(seen).toEqual([0, 1, 2]);
  for (const [index, candidate] of measured.entries()) expect(candidate).toMatchObject(candidates[index]!);
  const [two, one, gpu] = measured;
  for (const wasm of [two, one]) {
    expect(wasm?.problem).toBeNull();
    expect(wasm?.perSecond).toBeGreaterThan(0);
    expect(wasm?.latencyMs).toBeGreaterThan(0);
  }
  expect(gpu).toMatchObject({ perSecond: null, latencyMs: null });
  expect(gpu?.problem).toMatchObject({
    code: 'EXECUTION_PROVIDER_UNAVAILABLE',
    details: { reason: 'no-adapter' },
  });
  expect(chooseMeasured(measured)?.executionProvider).toBe('wasm');
}, 120_000);

it('tests WebGPU first, then times it beside the processor', async () => {
  const candidates: readonly Candidate[] = [
    { executionProvider: 'wasm', variant: 'fp32', workers: 1, threads: 1 },
    { executionProvider: 'webgpu', variant: 'fp32', workers: 1, threads: 1 },
  ];
  const profile = createDeviceProfile({ storage: undefined, fingerprint: 'test' });
  const measured = await measureCandidates({
    model: ISOBATH_DEPTH_TINY,
    options: { detailPx: 128, maxLongSidePx: null },
    candidates,
    picture: await (await fetch('/samples/desk.jpg')).blob(),
    settings: DEFAULT_CLIENT_SETTINGS,
    createClient: (settings) =>
      createInferenceClient({ settings, profile, indexedDB: undefined, memoryBudgetBytes: 0 }),
    signal: new AbortController().signal,
  });
  expect(measured).toMatchObject(candidates);
  for (const candidate of measured) {
    expect(candidate.problem).toBeNull();
    expect(candidate.perSecond).toBeGreaterThan(0);
    expect(candidate.latencyMs).toBeGreaterThan(0);
  }
  // Trusted because its numbers are within their bound, not because it ran.
  const key = selfTestKey(ISOBATH_DEPTH_TINY, 'fp32');
  expect(profile.getVerdict(key)).toBe(true);
  const numbers = profile.getNumbers(key);
  expect(numbers?.meanRelativeError).toBeLessThan(numbers?.tolerance ?? 0);
  expect(numbers?.correlation).toBeGreaterThan(0.99);
}, 120_000);
