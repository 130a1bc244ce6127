/** A worker that is born for one question and dies with its answer. */
import { proxy, releaseProxy, wrap, type Remote } from 'comlink';
import type { ExecutionProvider } from '../engine/api.ts';
import type { EngineError } from '../engine/errors.ts';
import type { Clock } from '../scheduling/clock.ts';
import type { InferenceWorkerApi } from '../worker/worker-api.ts';
import { unwrapReply, type SpawnWorker } from './web-worker-slot.ts';

export interface SelfTestWorkerOptions {
  readonly spawnWorker: SpawnWorker;
  readonly clock: Clock;
}

/** A worker that hangs must not keep a task waiting: its model then runs on WASM, untested. */
const ANSWER_TIMEOUT_MS = 90_000;

/** Computes with one thread, as small models run. `fail` names what became of the worker. Throws EngineError, or `signal.reason`. */
export async function askWorker<T>(
  provider: ExecutionProvider,
  { spawnWorker, clock }: SelfTestWorkerOptions,
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
        () => reject(fail(`no answer came within ${ANSWER_TIMEOUT_MS} ms`)),
        ANSWER_TIMEOUT_MS,
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
