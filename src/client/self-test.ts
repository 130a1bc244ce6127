/**
 * Trust in a provider, earned per model and device: a fixed picture through a worker, compared with the reference that
 * ships with the model, or, for WebGPU, with what WASM computes here.
 */
import type { ExecutionProvider } from '../engine/api.ts';
import { EngineError, isAbortError, toWireError } from '../engine/errors.ts';
import type { ModelManifest, VariantId } from '../engine/models/manifest.ts';
import { readNumbers, refuseWebGpu } from './self-test-findings.ts';
import { selfTestKey } from './self-test-key.ts';
import { fetchReference } from './self-test-reference.ts';
import { askWorker } from './self-test-worker.ts';
import { createSelfTester, type SelfTesterOptions } from './self-tester.ts';
import { unwrapReply } from './web-worker-slot.ts';

/** One question: is this provider right about this model? */
export interface SelfTestSubject {
  readonly model: ModelManifest;
  readonly variant: VariantId;
  readonly provider: ExecutionProvider;
}

/** `not-run`: nothing was learnt, because the test itself failed or there is nothing to compare with. */
export type SelfTestOutcome = 'passed' | 'failed' | 'not-run';

/** True where there is something to hold the provider to: WASM is the reference itself where the model ships none. */
export function canBeTested({ model, provider }: Pick<SelfTestSubject, 'model' | 'provider'>): boolean {
  return provider === 'webgpu' || (provider === 'wasm' && model.selfTest !== undefined);
}

async function testWasm(
  { model, variant }: SelfTestSubject,
  options: SelfTesterOptions,
  signal: AbortSignal,
): Promise<SelfTestOutcome> {
  const reference = await fetchReference(model, options);
  if (reference === null) return 'not-run';
  const { verdict } = await askWorker(
    'wasm',
    options,
    async (remote) => unwrapReply(await remote.selfTest({ model, variant, reference })),
    (why) => new EngineError('WORKER_CRASHED', `The self-test of ${model.id} on WASM: ${why}`),
    signal,
  );
  if (verdict === null) return 'not-run';
  options.profile.setVerdict(selfTestKey(model, variant, 'wasm'), verdict.passed, readNumbers(verdict));
  return verdict.passed ? 'passed' : 'failed';
}

async function testWebGpu(
  { model, variant }: SelfTestSubject,
  options: SelfTesterOptions,
  signal: AbortSignal,
): Promise<SelfTestOutcome> {
  const tester = createSelfTester(options);
  await askWorker(
    'webgpu',
    options,
    (remote) =>
      tester.check(
        {
          selfTest: (request) => remote.selfTest(request),
          unload: (modelId) => remote.unload(modelId),
        },
        { model, variant },
        () => undefined,
      ),
    (why) => refuseWebGpu(model, variant, 'not-run', why),
    signal,
  );
  return 'passed';
}

/**
 * Tests now, in a worker of its own, whatever else runs; the verdict goes into the profile. A test that could not run
 * leaves none. Rejects with `signal.reason` only.
 */
export async function testProvider(
  subject: SelfTestSubject,
  options: SelfTesterOptions,
  signal: AbortSignal,
): Promise<SelfTestOutcome> {
  const test = subject.provider === 'webgpu' ? testWebGpu : testWasm;
  try {
    return canBeTested(subject) ? await test(subject, options, signal) : 'not-run';
  } catch (error) {
    if (signal.aborted || isAbortError(error)) throw signal.reason ?? error;
    const { reason } = toWireError(error).details;
    return reason === 'wrong' || reason === 'known-wrong' ? 'failed' : 'not-run';
  }
}
