import { describe, expect, it } from 'vitest';
import type { DeviceFacts } from './backend-choice.ts';
import type { ClientSettings } from './inference-client.types.ts';
import { chooseLiveLanes } from './live-lanes.ts';

const AUTO: ClientSettings = {
  executionProvider: 'auto',
  workers: 'auto',
  threads: 'auto',
  taskTimeoutMs: 60_000,
  cacheBudgetBytes: 1,
};
const TINY_BYTES = 48_000_000;
const LARGE_BYTES = 1_500_000_000;

function choose(
  facts: Partial<DeviceFacts>,
  isBatchBusy = false,
  memoryBytes = TINY_BYTES,
  hasGpuFailed = false,
) {
  const device: DeviceFacts = {
    gpu: 'none',
    crossOriginIsolated: true,
    hardwareConcurrency: 8,
    deviceMemoryGb: 8,
    ...facts,
  };
  const { slot, count } = chooseLiveLanes(AUTO, device, memoryBytes, { hasGpuFailed, isBatchBusy });
  return [slot.executionProvider, count, slot.threads];
}

describe('live lanes', () => {
  it('are one on WebGPU, and several on WASM once that has failed', () => {
    expect(choose({ gpu: 'hardware' })).toEqual(['webgpu', 1, 1]);
    expect(choose({ gpu: 'hardware' }, false, TINY_BYTES, true)).toEqual(['wasm', 3, 1]);
  });

  it.each([
    [1, 1, 1],
    [2, 2, 1],
    [4, 3, 3],
    [8, 3, 3],
  ])('on %i cores are %i, and %i while pictures wait', (hardwareConcurrency, alone, beside) => {
    expect(choose({ hardwareConcurrency })).toEqual(['wasm', alone, 1]);
    expect(choose({ hardwareConcurrency }, true)).toEqual(['wasm', beside, 1]);
  });

  it('are one with many threads for a large model', () => {
    expect(choose({}, false, LARGE_BYTES)).toEqual(['wasm', 1, 8]);
  });
});
