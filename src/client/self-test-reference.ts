/** What a provider is held to: the reference that ships with the model, else what WASM computes here. */
import type { ModelManifest, VariantId } from '../engine/models/manifest.ts';
import { refuseWebGpu } from './self-test-findings.ts';
import { askWorker, type SelfTestWorkerOptions } from './self-test-worker.ts';
import { unwrapReply } from './web-worker-slot.ts';

export interface ReferenceOptions extends SelfTestWorkerOptions {
  readonly fetch: typeof fetch;
  /** Absolute URL of the app's base. */
  readonly baseUrl: string;
}

/** Null: the model ships none, or it cannot be had. */
export async function fetchReference(
  model: ModelManifest,
  options: Pick<ReferenceOptions, 'fetch' | 'baseUrl'>,
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

/** Throws EngineError. */
export function computeReference(
  model: ModelManifest,
  variant: VariantId,
  options: SelfTestWorkerOptions,
): Promise<Float32Array> {
  return askWorker(
    'wasm',
    options,
    async (remote) => unwrapReply(await remote.selfTest({ model, variant, reference: null })).values,
    (why) => refuseWebGpu(model, variant, 'no-reference', `the reference: ${why}`),
  );
}
