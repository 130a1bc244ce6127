/** Whether there is room: what the browser tells before, and what a write that met the end says. */
import { EngineError, type ErrorDetails } from '../engine/errors.ts';

/** Null: the browser does not tell, or tells what cannot be. */
export interface Room {
  readonly quotaBytes: number | null;
  readonly usageBytes: number | null;
}

/** Never rejects: some browsers refuse to answer, some answer with nothing or with zero. */
export async function readRoom(estimate: () => Promise<StorageEstimate>): Promise<Room> {
  const { quota, usage } = await estimate().catch((): StorageEstimate => ({}));
  return { quotaBytes: quota || null, usageBytes: usage ?? null };
}

/** Throws STORAGE_FULL. An estimate that cannot be is not believed: the write itself says when there is no room. */
export function checkRoom({ quotaBytes, usageBytes }: Room, neededBytes: number): void {
  if (quotaBytes === null || usageBytes === null || usageBytes > quotaBytes) return;
  const freeBytes = quotaBytes - usageBytes;
  if (neededBytes <= freeBytes) return;
  throw new EngineError('STORAGE_FULL', `${neededBytes} bytes are needed, ${freeBytes} are free`, {
    details: { neededBytes, freeBytes },
  });
}

/**
 * Any write may meet the end of the room: of bytes, and of the small records beside them. Such errors become
 * STORAGE_FULL with what was still to come, others stay as they are. `neededBytes` 0: not known. `keepsOld`: a file of
 * before is still there and in use.
 */
export function translateQuota(error: unknown, neededBytes: number, keepsOld = false): unknown {
  const isQuota = error instanceof DOMException && error.name === 'QuotaExceededError';
  const isFull = error instanceof EngineError && error.code === 'STORAGE_FULL';
  if (!isQuota && !isFull) return error;
  if (isFull && error.details.neededBytes !== undefined && !keepsOld) return error;
  const needed: ErrorDetails = {
    ...(neededBytes > 0 ? { neededBytes } : {}),
    ...(keepsOld ? { keepsOld } : {}),
  };
  return new EngineError('STORAGE_FULL', 'No space left', {
    cause: error,
    details: isFull ? { ...error.details, ...needed } : needed,
  });
}
