/** What the page can learn of its device without starting a worker. */
import { isSoftwareAdapterName } from '../engine/software-adapter.ts';
import { systemClock, type Clock } from '../scheduling/clock.ts';
import type { DeviceFacts } from './backend-choice.ts';

/** The part of `navigator` that is read; everything is optional somewhere. */
export interface NavigatorFacts {
  readonly gpu?: Pick<GPU, 'requestAdapter'>;
  readonly hardwareConcurrency?: number;
  readonly deviceMemory?: number;
}

/** A GPU process that hangs must not keep everything waiting. */
const PROBE_TIMEOUT_MS = 3000;

async function probeGpu(gpu: NavigatorFacts['gpu'], clock: Clock): Promise<DeviceFacts['gpu']> {
  let cancelTimer = () => {};
  const silence = new Promise<null>((resolve) => {
    cancelTimer = clock.setTimer(() => resolve(null), PROBE_TIMEOUT_MS);
  });
  try {
    const adapter = await Promise.race([
      gpu?.requestAdapter({ powerPreference: 'high-performance' }) ?? null,
      silence,
    ]);
    if (!adapter) return 'none';
    const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
    const name = [vendor, architecture, device, description].join(' ');
    return isFallbackAdapter || isSoftwareAdapterName(name) ? 'software' : 'hardware';
  } catch {
    return 'none';
  } finally {
    cancelTimer();
  }
}

/** Never rejects, and answers within seconds: an adapter that does not come counts as none. */
export async function probeDevice(
  navigatorFacts: NavigatorFacts,
  isIsolated: boolean,
  clock: Clock = systemClock,
): Promise<DeviceFacts> {
  return {
    gpu: await probeGpu(navigatorFacts.gpu, clock),
    crossOriginIsolated: isIsolated,
    hardwareConcurrency: navigatorFacts.hardwareConcurrency ?? 1,
    deviceMemoryGb: navigatorFacts.deviceMemory ?? null,
  };
}
