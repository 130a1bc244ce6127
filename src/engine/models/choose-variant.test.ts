import { describe, expect, it } from 'vitest';
import { chooseVariant, type DeviceFacts } from './choose-variant.ts';
import { DEPTH_ANYTHING_V2_SMALL } from './depth-anything-v2-small.ts';
import { DEPTH_ANYTHING_V2_LARGE } from './depth-anything.ts';
import { DEPTH_PRO } from './depth-pro.ts';
import { SEGFORMER_B2_CLOTHES } from './segformer-clothes.ts';

const WASM: DeviceFacts = {
  executionProvider: 'wasm',
  hasShaderF16: false,
  memoryBudgetBytes: null,
  failedVariants: [],
};
const WEBGPU: DeviceFacts = { ...WASM, executionProvider: 'webgpu' };

function choose(manifest: typeof DEPTH_PRO, device: DeviceFacts): string {
  const choice = chooseVariant(manifest, device);
  return choice.kind === 'none' ? 'none' : `${choice.kind} ${choice.variant.id}`;
}

describe('chooseVariant', () => {
  it('takes half precision only on WebGPU with shader-f16', () => {
    expect(choose(DEPTH_ANYTHING_V2_SMALL, { ...WEBGPU, hasShaderF16: true })).toBe('chosen q4f16');
    expect(choose(DEPTH_ANYTHING_V2_SMALL, WEBGPU)).toBe('chosen q4');
    expect(choose(DEPTH_ANYTHING_V2_SMALL, { ...WASM, hasShaderF16: true })).toBe('chosen uint8');
  });

  it('takes the smallest that is right elsewhere, never quantised products on WebGPU', () => {
    expect(choose(SEGFORMER_B2_CLOTHES, WEBGPU)).toBe('chosen fp32');
    expect(choose(SEGFORMER_B2_CLOTHES, WASM)).toBe('chosen uint8');
  });

  it('skips a variant whose self-test failed', () => {
    expect(choose(DEPTH_ANYTHING_V2_SMALL, { ...WASM, failedVariants: ['uint8', 'int8'] })).toBe('chosen q4');
  });

  it('says when even the smallest right one is above the memory', () => {
    expect(choose(DEPTH_ANYTHING_V2_LARGE, { ...WASM, memoryBudgetBytes: 500e6 })).toBe('too-large int8');
    expect(choose(DEPTH_PRO, { ...WASM, memoryBudgetBytes: 4e9 })).toBe('chosen q4');
  });

  it('says when nothing is right', () => {
    const failedVariants = DEPTH_PRO.variants.map((variant) => variant.id);
    expect(choose(DEPTH_PRO, { ...WASM, failedVariants })).toBe('none');
  });
});
