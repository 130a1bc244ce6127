import { EngineError } from '../../engine/errors.ts';

/** ONNX Runtime reports failures as text. */
const OUT_OF_MEMORY = /bad_alloc|out of memory|failed to allocate|could not allocate/i;

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** OUT_OF_MEMORY or MODEL_INVALID. */
export function translateCreateError(error: unknown): EngineError {
  const text = describe(error);
  const code = OUT_OF_MEMORY.test(text) ? 'OUT_OF_MEMORY' : 'MODEL_INVALID';
  return new EngineError(code, `ONNX Runtime cannot create the session: ${text}`, { cause: error });
}

/** OUT_OF_MEMORY or INFERENCE_FAILED. */
export function translateRunError(error: unknown): EngineError {
  const text = describe(error);
  const code = OUT_OF_MEMORY.test(text) ? 'OUT_OF_MEMORY' : 'INFERENCE_FAILED';
  return new EngineError(code, `The run failed: ${text}`, { cause: error });
}
