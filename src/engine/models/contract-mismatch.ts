/** A graph that does not keep a contract, in words. */
import { EngineError } from '../errors.ts';
import type { TensorInfo } from '../platform.ts';

/** What is there, and what is wanted, in tensor terms. */
export function createMismatch(message: string, found: string, expected: string): EngineError {
  return new EngineError('MODEL_CONTRACT_MISMATCH', message, { details: { found, expected } });
}

/** Name, type and shape; `?`: dynamic. */
export function describeTensor(tensor: TensorInfo): string {
  return `${tensor.name}: ${tensor.type} [${tensor.shape.map((axis) => axis ?? '?').join(', ')}]`;
}
