import { expect, it } from 'vitest';
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import type { LiveSettings } from './live-client.types.ts';
import { makeLiveConfig, type LiveSituation } from './live-config.ts';

const SETTINGS: LiveSettings = {
  model: ISOBATH_DEPTH_TINY,
  variant: 'fp32',
  detailPx: 128,
  targetFps: 20,
  steadiness: 0.6,
  isMirrored: true,
  compute: {
    executionProvider: 'auto',
    workers: 'auto',
    threads: 'auto',
    taskTimeoutMs: 60_000,
    cacheBudgetBytes: 1,
  },
  isBatchBusy: false,
};
const SITUATION: LiveSituation = {
  device: { gpu: 'hardware', crossOriginIsolated: true, hardwareConcurrency: 4, deviceMemoryGb: 8 },
  sourceKind: 'camera',
  hasGpuFailed: false,
  isWasmWrong: false,
};

it('the worker is told the model’s pipeline and the size that was asked for', () => {
  expect(makeLiveConfig(SETTINGS, SITUATION)).toMatchObject({
    request: { pipeline: 'depth-estimation', variant: 'fp32', options: { detailPx: 128 } },
    targetFps: 20,
    steadiness: 0.6,
  });
  const parsing = { ...SETTINGS, model: { ...ISOBATH_DEPTH_TINY, task: 'parsing' as const } };
  expect(makeLiveConfig(parsing, SITUATION).request.pipeline).toBe('human-parsing');
});

it('only a camera is shown as in a mirror', () => {
  const isMirrored = (sourceKind: LiveSituation['sourceKind']) =>
    makeLiveConfig(SETTINGS, { ...SITUATION, sourceKind }).isMirrored;
  expect([isMirrored('camera'), isMirrored('screen'), isMirrored('file')]).toEqual([true, false, false]);
});

it('WebGPU is left once it has failed', () => {
  const providerOf = (change: Partial<LiveSituation>) =>
    makeLiveConfig(SETTINGS, { ...SITUATION, ...change }).lanes.slot.executionProvider;
  expect(providerOf({})).toBe('webgpu');
  expect(providerOf({ hasGpuFailed: true })).toBe('wasm');
});
