import { describe, expect, it } from 'vitest';
import type { Reply } from '../engine/api.ts';
import { DEPTH_ANYTHING_V2_SMALL } from '../engine/models/depth-anything-v2-small.ts';
import type { ModelManifest } from '../engine/models/manifest.ts';
import type { SelfTestReport } from '../engine/self-test.ts';
import { createFakeClock, flushPromises } from '../scheduling/fake-clock.ts';
import { createDeviceProfile } from './device-profile.ts';
import { selfTestKey } from './self-test-key.ts';
import { createSelfTester } from './self-tester.ts';

const REQUEST = {
  pipeline: 'depth-estimation',
  model: DEPTH_ANYTHING_V2_SMALL,
  variant: 'fp16',
  options: { detailPx: 518, maxLongSidePx: null },
} as const;

/** A worker that takes messages and never answers. */
function createSilentWorker() {
  const worker = { isTerminated: false };
  const endpoint = Object.assign(new EventTarget(), {
    postMessage: () => undefined,
    terminate: () => (worker.isTerminated = true),
  });
  return { worker, endpoint: endpoint as unknown as Worker };
}

function setUp(model: ModelManifest = DEPTH_ANYTHING_V2_SMALL) {
  const clock = createFakeClock();
  const { worker, endpoint } = createSilentWorker();
  const profile = createDeviceProfile({ storage: undefined, fingerprint: 'v1' });
  const unloaded: string[] = [];
  const tester = createSelfTester({
    profile,
    clock,
    spawnWorker: () => endpoint,
    fetch: async () => new Response(new Float32Array(4)),
    baseUrl: 'https://app.example/',
  });
  const check = (reply: Reply<SelfTestReport>) =>
    tester.check(
      { selfTest: async () => reply, unload: async (id) => void unloaded.push(id) },
      { ...REQUEST, model },
      () => undefined,
    );
  return { clock, worker, profile, unloaded, check };
}

const WITH_REFERENCE: ModelManifest = {
  ...DEPTH_ANYTHING_V2_SMALL,
  selfTest: { url: 'reference.f32', widthPx: 2, heightPx: 2 },
};

function report(passed: boolean): Reply<SelfTestReport> {
  const verdict = { passed, meanRelativeError: passed ? 0.001 : 0.4, correlation: 0.5, tolerance: 0.02 };
  return { ok: true, value: { values: new Float32Array(4), verdict } };
}

describe('the self-test', () => {
  it('does not wait for ever for the reference of a worker that hangs, and keeps no verdict', async () => {
    const { clock, worker, profile, check } = setUp();
    const checking = check(report(true));
    const outcome = expect(checking).rejects.toMatchObject({
      code: 'EXECUTION_PROVIDER_FAILED',
      details: { selfTest: true, reason: 'no-reference', model: REQUEST.model.id, variant: 'fp16' },
    });
    await flushPromises();
    clock.advance(90_000);
    await outcome;
    expect(worker.isTerminated).toBe(true);
    expect(clock.timerCount()).toBe(0);
    expect(profile.getVerdict(selfTestKey(REQUEST.model, 'fp16'))).toBeNull();
  });

  it('refuses one model by name, takes it out of the worker, and remembers the numbers', async () => {
    const { profile, unloaded, check } = setUp(WITH_REFERENCE);
    await expect(check(report(false))).rejects.toMatchObject({
      details: { selfTest: true, reason: 'wrong', model: WITH_REFERENCE.id, meanRelativeError: 0.4 },
    });
    expect(unloaded).toEqual([WITH_REFERENCE.id]);
    const key = selfTestKey(WITH_REFERENCE, 'fp16');
    expect(profile.getVerdict(key)).toBe(false);
    expect(profile.getNumbers(key)).toMatchObject({ meanRelativeError: 0.4, tolerance: 0.02 });
    await expect(check(report(true))).rejects.toMatchObject({
      details: { reason: 'known-wrong', meanRelativeError: 0.4, tolerance: 0.02 },
    });
  });

  it('refuses for the session where the self-test itself cannot run on the provider', async () => {
    const { profile, check } = setUp(WITH_REFERENCE);
    const error = { code: 'INFERENCE_FAILED', message: 'shader', details: {}, causes: [], aborted: false };
    await expect(check({ ok: false, error: { ...error, code: 'INFERENCE_FAILED' } })).rejects.toMatchObject({
      code: 'EXECUTION_PROVIDER_FAILED',
      details: { selfTest: true, reason: 'not-run', cause: 'INFERENCE_FAILED' },
    });
    expect(profile.getVerdict(selfTestKey(WITH_REFERENCE, 'fp16'))).toBeNull();
    // A missing file is no fault of WebGPU.
    await expect(
      check({ ok: false, error: { ...error, code: 'MODEL_NOT_INSTALLED' } }),
    ).rejects.toMatchObject({ code: 'MODEL_NOT_INSTALLED' });
  });

  it('lets a model pass once and asks no more', async () => {
    const { check } = setUp(WITH_REFERENCE);
    await expect(check(report(true))).resolves.toBeUndefined();
    await expect(check(report(false))).resolves.toBeUndefined();
  });
});
