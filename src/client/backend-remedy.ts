/** What a failure says of the backend, and what may mend it: pure. */
import type { PipelineRequest } from '../engine/api.ts';
import { EngineError, isAbortError, type ErrorCode } from '../engine/errors.ts';
import type { BackendChoice } from './backend-choice.ts';

/** Failures that the same request may not have on WASM. */
const GPU_FALLBACK_CODES: readonly ErrorCode[] = [
  'EXECUTION_PROVIDER_UNAVAILABLE',
  'EXECUTION_PROVIDER_FAILED',
  'INFERENCE_FAILED',
  'MODEL_OUTPUT_INVALID',
  'OUT_OF_MEMORY',
  'WORKER_CRASHED',
  'WORKER_START_FAILED',
];

export type Remedy =
  /** It is the picture's fault, or there is nothing simpler left. */
  | { readonly kind: 'none' }
  /** `requests`: for their models alone; null: for all. */
  | {
      readonly kind: 'leave-webgpu';
      readonly requests: readonly PipelineRequest[] | null;
      readonly error: EngineError;
    }
  | { readonly kind: 'less-memory' }
  | { readonly kind: 'one-thread'; readonly error: EngineError };

export interface Failure {
  readonly error: unknown;
  /** What the failed requests ran on. */
  readonly config: BackendChoice['config'];
  readonly requests: readonly PipelineRequest[];
  /** The worker answered: it lives, and others of its models may work. */
  readonly isReply: boolean;
}

/** The self-test names the model that it refused. */
function isNamed(error: EngineError, { model, variant }: PipelineRequest): boolean {
  const { selfTest, model: modelId, variant: variantId } = error.details;
  return selfTest === true && modelId === model.id && variantId === variant;
}

export function findRemedy({ error, config, requests, isReply }: Failure): Remedy {
  if (!(error instanceof EngineError) || isAbortError(error)) return { kind: 'none' };
  if (config.executionProvider === 'webgpu') {
    if (!GPU_FALLBACK_CODES.includes(error.code)) return { kind: 'none' };
    const refused = requests.filter((request) => isNamed(error, request));
    if (refused.length > 0) return { kind: 'leave-webgpu', requests: refused, error };
    return { kind: 'leave-webgpu', requests: isReply ? requests : null, error };
  }
  if (error.code === 'OUT_OF_MEMORY') return { kind: 'less-memory' };
  // Starting threads may fail, or hang without a word (WebKit; onnxruntime #11679).
  const mayBeThreads = error.code === 'WORKER_START_FAILED' || error.details.stalled === true;
  return mayBeThreads && config.threads > 1 ? { kind: 'one-thread', error } : { kind: 'none' };
}
