/** Sessions of ONNX Runtime for Node on the CPU. Its Tensor type does not leave this file. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { EngineError } from '../../engine/errors.ts';
import type { ModelBytes, Session, TensorData, TensorInfo, TensorType } from '../../engine/platform.ts';
import { translateCreateError, translateRunError } from './runtime-errors.ts';

const TENSOR_TYPES: readonly string[] = [
  'float32',
  'float16',
  'int64',
  'int32',
  'uint8',
  'bool',
] satisfies TensorType[];

function toTensorInfo(metadata: InferenceSession.ValueMetadata): TensorInfo {
  return metadata.isTensor
    ? { name: metadata.name, type: metadata.type, shape: metadata.shape }
    : { name: metadata.name, type: 'non-tensor', shape: [] };
}

function isTensorType(type: string): type is TensorType {
  return TENSOR_TYPES.includes(type);
}

function toTensorData(name: string, tensor: Tensor): TensorData {
  const { type, dims } = tensor;
  const data: unknown = tensor.data;
  const isKnownData =
    data instanceof Float32Array ||
    data instanceof Uint16Array ||
    data instanceof BigInt64Array ||
    data instanceof Int32Array ||
    data instanceof Uint8Array;
  if (isTensorType(type) && isKnownData) return { type, dims, data };
  // Float16Array, where the runtime has it: the engine reads the bits.
  if (type === 'float16' && ArrayBuffer.isView(data)) {
    return { type, dims, data: new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) };
  }
  throw new EngineError('MODEL_CONTRACT_MISMATCH', `Output ${name} has the unsupported type ${type}`, {
    details: { found: type, expected: TENSOR_TYPES.join(', ') },
  });
}

/** Throws MODEL_INVALID, OUT_OF_MEMORY. The runtime copies `bytes`. */
export async function createOrtSession(bytes: ModelBytes, threads: number): Promise<Session> {
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(bytes.graph, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      // 3 = errors: warnings about unused initialisers are no news to anybody.
      logSeverityLevel: 3,
      externalData: bytes.externalData.map(({ name, bytes: data }) => ({ path: name, data })),
    });
  } catch (error) {
    throw translateCreateError(error);
  }
  return {
    inputs: session.inputMetadata.map(toTensorInfo),
    outputs: session.outputMetadata.map(toTensorInfo),
    async run(feeds) {
      try {
        const inputs = Object.fromEntries(
          Object.entries(feeds).map(([name, { type, data, dims }]) => [name, new Tensor(type, data, dims)]),
        );
        const results = await session.run(inputs);
        return Object.fromEntries(
          Object.entries(results).map(([name, tensor]) => [name, toTensorData(name, tensor)]),
        );
      } catch (error) {
        throw error instanceof EngineError ? error : translateRunError(error);
      }
    },
    release: () => session.release(),
  };
}
