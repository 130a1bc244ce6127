/** A model for the GPU path that has proven itself on this device: WebGPU can be wrong without any error. */
import { EngineError } from '../engine/errors.ts';
import type { ModelManifest, VariantId } from '../engine/models/manifest.ts';
import type { Pipeline } from '../engine/pipelines/pipeline.ts';
import type { Session } from '../engine/platform.ts';
import { runSelfTest } from '../engine/self-test.ts';
import { requireVariant } from '../engine/sessions.ts';
import type { BrowserPlatform } from '../platform/browser/browser-platform.ts';
import type { GpuModel } from '../platform/browser/gpu-model.ts';

export interface OpenModelOptions {
  readonly platform: Pick<BrowserPlatform, 'loadModel' | 'createGpuModel' | 'getDevice'>;
  /** Absolute URL that the stored reference is relative to. */
  readonly baseUrl: string;
  readonly check: Pick<Pipeline, 'checkSession'>;
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number | null) => void;
}

/** The model as a session of plain tensors, for checks only: everything is copied in and out. */
function toSession(gpuModel: GpuModel, device: GPUDevice, outputName: string): Session {
  return {
    inputs: gpuModel.inputs,
    outputs: gpuModel.outputs,
    async run(feeds) {
      const [tensor] = Object.values(feeds);
      if (!(tensor?.data instanceof Float32Array)) {
        throw new EngineError('MODEL_CONTRACT_MISMATCH', 'The GPU path takes one float32 picture');
      }
      const input = device.createBuffer({
        size: tensor.data.byteLength,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
      });
      device.queue.writeBuffer(input, 0, new Float32Array(tensor.data));
      const { buffer, dims, release } = await gpuModel.run(input, tensor.dims);
      const sizeBytes = dims.reduce((product, axis) => product * axis, 4);
      const copy = device.createBuffer({
        size: sizeBytes,
        usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
      });
      try {
        const encoder = device.createCommandEncoder();
        encoder.copyBufferToBuffer(buffer, 0, copy, 0, sizeBytes);
        device.queue.submit([encoder.finish()]);
        await copy.mapAsync(GPUMapMode.READ);
        const data = new Float32Array(copy.getMappedRange().slice(0));
        return { [outputName]: { type: 'float32', dims, data } };
      } finally {
        release();
        input.destroy();
        copy.destroy();
      }
    },
    release: () => gpuModel.release(),
  };
}

async function fetchReference({ selfTest }: ModelManifest, baseUrl: string): Promise<Float32Array | null> {
  if (!selfTest) return null;
  try {
    const response = await fetch(new URL(selfTest.url, baseUrl));
    const buffer = await response.arrayBuffer();
    const isWhole = response.ok && buffer.byteLength === selfTest.widthPx * selfTest.heightPx * 4;
    return isWhole ? new Float32Array(buffer) : null;
  } catch {
    return null;
  }
}

/** Loads, checks the contract, and compares with the stored reference where the model has one. Throws MODEL_*, EXECUTION_PROVIDER_FAILED, OUT_OF_MEMORY. */
export async function openTestedModel(
  model: ModelManifest,
  variantId: VariantId,
  { platform, baseUrl, check, signal, onProgress }: OpenModelOptions,
): Promise<GpuModel> {
  const device = platform.getDevice();
  if (device === null) throw new EngineError('EXECUTION_PROVIDER_FAILED', 'There is no GPU device');
  onProgress(null);
  const bytes = await platform.loadModel(model, requireVariant(model, variantId), { signal, onProgress });
  const outputName = 'name' in model.output ? model.output.name : '';
  let opened: GpuModel;
  try {
    signal.throwIfAborted();
    opened = await platform.createGpuModel(bytes, { input: model.input.name, output: outputName });
  } finally {
    bytes.close?.();
  }
  try {
    const session = toSession(opened, device, outputName);
    check.checkSession(session, model);
    if (session.inputs[0]?.type !== 'float32') {
      throw new EngineError('EXECUTION_PROVIDER_FAILED', `${model.id} takes no float32 picture`);
    }
    const reference = await fetchReference(model, baseUrl);
    const { verdict } = await runSelfTest(session, model, reference, model.tolerance.gpu);
    if (verdict?.passed === false) {
      throw new EngineError(
        'EXECUTION_PROVIDER_FAILED',
        `WebGPU computes ${model.id} wrong on this device: error ${verdict.meanRelativeError}`,
        { details: { selfTest: true } },
      );
    }
    return opened;
  } catch (error) {
    await opened.release();
    throw error;
  }
}
