/** Checks of a session against its manifest. Every message names what was found and what is expected. */
import { EngineError } from '../errors.ts';
import type { InputSpec } from '../models/manifest.ts';
import type { Session, TensorData, TensorInfo } from '../platform.ts';

function describeTensor(info: TensorInfo): string {
  return `${info.name}: ${info.type}[${info.shape.map((axis) => axis ?? '?').join(', ')}]`;
}

/** The error of a model that is not what its manifest says. */
export function createContractError(what: string, found: string, expected: string): EngineError {
  return new EngineError('MODEL_CONTRACT_MISMATCH', `${what}: found ${found}, expected ${expected}`, {
    details: { found, expected },
  });
}

function findTensor(tensors: readonly TensorInfo[], name: string, what: string): TensorInfo {
  const tensor = tensors.find((candidate) => candidate.name === name);
  if (tensor === undefined) {
    throw createContractError(`${what} name`, tensors.map(describeTensor).join('; ') || 'none', name);
  }
  return tensor;
}

/** The one image input: float[1, 3, H, W], H and W as the size rule says. Throws MODEL_CONTRACT_MISMATCH. */
export function checkImageInput(session: Session, spec: InputSpec): void {
  const tensor = findTensor(session.inputs, spec.name, 'Model input');
  const size = 'widthPx' in spec.size ? [spec.size.heightPx, spec.size.widthPx] : ['height', 'width'];
  const expected = `${spec.name}: float32[1, 3, ${size.join(', ')}]`;
  const refuse = (): never => {
    throw createContractError('Model input', describeTensor(tensor), expected);
  };
  if (session.inputs.length > 1) {
    throw createContractError('Model inputs', session.inputs.map(describeTensor).join('; '), expected);
  }
  if (tensor.type !== 'float32' && tensor.type !== 'float16') refuse();
  const [batch, channels, height, width] = tensor.shape;
  if (tensor.shape.length !== 4) refuse();
  if (typeof batch === 'number' && batch !== 1) refuse();
  if (typeof channels === 'number' && channels !== 3) refuse();
  if ('widthPx' in spec.size) {
    if (typeof height === 'number' && height !== spec.size.heightPx) refuse();
    if (typeof width === 'number' && width !== spec.size.widthPx) refuse();
  } else if (
    spec.size.rule !== 'affine-square' &&
    (typeof height === 'number' || typeof width === 'number')
  ) {
    refuse();
  }
}

/** An output of this name whose rank is among `ranks`; the rank is not checked where the graph does not declare a shape. */
export function checkOutput(session: Session, name: string, ranks: readonly number[]): TensorInfo {
  const tensor = findTensor(session.outputs, name, 'Model output');
  if (tensor.shape.length > 0 && !ranks.includes(tensor.shape.length)) {
    throw createContractError('Model output rank', describeTensor(tensor), `rank ${ranks.join(' or ')}`);
  }
  return tensor;
}

/** The named output of a run. Throws MODEL_CONTRACT_MISMATCH where it is missing. */
export function takeOutput(outputs: Readonly<Record<string, TensorData>>, name: string): TensorData {
  const tensor = outputs[name];
  if (tensor === undefined) {
    throw createContractError('Model output name', Object.keys(outputs).join(', ') || 'none', name);
  }
  return tensor;
}
