/** What the page can learn of its device without starting a worker. */
import type { DeviceFacts } from './backend-choice.ts';

/** Software rasterisers by the names that they report; some browsers leave `isFallbackAdapter` false for them. */
const SOFTWARE_ADAPTER = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software/i;

/** The part of `navigator` that is read; everything is optional somewhere. */
export interface NavigatorFacts {
  readonly gpu?: Pick<GPU, 'requestAdapter'>;
  readonly hardwareConcurrency?: number;
  readonly deviceMemory?: number;
}

async function probeGpu(gpu: NavigatorFacts['gpu']): Promise<DeviceFacts['gpu']> {
  try {
    const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) return 'none';
    const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
    const name = [vendor, architecture, device, description].join(' ');
    return isFallbackAdapter || SOFTWARE_ADAPTER.test(name) ? 'software' : 'hardware';
  } catch {
    return 'none';
  }
}

/** Never rejects. */
export async function probeDevice(navigatorFacts: NavigatorFacts, isIsolated: boolean): Promise<DeviceFacts> {
  return {
    gpu: await probeGpu(navigatorFacts.gpu),
    crossOriginIsolated: isIsolated,
    hardwareConcurrency: navigatorFacts.hardwareConcurrency ?? 1,
    deviceMemoryGb: navigatorFacts.deviceMemory ?? null,
  };
}
