import type { ExecutionProvider } from '../../../engine/api.ts';

/** Names, the same in every language. */
export const PROVIDER_NAMES: Readonly<Record<ExecutionProvider, string>> = {
  webgpu: 'WebGPU',
  wasm: 'WASM',
  cpu: 'CPU',
};
