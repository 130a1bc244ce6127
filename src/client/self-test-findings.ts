/** What a self-test has found, as it is kept and as it is told. */
import { EngineError, type ErrorDetails } from '../engine/errors.ts';
import type { ModelManifest, VariantId } from '../engine/models/manifest.ts';
import type { SelfTestVerdict } from '../engine/self-test.ts';
import type { VerdictNumbers } from './device-profile.ts';

/** What keeps WebGPU from running this model: it was wrong, now or before; the test or its reference failed. */
type Refusal = 'wrong' | 'known-wrong' | 'not-run' | 'no-reference';

/** EXECUTION_PROVIDER_FAILED. `facts`: of a wrong result its numbers, of a test that did not run the error's code. */
export function refuseWebGpu(
  model: ModelManifest,
  variant: VariantId,
  reason: Refusal,
  message: string,
  facts: ErrorDetails = {},
): EngineError {
  return new EngineError('EXECUTION_PROVIDER_FAILED', `WebGPU is not used for ${model.id}: ${message}.`, {
    details: { ...facts, reason, selfTest: true, model: model.id, variant },
  });
}

/** NaN is no JSON: what cannot be stored is left out. */
export function readNumbers(verdict: SelfTestVerdict | null): VerdictNumbers | undefined {
  if (verdict === null) return undefined;
  const { meanRelativeError, tolerance, correlation } = verdict;
  const isWhole = Number.isFinite(meanRelativeError) && Number.isFinite(correlation);
  return isWhole ? { meanRelativeError, tolerance, correlation } : undefined;
}
