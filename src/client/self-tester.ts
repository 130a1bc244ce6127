/**
 * The test before a model's first picture on WebGPU, in the worker that will compute it: WebGPU can be wrong without any
 * error.
 */
import type { ErrorCode } from '../engine/errors.ts';
import type { DeviceProfile } from './device-profile.ts';
import { readNumbers, refuseWebGpu } from './self-test-findings.ts';
import { selfTestKey } from './self-test-key.ts';
import { computeReference, fetchReference, type ReferenceOptions } from './self-test-reference.ts';
import { unwrapReply, type SelfTester } from './web-worker-slot.ts';

export interface SelfTesterOptions extends ReferenceOptions {
  readonly profile: DeviceProfile;
}

/** What the self-test itself may fail with where the model is fine and WebGPU is not. */
const PROVIDER_CODES: readonly ErrorCode[] = [
  'EXECUTION_PROVIDER_FAILED',
  'INFERENCE_FAILED',
  'MODEL_OUTPUT_INVALID',
  'OUT_OF_MEMORY',
];

/** A verdict is kept and asked for once; throws EXECUTION_PROVIDER_FAILED where WebGPU is not to be used for the model. */
export function createSelfTester(options: SelfTesterOptions): SelfTester {
  const { profile } = options;
  return {
    async check(remote, { model, variant }, onStep) {
      const key = selfTestKey(model, variant);
      const known = profile.getVerdict(key);
      if (known === true) return;
      if (known === false) {
        const numbers = profile.getNumbers(key) ?? {};
        throw refuseWebGpu(model, variant, 'known-wrong', 'the self-test failed before', { ...numbers });
      }
      const reference =
        (await fetchReference(model, options)) ?? (await computeReference(model, variant, options));
      onStep();
      const reply = await remote.selfTest({ model, variant, reference });
      if (!reply.ok && PROVIDER_CODES.includes(reply.error.code)) {
        // Not kept: what failed may have been the device for a moment.
        const message = `the self-test could not run (${reply.error.message})`;
        throw refuseWebGpu(model, variant, 'not-run', message, { cause: reply.error.code });
      }
      const { verdict } = unwrapReply(reply);
      const passed = verdict?.passed === true;
      const numbers = readNumbers(verdict);
      profile.setVerdict(key, passed, numbers);
      if (passed) return;
      // The worker goes on with other models.
      await remote.unload(model.id);
      throw refuseWebGpu(
        model,
        variant,
        'wrong',
        `error ${verdict?.meanRelativeError} (bound ${verdict?.tolerance}), correlation ${verdict?.correlation}`,
        { ...numbers },
      );
    },
  };
}
