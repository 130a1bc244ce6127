import { describe, expect, it } from 'vitest';
import { DEPTH_ANYTHING_V2_SMALL } from '../engine/models/depth-anything-v2-small.ts';
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import type { ModelManifest, VariantId } from '../engine/models/manifest.ts';
import { DEFAULT_CLIENT_SETTINGS } from './inference-client-options.ts';
import { listCandidates, type CandidateFacts } from './list-candidates.ts';

interface Change {
  readonly model?: ModelManifest;
  readonly installed?: readonly VariantId[];
  readonly variant?: VariantId;
  readonly device?: Partial<CandidateFacts['device']>;
  readonly facts?: Partial<Pick<CandidateFacts, 'hasShaderF16' | 'refused' | 'settings'>>;
}

/** As short text, in order. */
function list({ model = ISOBATH_DEPTH_TINY, installed = ['fp32'], variant = 'fp32', device, facts }: Change) {
  const candidates = listCandidates({
    device: {
      gpu: 'none',
      crossOriginIsolated: true,
      hardwareConcurrency: 8,
      deviceMemoryGb: 8,
      ...device,
    },
    hasShaderF16: false,
    settings: DEFAULT_CLIENT_SETTINGS,
    variant,
    installed: model.variants.filter(({ id }) => installed.includes(id)),
    refused: [],
    ...facts,
  });
  return candidates.map((one) => `${one.executionProvider} ${one.variant} ${one.workers}x${one.threads}`);
}

describe('the candidates', () => {
  it('are the plan first, then other divisions of the cores, none of them twice', () => {
    expect(list({})).toEqual(['wasm fp32 7x1', 'wasm fp32 1x8', 'wasm fp32 2x4', 'wasm fp32 4x2']);
    expect(list({ device: { hardwareConcurrency: 2 } })).toEqual(['wasm fp32 2x1', 'wasm fp32 1x2']);
    expect(list({ device: { hardwareConcurrency: 1 } })).toEqual(['wasm fp32 1x1']);
  });

  it('have one thread where the page is not isolated', () => {
    expect(list({ device: { crossOriginIsolated: false } })).toEqual(['wasm fp32 7x1']);
  });

  it('are one worker each for a large model', () => {
    const small = { model: DEPTH_ANYTHING_V2_SMALL, installed: ['fp32'] };
    expect(list(small)).toEqual(['wasm fp32 1x8', 'wasm fp32 1x4', 'wasm fp32 1x2']);
  });

  it('begin with WebGPU where there is a graphics processor, the variant in use first', () => {
    const model = DEPTH_ANYTHING_V2_SMALL;
    const device = { gpu: 'hardware', hardwareConcurrency: 2 } as const;
    const both = { model, device, installed: ['fp32', 'fp16', 'uint8'], variant: 'fp16' };
    expect(list({ ...both, facts: { hasShaderF16: true } })).toEqual([
      'webgpu fp16 1x1',
      'webgpu fp32 1x1',
      'wasm fp32 1x2',
      'wasm fp32 1x1',
    ]);
    expect(list({ ...both, variant: 'fp32' })).toEqual(['webgpu fp32 1x1', 'wasm fp32 1x2', 'wasm fp32 1x1']);
    expect(list({ ...both, facts: { hasShaderF16: true, refused: ['fp16', 'fp32'] } })).toEqual([
      'wasm fp32 1x2',
      'wasm fp32 1x1',
    ]);
  });

  it('have a WebGPU in software only where it is asked for by name, and last', () => {
    const device = { gpu: 'software', hardwareConcurrency: 1 } as const;
    const settings = { ...DEFAULT_CLIENT_SETTINGS, executionProvider: 'webgpu' } as const;
    expect(list({ device })).toEqual(['wasm fp32 1x1']);
    expect(list({ device, facts: { settings } })).toEqual(['wasm fp32 1x1', 'webgpu fp32 1x1']);
  });
});
