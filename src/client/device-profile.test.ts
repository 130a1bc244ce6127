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

  describe('shared by two tabs', () => {
    const measurement = (measuredAtMs: number) => ({ device: '2 cores', measuredAtMs, candidates: [] });
    const other = { ...ISOBATH_DEPTH_TINY, id: 'other' };

    it('keeps what either of them learnt, also where neither hears the other', () => {
      const storage = createStorage();
      const first = createDeviceProfile({ storage, fingerprint: 'v1' });
      const second = createDeviceProfile({ storage, fingerprint: 'v1' });
      first.setMeasurement(ISOBATH_DEPTH_TINY, measurement(1));
      second.setMeasurement(other, measurement(2));
      second.setVerdict('a', true, { meanRelativeError: 0.1, tolerance: 1, correlation: 1 });
      first.setVerdict('b', false);
      first.setHeap({ modelId: 'm', revision: 'r', variant: 'fp32' }, 10);
      second.setHeap({ modelId: 'm', revision: 'r', variant: 'fp32' }, 5);
      const next = createDeviceProfile({ storage, fingerprint: 'v1' });
      expect(next.getMeasurement(ISOBATH_DEPTH_TINY)).toEqual(measurement(1));
      expect(next.getMeasurement(other)).toEqual(measurement(2));
      expect([next.getVerdict('a'), next.getVerdict('b')]).toEqual([true, false]);
      expect(next.getNumbers('a')).toEqual({ meanRelativeError: 0.1, tolerance: 1, correlation: 1 });
      expect(next.getHeap({ modelId: 'm', revision: 'r', variant: 'fp32' })).toBe(10);
    });

    it('hears of the other at once, and writes again what the other has overwritten', () => {
      const storage = createStorage();
      let hear = () => {};
      const profile = createDeviceProfile({
        storage,
        fingerprint: 'v1',
        onOtherTab: (_, listener) => (hear = listener),
      });
      const changes: string[] = [];
      profile.subscribe((change) => changes.push(change));
      profile.setVerdict('a', true);
      // Written by a tab that had not seen the verdict.
      const overwriting = createStorage();
      createDeviceProfile({ storage: overwriting, fingerprint: 'v1' }).setMeasurement(other, measurement(2));
      const [key, text] = ['isobath.device-profile', overwriting.getItem('isobath.device-profile') ?? ''];
      storage.setItem(key, text);
      hear();
      expect(changes).toEqual(['verdict', 'measurement']);
      expect(profile.getMeasurement(other)).toEqual(measurement(2));
      const next = createDeviceProfile({ storage, fingerprint: 'v1' });
      expect(next.getVerdict('a')).toBe(true);
      expect(next.getMeasurement(other)).toEqual(measurement(2));
    });
  });

  it('forgets a verdict with its numbers, here and for the next visit, and says so', () => {
    const storage = createStorage();
    const profile = createDeviceProfile({ storage, fingerprint: 'v1' });
    profile.setVerdict('a', false, { meanRelativeError: 0.5, tolerance: 0.1, correlation: 0 });
    profile.setVerdict('b', false);
    const changes: string[] = [];
    profile.subscribe((change) => changes.push(change));
    profile.forgetVerdict('a');
    const next = createDeviceProfile({ storage, fingerprint: 'v1' });
    for (const one of [profile, next]) {
      expect([one.getVerdict('a'), one.getNumbers('a'), one.getVerdict('b')]).toEqual([null, null, false]);
    }
    expect(changes).toEqual(['forgotten']);
  });

  it('takes the newer verdict of another tab, where it was tested again', () => {
    const storage = createStorage();
    let hear = () => {};
    const onOtherTab = (_: string, listener: () => void) => (hear = listener);
    const old = createDeviceProfile({ storage, fingerprint: 'v1', onOtherTab });
    old.setVerdict('a', false, { meanRelativeError: 0.5, tolerance: 0.1, correlation: 0 });
    const other = createDeviceProfile({ storage, fingerprint: 'v1' });
    other.forgetVerdict('a');
    other.setVerdict('a', true);
    hear();
    expect([old.getVerdict('a'), old.getNumbers('a')]).toEqual([true, null]);
    old.setVerdict('b', true);
    expect(createDeviceProfile({ storage, fingerprint: 'v1' }).getVerdict('a')).toBe(true);
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
