/** How live view shares the device with the photo queue: live first, but never all of it while pictures wait. Pure. */
import type { LiveLanes } from '../worker/live-api.ts';
import { chooseBackend, type DeviceFacts } from './backend-choice.ts';
import type { ClientSettings } from './inference-client.types.ts';

/** More frames in flight than this add latency, not rate. */
const MAX_LANES = 3;

/**
 * On WebGPU one lane. On WASM as many as the photo queue would have workers, at most three; while pictures wait or run,
 * one core less, because the queue keeps one worker beside live view (`chooseBesideLive`).
 */
export function chooseLiveLanes(
  settings: ClientSettings,
  facts: DeviceFacts,
  memoryBytes: number,
  {
    hasGpuFailed,
    isBatchBusy,
    isWasmWrong = false,
  }: {
    readonly hasGpuFailed: boolean;
    readonly isBatchBusy: boolean;
    /** The self-test found it: WebGPU is used wherever there is any. */
    readonly isWasmWrong?: boolean;
  },
): LiveLanes {
  const { config, workers } = chooseBackend(settings, facts, {
    memoryBytes,
    webGpu: hasGpuFailed ? 'failed' : 'usable',
    isWasmWrong,
  });
  if (config.executionProvider === 'webgpu') return { slot: config, count: 1 };
  const cores = Math.max(1, facts.hardwareConcurrency);
  const room = isBatchBusy ? Math.max(1, cores - 1) : cores;
  const count = Math.max(1, Math.min(workers, MAX_LANES, Math.floor(room / config.threads)));
  return { slot: config, count };
}
