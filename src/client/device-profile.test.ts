import { describe, expect, it } from 'vitest';
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
