/** Obtains one execution provider: its runtime, and for WebGPU a device of our own. */
import type { Capabilities, SlotConfig } from '../../engine/api.ts';
import { EngineError } from '../../engine/errors.ts';
import { describeAdapter, requestAdapter } from './gpu-adapter.ts';
import { loadWasmRuntime, loadWebGpuRuntime, type OnnxRuntime } from './onnx-runtime.ts';

export interface ObtainedProvider {
  readonly capabilities: Capabilities;
  readonly ort: OnnxRuntime;
  /** WebGPU only. */
  readonly device: GPUDevice | null;
}

/** Features that the runtime's shaders use where the device has them. */
const USED_FEATURES: readonly GPUFeatureName[] = ['shader-f16', 'subgroups'];

/** `reason`: for the UI's sentence. */
function unavailable(
  reason: 'no-webgpu' | 'no-adapter' | 'software-adapter' | 'not-started' | 'no-cpu',
  message: string,
  cause?: unknown,
): EngineError {
  return new EngineError('EXECUTION_PROVIDER_UNAVAILABLE', message, { cause, details: { reason } });
}

/** The limits that large models need; the default ones are those of a phone. */
function chooseLimits(limits: GPUSupportedLimits): Record<string, number> {
  return {
    maxBufferSize: limits.maxBufferSize,
    maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
    maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
    maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
    maxComputeWorkgroupSizeY: limits.maxComputeWorkgroupSizeY,
    maxComputeWorkgroupSizeZ: limits.maxComputeWorkgroupSizeZ,
    maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
  };
}

async function obtainWebGpu(
  config: SlotConfig,
  onDeviceLost: (reason: string) => void,
): Promise<ObtainedProvider> {
  if (!('gpu' in navigator)) throw unavailable('no-webgpu', 'This browser has no WebGPU.');
  const adapter = await requestAdapter(navigator.gpu);
  if (!adapter) throw unavailable('no-adapter', 'WebGPU has no adapter here.');
  const facts = describeAdapter(adapter);
  if (facts.isFallback && !config.allowFallbackAdapter) {
    throw unavailable(
      'software-adapter',
      `The only WebGPU adapter is a software one (${facts.description}).`,
    );
  }
  try {
    const device = await adapter.requestDevice({
      requiredFeatures: USED_FEATURES.filter((feature) => adapter.features.has(feature)),
      requiredLimits: chooseLimits(adapter.limits),
    });
    void device.lost.then((info) => onDeviceLost(info.message || info.reason));
    const ort = await loadWebGpuRuntime();
    return {
      ort,
      device,
      capabilities: {
        executionProvider: 'webgpu',
        threads: 1,
        crossOriginIsolated: globalThis.crossOriginIsolated,
        adapter: facts,
      },
    };
  } catch (error) {
    throw unavailable('not-started', 'WebGPU gave no device, or its runtime did not load.', error);
  }
}

async function obtainWasm(config: SlotConfig): Promise<ObtainedProvider> {
  // Without isolation the runtime would fall back to one thread in silence; say what will really be used.
  const threads = globalThis.crossOriginIsolated ? Math.max(1, config.threads) : 1;
  try {
    const ort = await loadWasmRuntime(threads);
    return {
      ort,
      device: null,
      capabilities: {
        executionProvider: 'wasm',
        threads,
        crossOriginIsolated: globalThis.crossOriginIsolated,
        adapter: null,
      },
    };
  } catch (error) {
    throw unavailable('not-started', 'The WebAssembly runtime did not load.', error);
  }
}

/** Throws EXECUTION_PROVIDER_UNAVAILABLE. */
export function obtainProvider(
  config: SlotConfig,
  onDeviceLost: (reason: string) => void,
): Promise<ObtainedProvider> {
  switch (config.executionProvider) {
    case 'webgpu':
      return obtainWebGpu(config, onDeviceLost);
    case 'wasm':
      return obtainWasm(config);
    case 'cpu':
      return Promise.reject(unavailable('no-cpu', 'The provider "cpu" exists on servers only.'));
  }
}
