/**
 * Trust in WebGPU, earned per model and device: a fixed picture through the worker, compared with the reference that
 * ships with the model, or with what WASM computes here. WebGPU can be wrong without any error.
 */
import { proxy, releaseProxy, wrap } from 'comlink';
import type { PipelineRequest } from '../engine/api.ts';
import { EngineError, type ErrorCode, type ErrorDetails } from '../engine/errors.ts';
import type { ModelManifest, VariantId } from '../engine/models/manifest.ts';
import type { SelfTestVerdict } from '../engine/self-test.ts';
import type { Clock } from '../scheduling/clock.ts';
import type { InferenceWorkerApi } from '../worker/worker-api.ts';
import type { DeviceProfile, VerdictNumbers } from './device-profile.ts';
import { unwrapReply, type SelfTester, type SpawnWorker } from './web-worker-slot.ts';

export interface SelfTesterOptions {
  readonly profile: DeviceProfile;
  readonly spawnWorker: SpawnWorker;
  readonly fetch: typeof fetch;
  /** Absolute URL of the app's base. */
  readonly baseUrl: string;
  readonly clock: Clock;
}

/** A worker that hangs over the reference must not keep the task waiting: the model then runs on WASM, untested. */
const REFERENCE_TIMEOUT_MS = 90_000;

/** What the self-test itself may fail with where the model is fine and WebGPU is not. */
const PROVIDER_CODES: readonly ErrorCode[] = [
  'EXECUTION_PROVIDER_FAILED',
  'INFERENCE_FAILED',
  'MODEL_OUTPUT_INVALID',
  'OUT_OF_MEMORY',
];

/** Names a variant for the profile, whatever its bytes. */
function variantKey(model: ModelManifest, variantId: VariantId): string {
  return `webgpu:${model.id}@${model.revision}/${variantId}:`;
}

/** Names the weights for the profile: another revision is tested again. */
export function selfTestKey(model: ModelManifest, variantId: VariantId): string {
  const variant = model.variants.find(({ id }) => id === variantId);
  const hashes = variant?.files.map((file) => file.sha256 ?? `${file.name}:${file.sizeBytes}`) ?? [];
  return `${variantKey(model, variantId)}${hashes.join('+')}`;
}

/**
 * The variants that WebGPU computed wrong here. Where the files are not here (any more) and their hash is unknown, what
 * was last seen of them counts: a download that failed its test once is not recommended again.
 */
export function listRefusedVariants(
  profile: Pick<DeviceProfile, 'getVerdict' | 'hasFailed'>,
  model: ModelManifest,
): readonly VariantId[] {
  return model.variants
    .map(({ id }) => id)
    .filter((id) => {
      const known = profile.getVerdict(selfTestKey(model, id));
      return known === null ? profile.hasFailed(variantKey(model, id)) : !known;
    });
}

async function fetchReference(
  model: ModelManifest,
  options: SelfTesterOptions,
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

/** A WASM worker for this one question. Throws EngineError. */
async function computeReference(
  model: ModelManifest,
  variant: VariantId,
  { spawnWorker, clock }: SelfTesterOptions,
): Promise<Float32Array> {
  const worker = spawnWorker();
  const remote = wrap<InferenceWorkerApi>(worker);
  let cancelTimer = () => {};
  try {
    const end = new Promise<never>((_, reject) => {
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        reject(refuse(model, variant, 'no-reference', `the reference worker died (${event.message})`));
      });
      cancelTimer = clock.setTimer(
        () =>
          reject(
            refuse(model, variant, 'no-reference', `no reference came within ${REFERENCE_TIMEOUT_MS} ms`),
          ),
        REFERENCE_TIMEOUT_MS,
      );
    });
    const answer = async () => {
      unwrapReply(
        await remote.connect(
          { executionProvider: 'wasm', threads: 1, allowFallbackAdapter: false },
          // Nobody needs the events of this worker.
          proxy(() => undefined),
        ),
      );
      return unwrapReply(await remote.selfTest({ model, variant, reference: null })).values;
    };
    return await Promise.race([answer(), end]);
  } finally {
    cancelTimer();
    remote[releaseProxy]();
    worker.terminate();
  }
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
    async check(remote, request: PipelineRequest, onStep) {
      const { model, variant } = request;
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
