import { describe, expect, it } from 'vitest';
import type { ModelManifest } from '../engine/models/manifest.ts';
import { ISOBATH_DEPTH_TINY as MODEL } from '../engine/models/isobath-depth-tiny.ts';
import { makeResultKey } from './result-key.ts';

const BASE = {
  sourceSha256: 'a'.repeat(64),
  pipeline: 'depth-estimation' as const,
  model: MODEL,
  variant: 'fp32',
  options: { detailPx: 256, maxLongSidePx: null },
};

function withFile(sha256: string | null, change: Partial<ModelManifest> = {}): ModelManifest {
  return {
    ...MODEL,
    ...change,
    variants: MODEL.variants.map((variant) => ({
      ...variant,
      files: variant.files.map((file) => ({ ...file, sha256 })),
    })),
  };
}

describe('a result key', () => {
  it('is the same for the same picture, weights, pipeline and options, whatever the model is called', () => {
    const renamed = { ...MODEL, id: 'mine', name: 'Mine', revision: 'v9' };
    expect(makeResultKey({ ...BASE, model: renamed })).toBe(makeResultKey(BASE));
  });

  it.each([
    ['the picture', { ...BASE, sourceSha256: 'b'.repeat(64) }],
    ['the weights', { ...BASE, model: withFile('c'.repeat(64)) }],
    ['the detail', { ...BASE, options: { detailPx: 512, maxLongSidePx: null } }],
    ['the cap', { ...BASE, options: { detailPx: 256, maxLongSidePx: 1022 } }],
    ['exact scores', { ...BASE, options: { ...BASE.options, isExact: true } }],
    ['the contract', { ...BASE, model: { ...MODEL, input: { ...MODEL.input, scale: 1 } } }],
  ])('changes with %s', (_, request) => {
    expect(makeResultKey(request)).not.toBe(makeResultKey(BASE));
  });

  it('tells unverified weights apart by model and revision', () => {
    const first = makeResultKey({ ...BASE, model: withFile(null) });
    expect(makeResultKey({ ...BASE, model: withFile(null, { id: 'other' }) })).not.toBe(first);
    expect(makeResultKey({ ...BASE, model: withFile(null, { revision: 'v1' }) })).not.toBe(first);
  });
});
