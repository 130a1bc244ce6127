import { describe, expect, it } from 'vitest';
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import { createDeviceProfile } from './device-profile.ts';

function createStorage(initial: Record<string, string> = {}) {
  const items = new Map(Object.entries(initial));
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
}

describe('the device profile', () => {
  it('remembers verdicts for the same browser version, and forgets them for another', () => {
    const storage = createStorage();
    createDeviceProfile({ storage, fingerprint: 'v1' }).setVerdict('model', false);
    expect(createDeviceProfile({ storage, fingerprint: 'v1' }).getVerdict('model')).toBe(false);
    expect(createDeviceProfile({ storage, fingerprint: 'v2' }).getVerdict('model')).toBeNull();
  });

  it('keeps what was measured, tells of it, and forgets it for another browser version', () => {
    const storage = createStorage();
    const profile = createDeviceProfile({ storage, fingerprint: 'v1' });
    const changes: string[] = [];
    profile.subscribe((change) => changes.push(change));
    const candidate = {
      executionProvider: 'wasm',
      variant: 'fp32',
      workers: 2,
      threads: 1,
      perSecond: 20,
      latencyMs: 80,
      problem: null,
    } as const;
    const measurement = { device: '2 cores', measuredAtMs: 5, candidates: [candidate] };
    profile.setMeasurement(ISOBATH_DEPTH_TINY, measurement);
    profile.setVerdict('model', true);
    expect(changes).toEqual(['measurement', 'verdict']);
    const again = createDeviceProfile({ storage, fingerprint: 'v1' });
    expect(again.getMeasurement(ISOBATH_DEPTH_TINY)).toEqual(measurement);
    expect(again.getMeasurement({ ...ISOBATH_DEPTH_TINY, revision: 'next' })).toBeNull();
    const updated = createDeviceProfile({ storage, fingerprint: 'v2' });
    expect(updated.getMeasurement(ISOBATH_DEPTH_TINY)).toBeNull();
  });

  it('keeps the largest heap of a model', () => {
    const storage = createStorage();
    const model = { modelId: 'm', revision: 'r', variant: 'fp32' };
    const profile = createDeviceProfile({ storage, fingerprint: 'v1' });
    expect(profile.getHeap(model)).toBeNull();
    for (const heapBytes of [10, 30, 20]) profile.setHeap(model, heapBytes);
    expect(createDeviceProfile({ storage, fingerprint: 'v1' }).getHeap(model)).toBe(30);
    expect(profile.getHeap({ ...model, variant: 'fp16' })).toBeNull();
  });

  it('works for the session where storage is missing, refused or damaged', () => {
    const refusing = {
      getItem: () => {
        throw new Error('refused');
      },
      setItem: () => {
        throw new Error('refused');
      },
    };
    const damaged = createStorage({ 'isobath.device-profile': '{"fingerprint":' });
    for (const storage of [undefined, refusing, damaged]) {
      const profile = createDeviceProfile({ storage, fingerprint: 'v1' });
      expect(profile.getVerdict('model')).toBeNull();
      profile.setVerdict('model', true);
      expect(profile.getVerdict('model')).toBe(true);
    }
  });
});
