/** Which file of a model suits this device: the smallest that is right. */
import type { ModelManifest, ModelVariant, VariantId } from './manifest.ts';

/** What the choice depends on; the caller measures or asks the platform. */
export interface DeviceFacts {
  readonly executionProvider: 'webgpu' | 'wasm' | 'cpu';
  /** The adapter offers `shader-f16`. */
  readonly hasShaderF16: boolean;
  /** Bytes that one worker may take for a session; null: unknown. */
  readonly memoryBudgetBytes: number | null;
  /** Variants whose golden self-test failed on this provider. */
  readonly failedVariants: readonly VariantId[];
}

export type VariantChoice =
  | { readonly kind: 'chosen'; readonly variant: ModelVariant }
  /** Right for the device, but above its memory: the smallest one is named. */
  | { readonly kind: 'too-large'; readonly variant: ModelVariant }
  /** No variant computes rightly on this provider. */
  | { readonly kind: 'none' };

/**
 * fp16 and q4f16 compute in half precision: only on WebGPU with `shader-f16`. int8 and uint8 need quantised
 * convolutions and products, which the WebGPU provider lacks. fp32 and q4 run everywhere.
 */
function isVariantRight(variant: ModelVariant, device: DeviceFacts): boolean {
  if (device.failedVariants.includes(variant.id)) return false;
  const usesWebGpu = device.executionProvider === 'webgpu';
  if (variant.needsShaderF16) return usesWebGpu && device.hasShaderF16;
  if (variant.weights === 'int8' || variant.weights === 'uint8') return !usesWebGpu;
  return true;
}

/** Download size of a variant, all files together. */
export function sumSizeBytes(variant: ModelVariant): number {
  return variant.files.reduce((sum, file) => sum + file.sizeBytes, 0);
}

/** The smallest download that is right on the device and fits its memory; earlier in the manifest wins a tie. */
export function chooseVariant(manifest: ModelManifest, device: DeviceFacts): VariantChoice {
  const right = manifest.variants
    .filter((variant) => isVariantRight(variant, device))
    .sort((a, b) => sumSizeBytes(a) - sumSizeBytes(b));
  const smallest = right[0];
  if (smallest === undefined) return { kind: 'none' };
  const { memoryBudgetBytes } = device;
  const fitting = right.find(
    (variant) => memoryBudgetBytes === null || variant.memoryBytes <= memoryBudgetBytes,
  );
  return fitting === undefined
    ? { kind: 'too-large', variant: smallest }
    : { kind: 'chosen', variant: fitting };
}
