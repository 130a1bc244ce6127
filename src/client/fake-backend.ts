/** A backend over pools that tests answer for. */
import type { Capabilities, InferenceResult, PipelineRequest, Reply } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import { FAKE_CAPABILITIES, makeFakePipeline, makeFakeResult } from '../scheduling/fake-slot.ts';
import type { Pool } from '../scheduling/pool.types.ts';
import type { BackendChoice, DeviceFacts } from './backend-choice.ts';
import { createBackend } from './backend.ts';
import type { BackendOptions } from './backend.types.ts';
import type { ClientSettings } from './inference-client.types.ts';

export const SETTINGS: ClientSettings = {
  executionProvider: 'auto',
  workers: 2,
  threads: 'auto',
  taskTimeoutMs: 60_000,
  cacheBudgetBytes: 1,
};
export const GPU_DEVICE: DeviceFacts = {
  gpu: 'hardware',
  crossOriginIsolated: true,
  hardwareConcurrency: 4,
  deviceMemoryGb: 8,
};
export const GOOD: readonly Reply<InferenceResult>[] = [{ ok: true, value: makeFakeResult() }];

export type Behaviour = (
  choice: BackendChoice,
  pipelines: readonly PipelineRequest[],
) => Promise<readonly Reply<InferenceResult>[]>;

export function setUpBackend(behaviour: Behaviour, change: Partial<BackendOptions> = {}) {
  const pools: { readonly choice: BackendChoice; isRetired: boolean }[] = [];
  const notices: string[] = [];
  const createPool = (choice: BackendChoice): Pool<Blob> => {
    const record = { choice, isRetired: false };
    pools.push(record);
    const capabilities: Capabilities = { ...FAKE_CAPABILITIES, ...choice.config };
    return {
      capacity: choice.workers,
      run: ({ pipelines }) => behaviour(choice, pipelines),
      dispose: () => undefined,
      setTaskTimeout: () => undefined,
      retire: () => {
        record.isRetired = true;
      },
      getStatus: () => ({ size: choice.workers, startedSlots: 1, busySlots: 0, capabilities }),
    };
  };
  const backend = createBackend({
    settings: SETTINGS,
    probeDevice: async () => GPU_DEVICE,
    createPool,
    isWebGpuRefused: () => false,
    onChange: () => undefined,
    onNotice: (code) => notices.push(code),
    ...change,
  });
  const run = async (taskId = 'a', pipelines: readonly PipelineRequest[] = [makeFakePipeline()]) => {
    await backend.ready();
    return backend.run(
      { taskId, source: new Blob(), pipelines },
      { signal: new AbortController().signal, onEvent: () => undefined },
    );
  };
  return { backend, pools, notices, run };
}

export function refusalOf(model: string, variant: string): EngineError {
  return new EngineError('EXECUTION_PROVIDER_FAILED', 'wrong numbers', {
    details: { selfTest: true, model, variant },
  });
}

/** Fails on WebGPU only. */
export function failOnGpu(error: EngineError): Behaviour {
  return async ({ config }) => {
    if (config.executionProvider === 'webgpu') throw error;
    return GOOD;
  };
}
