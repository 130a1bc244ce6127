/** What choosing a model's file depends on: provider and shader abilities, learnt without starting a worker. */
import type { DeviceFacts } from '../engine/models/choose-variant.ts';
import { probeDevice, type NavigatorFacts } from './device-facts.ts';
import type { ClientSettings } from './inference-client.types.ts';

async function hasShaderF16(gpu: NavigatorFacts['gpu']): Promise<boolean> {
  try {
    const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
    return adapter?.features.has('shader-f16') ?? false;
  } catch {
    return false;
  }
}

/** The provider that the settings lead to on this device. Never rejects. */
export async function probeModelDevice(
  executionProvider: ClientSettings['executionProvider'],
  navigatorFacts: NavigatorFacts = navigator,
): Promise<Pick<DeviceFacts, 'executionProvider' | 'hasShaderF16'>> {
  const { gpu } = await probeDevice(navigatorFacts, self.crossOriginIsolated);
  const usesWebGpu =
    executionProvider === 'webgpu' ? gpu !== 'none' : executionProvider === 'auto' && gpu === 'hardware';
  return {
    executionProvider: usesWebGpu ? 'webgpu' : 'wasm',
    hasShaderF16: usesWebGpu && (await hasShaderF16(navigatorFacts.gpu)),
  };
}
