/** ONNX Runtime reports failures as text: this file reads it, and no other. */
import type { ExecutionProvider } from '../../engine/api.ts';
import { EngineError } from '../../engine/errors.ts';

/** A session that fails without naming an error (code 0) had no room for its own error either. */
const OUT_OF_MEMORY =
  /bad_alloc|out of memory|\bOOM\b|ERROR_CODE: 6\b(?!.*while running)|Can't create a session\. ERROR_CODE: 0\b|allocation failed|failed to allocate|could not allocate/i;
/** NO_SUCHFILE 3, NO_MODEL 4, INVALID_PROTOBUF 7, INVALID_GRAPH 10: the file is wrong, whatever runs it. */
const BAD_FILE = /ERROR_CODE: (3|4|7|10)\b|protobuf parsing failed|Load model from .* failed/i;

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isOutOfMemory(error: unknown): boolean {
  // A bare number is a C++ exception whose text was stripped; with the release bundles that is an allocation.
  return (
    typeof error === 'number' ||
    OUT_OF_MEMORY.test(describe(error)) ||
    (error instanceof RangeError && /buffer|memory|array length/i.test(error.message))
  );
}

/** OUT_OF_MEMORY, MODEL_INVALID, or EXECUTION_PROVIDER_FAILED where the file may be right and the GPU cannot run it. */
export function translateCreateError(error: unknown, provider: ExecutionProvider): EngineError {
  if (error instanceof EngineError) return error;
  const text = describe(error);
  const options = { cause: error };
  if (isOutOfMemory(error)) {
    return new EngineError('OUT_OF_MEMORY', `No memory for the session: ${text}`, options);
  }
  if (provider === 'webgpu' && !BAD_FILE.test(text)) {
    return new EngineError('EXECUTION_PROVIDER_FAILED', `WebGPU cannot create the session: ${text}`, options);
  }
  return new EngineError('MODEL_INVALID', `ONNX Runtime refuses the model: ${text}`, options);
}

/** OUT_OF_MEMORY, EXECUTION_PROVIDER_FAILED (WebGPU) or INFERENCE_FAILED. */
export function translateRunError(error: unknown, provider: ExecutionProvider): EngineError {
  if (error instanceof EngineError) return error;
  const text = describe(error);
  const options = { cause: error };
  if (isOutOfMemory(error))
    return new EngineError('OUT_OF_MEMORY', `No memory for the run: ${text}`, options);
  if (provider === 'webgpu') {
    return new EngineError('EXECUTION_PROVIDER_FAILED', `The run failed on WebGPU: ${text}`, options);
  }
  return new EngineError('INFERENCE_FAILED', `The run failed: ${text}`, options);
}
