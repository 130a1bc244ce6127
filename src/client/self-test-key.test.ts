import { describe, expect, it } from 'vitest';
import { DEPTH_ANYTHING_V2_SMALL } from '../engine/models/depth-anything-v2-small.ts';
import type { ModelManifest } from '../engine/models/manifest.ts';
import { createDeviceProfile } from './device-profile.ts';
import { listRefusedVariants, selfTestKey } from './self-test-key.ts';

describe('refused variants', () => {
  const installed: ModelManifest = {
    ...DEPTH_ANYTHING_V2_SMALL,
    variants: DEPTH_ANYTHING_V2_SMALL.variants.map((variant) => ({
      ...variant,
      files: variant.files.map((file) => ({ ...file, sha256: `${variant.id}-hash` })),
    })),
  };

  it('are those that failed, also after their files are deleted', () => {
    const profile = createDeviceProfile({ storage: undefined, fingerprint: 'v1' });
    profile.setVerdict(selfTestKey(installed, 'fp16'), false);
    profile.setVerdict(selfTestKey(installed, 'fp32'), true);
    expect(listRefusedVariants(profile, installed)).toEqual(['fp16']);
    expect(listRefusedVariants(profile, DEPTH_ANYTHING_V2_SMALL)).toEqual(['fp16']);
    expect(listRefusedVariants(profile, { ...installed, revision: 'next' })).toEqual([]);
  });

  it('are no more those whose new file passed', () => {
    const profile = createDeviceProfile({ storage: undefined, fingerprint: 'v1' });
    profile.setVerdict(`${selfTestKey(installed, 'fp16')}-old`, false);
    profile.setVerdict(selfTestKey(installed, 'fp16'), true);
    expect(listRefusedVariants(profile, installed)).toEqual([]);
  });
});
