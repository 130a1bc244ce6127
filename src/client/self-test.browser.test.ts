/** What WASM computes in a real browser, against the references that ship with the models. */
import { describe, expect, it } from 'vitest';
import { DEPTH_ANYTHING_V2_SMALL } from '../engine/models/depth-anything-v2-small.ts';
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import { ISOBATH_PARSING_TINY } from '../engine/models/isobath-parsing-tiny.ts';
import { createDeviceProfile } from './device-profile.ts';
import { resolveClientOptions, type InferenceClientOptions } from './inference-client-options.ts';
import { selfTestKey } from './self-test-key.ts';
import { testProvider } from './self-test.ts';
import { spawnInferenceWorker } from './web-worker-slot.ts';

function setUp(options: InferenceClientOptions = {}) {
  const profile = createDeviceProfile({ storage: undefined, fingerprint: 'test' });
  return { profile, environment: resolveClientOptions({ ...options, profile }) };
}

const NEVER = new AbortController().signal;

describe('the self-test of WASM', () => {
  it.each([ISOBATH_DEPTH_TINY, ISOBATH_PARSING_TINY])(
    'finds $id right, and keeps the numbers',
    async (model) => {
      const { profile, environment } = setUp();
      const subject = { model, variant: 'fp32', provider: 'wasm' } as const;
      await expect(testProvider(subject, environment, NEVER)).resolves.toBe('passed');
      const key = selfTestKey(model, 'fp32', 'wasm');
      expect(profile.getVerdict(key)).toBe(true);
      const numbers = profile.getNumbers(key);
      expect(numbers).toMatchObject({ tolerance: model.tolerance.wasm });
      expect(numbers?.meanRelativeError).toBeLessThan(model.tolerance.wasm);
      expect(numbers?.correlation).toBeGreaterThan(0.9999);
      // WebGPU is another question.
      expect(profile.getVerdict(selfTestKey(model, 'fp32'))).toBeNull();
    },
  );

  it('finds it wrong where the numbers are others', async () => {
    const { profile, environment } = setUp({
      // Every second value is off by a third.
      async fetch(input, init) {
        const values = new Float32Array(await (await fetch(input, init)).arrayBuffer());
        return new Response(values.map((value, index) => (index % 2 === 0 ? value : value * 1.3)));
      },
    });
    const subject = { model: ISOBATH_DEPTH_TINY, variant: 'fp32', provider: 'wasm' } as const;
    await expect(testProvider(subject, environment, NEVER)).resolves.toBe('failed');
    const key = selfTestKey(ISOBATH_DEPTH_TINY, 'fp32', 'wasm');
    expect(profile.getVerdict(key)).toBe(false);
    expect(profile.getNumbers(key)?.meanRelativeError).toBeGreaterThan(ISOBATH_DEPTH_TINY.tolerance.wasm);
  });

  it('learns nothing, and starts no worker, where there is no reference', async () => {
    let spawned = 0;
    const { profile, environment } = setUp({
      fetch: async () => new Response('<html>', { status: 404 }),
      spawnWorker: () => {
        spawned += 1;
        return spawnInferenceWorker();
      },
    });
    for (const model of [ISOBATH_DEPTH_TINY, DEPTH_ANYTHING_V2_SMALL]) {
      const subject = { model, variant: 'fp32', provider: 'wasm' } as const;
      await expect(testProvider(subject, environment, NEVER)).resolves.toBe('not-run');
      expect(profile.getVerdict(selfTestKey(model, 'fp32', 'wasm'))).toBeNull();
    }
    expect(spawned).toBe(0);
  });

  it('ends its worker when pictures come', async () => {
    const controller = new AbortController();
    const ended: boolean[] = [];
    const { profile, environment } = setUp({
      spawnWorker: () => {
        const worker = spawnInferenceWorker();
        const terminate = worker.terminate.bind(worker);
        worker.terminate = () => {
          ended.push(true);
          terminate();
        };
        queueMicrotask(() => controller.abort(new DOMException('Pictures go first.', 'AbortError')));
        return worker;
      },
    });
    const subject = { model: ISOBATH_DEPTH_TINY, variant: 'fp32', provider: 'wasm' } as const;
    await expect(testProvider(subject, environment, controller.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(ended).toEqual([true]);
    expect(profile.getVerdict(selfTestKey(ISOBATH_DEPTH_TINY, 'fp32', 'wasm'))).toBeNull();
  });
});
