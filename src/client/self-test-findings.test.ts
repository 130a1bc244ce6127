import { describe, expect, it } from 'vitest';
import { DEPTH_ANYTHING_V2_SMALL } from '../engine/models/depth-anything-v2-small.ts';
import { readNumbers, refuseWebGpu } from './self-test-findings.ts';

const VERDICT = { passed: false, meanRelativeError: 0.4, tolerance: 0.02, correlation: 0.5 };

describe('what a self-test has found', () => {
  it('is kept in numbers, unless they are none', () => {
    expect(readNumbers(VERDICT)).toEqual({ meanRelativeError: 0.4, tolerance: 0.02, correlation: 0.5 });
    expect(readNumbers({ ...VERDICT, meanRelativeError: Number.NaN })).toBeUndefined();
    expect(readNumbers({ ...VERDICT, correlation: Number.NaN })).toBeUndefined();
    expect(readNumbers(null)).toBeUndefined();
  });

  it('names the model, its file and the reason in the refusal', () => {
    const error = refuseWebGpu(DEPTH_ANYTHING_V2_SMALL, 'fp16', 'wrong', 'error 0.4', { tolerance: 0.02 });
    expect(error).toMatchObject({
      code: 'EXECUTION_PROVIDER_FAILED',
      message: `WebGPU is not used for ${DEPTH_ANYTHING_V2_SMALL.id}: error 0.4.`,
      details: {
        selfTest: true,
        reason: 'wrong',
        model: DEPTH_ANYTHING_V2_SMALL.id,
        variant: 'fp16',
        tolerance: 0.02,
      },
    });
  });
});
