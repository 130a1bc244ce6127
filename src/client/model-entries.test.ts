import { describe, expect, it } from 'vitest';
import { DEPTH_ANYTHING_V2_SMALL } from '../engine/models/depth-anything-v2-small.ts';
import type { VariantId } from '../engine/models/manifest.ts';
import type { VariantStatus } from '../worker/storage-api.ts';
import { describeEntry } from './model-entries.ts';

interface Facts {
  readonly provider?: 'webgpu' | 'wasm';
  readonly installed?: readonly VariantId[];
  readonly refused?: readonly VariantId[];
  readonly fastest?: VariantId | null;
}

function describeSmall({ provider = 'webgpu', installed = [], refused = [], fastest = null }: Facts) {
  const entry = describeEntry(DEPTH_ANYTHING_V2_SMALL, {
    device: {
      executionProvider: provider,
      hasShaderF16: provider === 'webgpu',
      memoryBudgetBytes: null,
      failedVariants: [],
    },
    hub: { label: 'hub', baseUrl: 'https://hub.example', isMirror: false, connectSources: [] },
    isUser: false,
    isLicenceAccepted: false,
    overriddenVariant: null,
    statusOf: (id): VariantStatus =>
      installed.includes(id)
        ? { state: 'ready', sizeBytes: 1, installedAtMs: 0, files: [], blobUrls: null }
        : { state: 'absent' },
    listRefused: () => refused,
    fastestVariant: fastest,
  });
  return [entry.variant.id, entry.status.state];
}

describe('the file of a model', () => {
  it('that WebGPU computed wrong here is not offered for it again', () => {
    expect(describeSmall({})).toEqual(['q4f16', 'available']);
    expect(describeSmall({ refused: ['q4f16'] })).toEqual(['q4', 'available']);
    expect(describeSmall({ refused: ['q4f16', 'q4'] })).toEqual(['fp16', 'available']);
  });

  it('that is right goes before a refused one where both are installed', () => {
    expect(describeSmall({ installed: ['q4f16', 'fp32'], refused: ['q4f16'] })).toEqual(['fp32', 'ready']);
    // Better than nothing: the processor computes it.
    expect(describeSmall({ installed: ['q4f16'], refused: ['q4f16'] })).toEqual(['q4f16', 'ready']);
  });

  it('that was measured to be the fastest goes before the smaller one, where it is installed', () => {
    expect(describeSmall({ installed: ['q4f16', 'fp16'], fastest: 'fp16' })).toEqual(['fp16', 'ready']);
    expect(describeSmall({ installed: ['q4f16'], fastest: 'fp16' })).toEqual(['q4f16', 'ready']);
  });

  it('is the processor’s where WebGPU computes none of them right', () => {
    const all = DEPTH_ANYTHING_V2_SMALL.variants.map(({ id }) => id);
    expect(describeSmall({ refused: all })).toEqual(describeSmall({ provider: 'wasm' }));
  });

  it('is chosen for the processor whatever WebGPU did', () => {
    expect(describeSmall({ provider: 'wasm', refused: ['uint8'] })).toEqual(
      describeSmall({ provider: 'wasm' }),
    );
  });
});
