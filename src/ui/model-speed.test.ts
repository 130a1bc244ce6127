import { describe, expect, it } from 'vitest';
import { DEPTH_ANYTHING_V2_BASE } from '../engine/models/depth-anything.ts';
import { DEPTH_ANYTHING_V2_SMALL } from '../engine/models/depth-anything-v2-small.ts';
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import type { ModelManifest, ModelVariant } from '../engine/models/manifest.ts';
import { estimateWork, speedOf } from './model-speed.ts';

function variantOf(manifest: ModelManifest, id: string): ModelVariant {
  const variant = manifest.variants.find((candidate) => candidate.id === id);
  if (variant === undefined) throw new Error(`no ${id}`);
  return variant;
}

const fp32 = variantOf(DEPTH_ANYTHING_V2_SMALL, 'fp32');

describe('speed of a model', () => {
  it('is what was measured, where it ran', () => {
    const samples = [{ modelId: 'depth-anything-v2-small', photoMs: 900, work: 1 }];
    expect(speedOf(DEPTH_ANYTHING_V2_SMALL, fp32, samples)).toEqual({ kind: 'measured', photoMs: 900 });
  });

  it('is unknown where nothing ran', () => {
    expect(speedOf(DEPTH_ANYTHING_V2_SMALL, fp32, [])).toEqual({ kind: 'unknown' });
  });

  it('grows with parameters and pixels', () => {
    const tiny = variantOf(ISOBATH_DEPTH_TINY, 'fp32');
    const samples = [
      { modelId: 'isobath-depth-tiny', photoMs: 60, work: estimateWork(ISOBATH_DEPTH_TINY, tiny) },
    ];
    const small = speedOf(DEPTH_ANYTHING_V2_SMALL, fp32, samples);
    const base = speedOf(DEPTH_ANYTHING_V2_BASE, variantOf(DEPTH_ANYTHING_V2_BASE, 'fp32'), samples);
    if (small.kind !== 'estimated' || base.kind !== 'estimated') throw new Error('expected estimates');
    // Base has four times the parameters of Small at the same size.
    expect(base.photoMs / small.photoMs).toBeCloseTo(389 / 99.1, 1);
    expect(small.photoMs).toBeGreaterThan(3000);
  });

  it('hardly depends on how the weights are stored', () => {
    const ratio =
      estimateWork(DEPTH_ANYTHING_V2_SMALL, variantOf(DEPTH_ANYTHING_V2_SMALL, 'fp16')) /
      estimateWork(DEPTH_ANYTHING_V2_SMALL, fp32);
    expect(ratio).toBeCloseTo(1, 1);
  });
});
