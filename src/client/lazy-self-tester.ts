/** Stands for the self-tester until a model first comes to WebGPU. */
import { EngineError } from '../engine/errors.ts';
import type { SelfTesterOptions } from './self-tester.ts';
import type { SelfTester } from './web-worker-slot.ts';

/** Its code comes with the first model on WebGPU: most visits need none. */
export function createLazySelfTester(options: SelfTesterOptions): SelfTester {
  return {
    async check(remote, request, onStep) {
      const { createSelfTester } = await import('./self-tester.ts').catch((cause: unknown) => {
        const { model, variant } = request;
        throw new EngineError('EXECUTION_PROVIDER_FAILED', 'The self-test could not be loaded.', {
          cause,
          details: { selfTest: true, reason: 'not-run', model: model.id, variant },
        });
      });
      await createSelfTester(options).check(remote, request, onStep);
    },
  };
}
