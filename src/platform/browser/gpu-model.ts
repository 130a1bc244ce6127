/** A model on the GPU whose input and output stay there: buffers in, buffers out, no readback. */
import type { ModelManifest } from '../../engine/models/manifest.ts';
import type { ModelBytes, Session } from '../../engine/platform.ts';
import type { OnnxRuntime } from './onnx-runtime.ts';
import { translateCreateError, translateRunError } from './runtime-errors.ts';

export interface GpuOutput {
  readonly buffer: GPUBuffer;
  readonly dims: readonly number[];
  /** The buffer goes back to the runtime. */
  release(): void;
}

export interface GpuModel {
  /** What the graph declares: for checks against the manifest. */
  readonly inputs: Session['inputs'];
  readonly outputs: Session['outputs'];
  /** @param input float32, NCHW. Throws EXECUTION_PROVIDER_FAILED, OUT_OF_MEMORY. */
  run(input: GPUBuffer, dims: readonly number[]): Promise<GpuOutput>;
  release(): Promise<void>;
}

/** Float32 models with one image input. Throws MODEL_INVALID, OUT_OF_MEMORY, EXECUTION_PROVIDER_FAILED. */
export async function createGpuModel(
  ort: OnnxRuntime,
  bytes: ModelBytes,
  device: GPUDevice,
  names: { readonly input: string; readonly output: string },
): Promise<GpuModel> {
  const session = await ort.InferenceSession.create(bytes.graph, {
    executionProviders: [{ name: 'webgpu', device }],
    graphOptimizationLevel: 'all',
    preferredOutputLocation: { [names.output]: 'gpu-buffer' },
    ...(bytes.externalData.length > 0 && {
      externalData: bytes.externalData.map(({ name, bytes: data }) => ({ path: name, data })),
    }),
  }).catch((error: unknown) => {
    throw translateCreateError(error, 'webgpu');
  });
  const describe = (metadata: (typeof session.inputMetadata)[number]) =>
    metadata.isTensor
      ? { name: metadata.name, type: metadata.type, shape: metadata.shape }
      : { name: metadata.name, type: 'non-tensor', shape: [] };

  return {
    inputs: session.inputMetadata.map(describe),
    outputs: session.outputMetadata.map(describe),
    async run(input, dims) {
      const tensor = ort.Tensor.fromGpuBuffer(input, { dataType: 'float32', dims: [...dims] });
      try {
        const results = await session.run({ [names.input]: tensor }, [names.output]);
        const output = results[names.output]!;
        return { buffer: output.gpuBuffer, dims: output.dims, release: () => output.dispose() };
      } catch (error) {
        throw translateRunError(error, 'webgpu');
      }
    },
    release: () => session.release(),
  };
}

/** Whether {@link createGpuModel} can run it: one float32 image in, one float32 map out, nothing padded. */
export function canStayOnGpu({ input, output }: ModelManifest): boolean {
  const isPlain = ['fixed', 'long-side', 'closest-scale'].includes(input.size.rule);
  return isPlain && (output.kind === 'disparity' || output.kind === 'metric-depth');
}
