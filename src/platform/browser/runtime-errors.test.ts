import { describe, expect, it } from 'vitest';
import { EngineError } from '../../engine/errors.ts';
import { translateCreateError, translateRunError } from './runtime-errors.ts';

const BAD_ALLOC = new Error('failed to call OrtRun(). ERROR_CODE: 6, ERROR_MESSAGE: std::bad_alloc');

describe('the runtime says, and we say', () => {
  it.each([
    BAD_ALLOC,
    new Error('failed to allocate a buffer of size 1340000000'),
    new RangeError('Array buffer allocation failed'),
    new Error("Can't create a session. ERROR_CODE: 0, ERROR_MESSAGE: "),
    25694928,
  ])('OUT_OF_MEMORY for %s, on every provider', (error) => {
    for (const provider of ['wasm', 'webgpu'] as const) {
      expect(translateRunError(error, provider).code).toBe('OUT_OF_MEMORY');
      expect(translateCreateError(error, provider).code).toBe('OUT_OF_MEMORY');
    }
  });

  it('MODEL_INVALID for a damaged file, also on WebGPU', () => {
    const error = new Error("Can't create a session. ERROR_CODE: 7, ERROR_MESSAGE: Failed to load model");
    expect(translateCreateError(error, 'wasm').code).toBe('MODEL_INVALID');
    expect(translateCreateError(error, 'webgpu').code).toBe('MODEL_INVALID');
  });

  it('EXECUTION_PROVIDER_FAILED where WebGPU cannot and WASM may', () => {
    const error = new Error(
      "Can't create a session. ERROR_CODE: 9, ERROR_MESSAGE: Could not find an implementation",
    );
    expect(translateCreateError(error, 'webgpu').code).toBe('EXECUTION_PROVIDER_FAILED');
    expect(translateCreateError(error, 'wasm').code).toBe('MODEL_INVALID');
    const failedNode = new Error(
      'ERROR_CODE: 6, ERROR_MESSAGE: Non-zero status code returned while running Conv node',
    );
    expect(translateRunError(failedNode, 'webgpu').code).toBe('EXECUTION_PROVIDER_FAILED');
    expect(translateRunError(failedNode, 'wasm').code).toBe('INFERENCE_FAILED');
  });

  it('nothing new about an error that has its code', () => {
    const known = new EngineError('MODEL_CONTRACT_MISMATCH', 'wrong output');
    expect(translateRunError(known, 'wasm')).toBe(known);
    expect(translateCreateError(known, 'wasm')).toBe(known);
  });
});
