/**
 * Trust in a provider, earned per model and device: a fixed picture through a worker, compared with the reference that
 * ships with the model, or, for WebGPU, with what WASM computes here. WebGPU can be wrong without any error.
 */
import { proxy, releaseProxy, wrap, type Remote } from 'comlink';
import type { ExecutionProvider } from '../engine/api.ts';
import {
  EngineError,
  isAbortError,
  toWireError,
  type ErrorCode,
  type ErrorDetails,
} from '../engine/errors.ts';
import type { ModelManifest, VariantId } from '../engine/models/manifest.ts';
import type { SelfTestVerdict } from '../engine/self-test.ts';
import type { Clock } from '../scheduling/clock.ts';
import type { InferenceWorkerApi } from '../worker/worker-api.ts';
import type { DeviceProfile, VerdictNumbers } from './device-profile.ts';
import { selfTestKey } from './self-test-key.ts';
import { unwrapReply, type SelfTester, type SpawnWorker } from './web-worker-slot.ts';

export interface SelfTesterOptions {
  readonly profile: DeviceProfile;
  readonly spawnWorker: SpawnWorker;
  readonly fetch: typeof fetch;
  /** Absolute URL of the app's base. */
  readonly baseUrl: string;
  readonly clock: Clock;
}

/** One question: is this provider right about this model? */
export interface SelfTestSubject {
  readonly model: ModelManifest;
  readonly variant: VariantId;
  readonly provider: ExecutionProvider;
}

/** `not-run`: nothing was learnt, because the test itself failed or there is nothing to compare with. */
export type SelfTestOutcome = 'passed' | 'failed' | 'not-run';

/** A worker that hangs over the reference must not keep the task waiting: the model then runs on WASM, untested. */
const REFERENCE_TIMEOUT_MS = 90_000;

/** What the self-test itself may fail with where the model is fine and WebGPU is not. */
const PROVIDER_CODES: readonly ErrorCode[] = [
  'EXECUTION_PROVIDER_FAILED',
  'INFERENCE_FAILED',
  'MODEL_OUTPUT_INVALID',
  'OUT_OF_MEMORY',
];

async function fetchReference(
  model: ModelManifest,
  options: Pick<SelfTesterOptions, 'fetch' | 'baseUrl'>,
): Promise<Float32Array | null> {
  if (!model.selfTest) return null;
  try {
    const response = await options.fetch(new URL(model.selfTest.url, options.baseUrl));
    if (!response.ok) return null;
    const buffer = await response.arrayBuffer();
    const { widthPx, heightPx } = model.selfTest;
    // A host that answers a missing file with its start page must not pass for a reference.
    return buffer.byteLength === widthPx * heightPx * 4 ? new Float32Array(buffer) : null;
  } catch {
    return null;
  }
}

/** What keeps WebGPU from running this model: it was wrong, now or before; the test or its reference failed. */
type Refusal = 'wrong' | 'known-wrong' | 'not-run' | 'no-reference';

/** `facts`: of a wrong result its numbers, of a test that did not run the error's code. */
function refuse(
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

/** A worker for this one question, with one thread, as small models run. Throws EngineError, or `signal.reason`. */
async function askWorker<T>(
  provider: ExecutionProvider,
  { spawnWorker, clock }: Pick<SelfTesterOptions, 'spawnWorker' | 'clock'>,
  ask: (remote: Remote<InferenceWorkerApi>) => Promise<T>,
  fail: (why: string) => EngineError,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  const worker = spawnWorker();
  const remote = wrap<InferenceWorkerApi>(worker);
  let cancelTimer = () => {};
  let onAbort = () => {};
  try {
    const end = new Promise<never>((_, reject) => {
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        reject(fail(`the worker died (${event.message})`));
      });
      cancelTimer = clock.setTimer(
        () => reject(fail(`no answer came within ${REFERENCE_TIMEOUT_MS} ms`)),
        REFERENCE_TIMEOUT_MS,
      );
      onAbort = () => reject(signal?.reason);
      signal?.addEventListener('abort', onAbort);
    });
    const answer = async () => {
      unwrapReply(
        await remote.connect(
          // A provider that is asked about by name may be a software adapter.
          { executionProvider: provider, threads: 1, allowFallbackAdapter: provider === 'webgpu' },
          // Nobody needs the events of this worker.
          proxy(() => undefined),
        ),
      );
      return ask(remote);
    };
    return await Promise.race([answer(), end]);
  } finally {
    cancelTimer();
    signal?.removeEventListener('abort', onAbort);
    remote[releaseProxy]();
    worker.terminate();
  }
}

/** Throws EngineError. */
function computeReference(
  model: ModelManifest,
  variant: VariantId,
  options: SelfTesterOptions,
): Promise<Float32Array> {
  return askWorker(
    'wasm',
    options,
    async (remote) => unwrapReply(await remote.selfTest({ model, variant, reference: null })).values,
    (why) => refuse(model, variant, 'no-reference', `the reference: ${why}`),
  );
}

/** NaN is no JSON: what cannot be stored is left out. */
function readNumbers(verdict: SelfTestVerdict | null): VerdictNumbers | undefined {
  if (verdict === null) return undefined;
  const { meanRelativeError, tolerance, correlation } = verdict;
  const isWhole = Number.isFinite(meanRelativeError) && Number.isFinite(correlation);
  return isWhole ? { meanRelativeError, tolerance, correlation } : undefined;
}

export function createSelfTester(options: SelfTesterOptions): SelfTester {
  const { profile } = options;
  return {
    async check(remote, { model, variant }, onStep) {
      const key = selfTestKey(model, variant);
      const known = profile.getVerdict(key);
      if (known === true) return;
      if (known === false) {
        const numbers = profile.getNumbers(key) ?? {};
        throw refuse(model, variant, 'known-wrong', 'the self-test failed before', { ...numbers });
      }
      const reference =
        (await fetchReference(model, options)) ?? (await computeReference(model, variant, options));
      onStep();
      const reply = await remote.selfTest({ model, variant, reference });
      if (!reply.ok && PROVIDER_CODES.includes(reply.error.code)) {
        // Not kept: what failed may have been the device for a moment.
        const message = `the self-test could not run (${reply.error.message})`;
        throw refuse(model, variant, 'not-run', message, { cause: reply.error.code });
      }
      const { verdict } = unwrapReply(reply);
      const passed = verdict?.passed === true;
      const numbers = readNumbers(verdict);
      profile.setVerdict(key, passed, numbers);
      if (passed) return;
      // The worker goes on with other models.
      await remote.unload(model.id);
      throw refuse(
        model,
        variant,
        'wrong',
        `error ${verdict?.meanRelativeError} (bound ${verdict?.tolerance}), correlation ${verdict?.correlation}`,
        { ...numbers },
      );
    },
  };
}

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
    (why) => refuse(model, variant, 'not-run', why),
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
