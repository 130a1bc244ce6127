import { createContractError } from './pipelines/contract.ts';
import { decodeHalves, encodeHalves } from './image/half.ts';
import type { Session, TensorData } from './platform.ts';

/** The values of a float tensor as float32; copies unless the tensor owns exactly one float32 buffer. Throws MODEL_CONTRACT_MISMATCH for other types. */
export function toFloat32(tensor: TensorData, name: string): Float32Array<ArrayBuffer> {
  const { data } = tensor;
  if (data instanceof Float32Array) {
    const isWhole = data.byteLength === data.buffer.byteLength && data.buffer instanceof ArrayBuffer;
    return isWhole ? (data as Float32Array<ArrayBuffer>) : new Float32Array(data);
  }
  if (tensor.type === 'float16' && data instanceof Uint16Array) return decodeHalves(data);
  throw createContractError(`Type of model output ${name}`, tensor.type, 'float32 or float16');
}

/** Float32 feeds in the types that the session declares: fp16 exports that want fp16 inputs get them. */
export function matchInputTypes(
  feeds: Readonly<Record<string, TensorData>>,
  session: Session,
): Readonly<Record<string, TensorData>> {
  const matched: Record<string, TensorData> = {};
  for (const [name, tensor] of Object.entries(feeds)) {
    const declared = session.inputs.find((input) => input.name === name)?.type;
    matched[name] =
      declared === 'float16' && tensor.data instanceof Float32Array
        ? { type: 'float16', dims: tensor.dims, data: encodeHalves(tensor.data) }
        : tensor;
  }
  return matched;
}
