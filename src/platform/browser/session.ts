/** Sessions of ONNX Runtime Web on exactly one execution provider. Its Tensor type does not leave this file. */
import type { ExecutionProvider } from '../../engine/api.ts';
import { EngineError } from '../../engine/errors.ts';
import type { ModelBytes, Session, TensorData, TensorInfo, TensorType } from '../../engine/platform.ts';
import type { OnnxRuntime } from './onnx-runtime.ts';
import { translateCreateError, translateRunError } from './runtime-errors.ts';

type OrtSession = Awaited<ReturnType<OnnxRuntime['InferenceSession']['create']>>;
type OrtTensor = InstanceType<OnnxRuntime['Tensor']>;
type OrtMetadata = OrtSession['inputMetadata'][number];

const TENSOR_TYPES: readonly string[] = [
  'float32',
  'float16',
  'int64',
  'int32',
  'uint8',
  'bool',
] satisfies TensorType[];

function isTensorType(type: string): type is TensorType {
  return TENSOR_TYPES.includes(type);
}

function toTensorInfo(metadata: OrtMetadata): TensorInfo {
  return metadata.isTensor
    ? { name: metadata.name, type: metadata.type, shape: metadata.shape }
    : { name: metadata.name, type: 'non-tensor', shape: [] };
}

function toOrtTensor(ort: OnnxRuntime, tensor: TensorData): OrtTensor {
  return new ort.Tensor(tensor.type, tensor.data, tensor.dims);
}

async function toTensorData(name: string, tensor: OrtTensor): Promise<TensorData> {
  const { type, dims } = tensor;
  // On a GPU this reads back; on the CPU the runtime has copied the data out of its heap already.
  const data: unknown = await tensor.getData();
  const isKnownData =
    data instanceof Float32Array ||
    data instanceof Uint16Array ||
    data instanceof BigInt64Array ||
    data instanceof Int32Array ||
    data instanceof Uint8Array;
  if (isTensorType(type) && isKnownData) return { type, dims, data };
  // Float16Array, where the browser has it: the engine reads the bits.
  if (type === 'float16' && ArrayBuffer.isView(data)) {
    return { type, dims, data: new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) };
  }
  throw new EngineError('MODEL_CONTRACT_MISMATCH', `Output "${name}" has the unsupported type ${type}.`, {
    details: { found: type, expected: TENSOR_TYPES.join(', ') },
  });
}

export interface OrtSessionOptions {
  readonly executionProvider: ExecutionProvider;
  /** For WebGPU only. */
  readonly device: GPUDevice | null;
  /** The graph is taken as it is. On WebGPU it never is: the provider's own fusions are part of the optimiser. */
  readonly skipsGraphOptimization: boolean;
}

/** Throws MODEL_INVALID, OUT_OF_MEMORY, EXECUTION_PROVIDER_FAILED. The runtime copies `bytes`; they stay the caller's. */
export async function createOrtSession(
  ort: OnnxRuntime,
  bytes: ModelBytes,
  { executionProvider: provider, device, skipsGraphOptimization }: OrtSessionOptions,
): Promise<Session> {
  let session: OrtSession;
  try {
    session = await ort.InferenceSession.create(bytes.graph, {
      // One provider: with a list the runtime falls back in silence.
      executionProviders: [device ? { name: 'webgpu', device } : 'wasm'],
      graphOptimizationLevel: skipsGraphOptimization && device === null ? 'disabled' : 'all',
      ...(bytes.externalData.length > 0 && {
        externalData: bytes.externalData.map(({ name, bytes: data }) => ({ path: name, data })),
      }),
    });
  } catch (error) {
    throw translateCreateError(error, provider);
  }

  return {
    inputs: session.inputMetadata.map(toTensorInfo),
    outputs: session.outputMetadata.map(toTensorInfo),
    async run(feeds) {
      const inputs: Record<string, OrtTensor> = {};
      const outputs: Record<string, TensorData> = {};
      let results: Awaited<ReturnType<OrtSession['run']>> = {};
      try {
        for (const [name, tensor] of Object.entries(feeds)) inputs[name] = toOrtTensor(ort, tensor);
        results = await session.run(inputs);
        for (const [name, value] of Object.entries(results)) {
          if (value instanceof ort.Tensor) outputs[name] = await toTensorData(name, value);
        }
        return outputs;
      } catch (error) {
        throw translateRunError(error, provider);
      } finally {
        for (const tensor of Object.values(inputs)) tensor.dispose();
        for (const value of Object.values(results)) value.dispose();
      }
    },
    release: () => session.release(),
  };
}
