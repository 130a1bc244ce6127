/** Looks at WebGPU without using it. */
import { isSoftwareAdapterName } from '../../engine/software-adapter.ts';

export interface AdapterFacts {
  readonly description: string;
  /** True for adapters that compute on the CPU: correct, but slower than WASM. */
  readonly isFallback: boolean;
  readonly hasShaderF16: boolean;
}

/** What an adapter says of itself. */
export function describeAdapter(adapter: GPUAdapter): AdapterFacts {
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const words = [vendor, architecture, device, description].filter((word) => word !== '');
  return {
    description: words.join(' ') || 'unnamed adapter',
    isFallback: isFallbackAdapter || isSoftwareAdapterName(words.join(' ')),
    hasShaderF16: adapter.features.has('shader-f16'),
  };
}

/** The adapter that this browser would compute with, or null. */
export async function requestAdapter(gpu: GPU | undefined): Promise<GPUAdapter | null> {
  // Some browsers reject where others resolve to null (GPU process gone, blocklist).
  return (await gpu?.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null)) ?? null;
}
