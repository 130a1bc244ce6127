/** Why a slot or its request ended badly, as errors. */
import { EngineError } from '../engine/errors.ts';

/** After these the worker is not to be trusted. A refusal of one model by the self-test leaves it as it was. */
export function isSlotFatal(error: unknown): boolean {
  if (!(error instanceof EngineError)) return false;
  const isProviderGone = error.code === 'EXECUTION_PROVIDER_FAILED' && error.details.selfTest !== true;
  return error.code === 'OUT_OF_MEMORY' || isProviderGone;
}

export function toTimeoutError(timeoutMs: number): EngineError {
  return new EngineError('TASK_TIMEOUT', `The task ran longer than ${timeoutMs} ms and was stopped.`, {
    details: { timeoutMs },
  });
}

export function toStallError(silentMs: number): EngineError {
  return new EngineError(
    'WORKER_CRASHED',
    `The worker was silent for ${silentMs} ms while loading the model.`,
    { details: { stalled: true } },
  );
}

export function toCrashError(cause: Error): EngineError {
  return new EngineError('WORKER_CRASHED', `The worker died: ${cause.message}`, { cause });
}

export function toDeviceLostError(reason: string): EngineError {
  return new EngineError('EXECUTION_PROVIDER_FAILED', `The GPU device was lost: ${reason}`);
}
