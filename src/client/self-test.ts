/**
 * Trust in WebGPU, earned per model and device: a fixed picture through the worker, compared with the reference that
 * ships with the model, or with what WASM computes here. WebGPU can be wrong without any error.
 */
import { proxy, releaseProxy, wrap } from 'comlink';
import type { PipelineRequest } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import type { ModelManifest, VariantId } from '../engine/models/manifest.ts';
import type { SelfTestVerdict } from '../engine/self-test.ts';
import type { InferenceWorkerApi } from '../worker/worker-api.ts';
import type { DeviceProfile, VerdictNumbers } from './device-profile.ts';
import { unwrapReply, type SelfTester, type SpawnWorker } from './web-worker-slot.ts';

export interface SelfTesterOptions {
  readonly profile: DeviceProfile;
  readonly spawnWorker: SpawnWorker;
  readonly fetch: typeof fetch;
  /** Absolute URL of the app's base. */
  readonly baseUrl: string;
}

/** Names the weights for the profile: another revision is tested again. */
export function selfTestKey(model: ModelManifest, variantId: VariantId): string {
  const variant = model.variants.find(({ id }) => id === variantId);
  const hashes = variant?.files.map((file) => file.sha256 ?? `${file.name}:${file.sizeBytes}`) ?? [];
  return `webgpu:${model.id}@${model.revision}/${variantId}:${hashes.join('+')}`;
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

/** A WASM worker for this one question. Throws EngineError. */
async function computeReference(
  model: ModelManifest,
  variant: VariantId,
  spawnWorker: SpawnWorker,
): Promise<Float32Array> {
  const worker = spawnWorker();
  const remote = wrap<InferenceWorkerApi>(worker);
  try {
    const death = new Promise<never>((_, reject) => {
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        reject(new EngineError('WORKER_CRASHED', `The reference worker died: ${event.message}`));
      });
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
    return await Promise.race([answer(), death]);
  } finally {
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

  function refuse(model: ModelManifest, detail: string): EngineError {
    return new EngineError(
      'EXECUTION_PROVIDER_FAILED',
      `WebGPU computes ${model.id} wrong on this device: ${detail}.`,
      { details: { selfTest: true } },
    );
  }

  return {
    async check(remote, request: PipelineRequest) {
      const { model, variant } = request;
      const key = selfTestKey(model, variant);
      const known = profile.getVerdict(key);
      if (known === true) return;
      if (known === false) throw refuse(model, 'the self-test failed before');
      const reference =
        (await fetchReference(model, options)) ??
        (await computeReference(model, variant, options.spawnWorker));
      const { verdict } = unwrapReply(await remote.selfTest({ model, variant, reference }));
      const passed = verdict?.passed === true;
      profile.setVerdict(key, passed, readNumbers(verdict));
      if (!passed) {
        throw refuse(
          model,
          `error ${verdict?.meanRelativeError} (bound ${verdict?.tolerance}), correlation ${verdict?.correlation}`,
        );
      }
    },
  };
}
