/** How a download ends that did not get through, and what of it is kept: pure. */
import { EngineError } from '../engine/errors.ts';
import { isHopeless } from './download-errors.ts';

/** Why somebody stopped it; the reason of the abort. */
export type StopReason = 'pause' | 'cancel';

export type DownloadEnd =
  /** Nothing is kept. */
  | { readonly state: 'absent' }
  /** `isNoted`: beside what has come, so that a later visit finds it paused, not interrupted. */
  | {
      readonly state: 'paused';
      readonly reason: 'user' | 'storage-full' | 'offline';
      readonly isNoted: boolean;
    }
  /** `isKept`: what has come is worth another try. */
  | { readonly state: 'failed'; readonly isKept: boolean };

export interface FailedDownload {
  readonly error: unknown;
  /** Null: nobody stopped it. */
  readonly stopReason: StopReason | null;
  readonly receivedBytes: number;
  readonly isOnline: boolean;
}

export function decideEnd({ error, stopReason, receivedBytes, isOnline }: FailedDownload): DownloadEnd {
  if (stopReason === 'cancel') return { state: 'absent' };
  if (stopReason === 'pause') return { state: 'paused', reason: 'user', isNoted: true };
  const isFull = error instanceof EngineError && error.code === 'STORAGE_FULL';
  // Kept: whoever makes room can go on from here.
  if (isFull && receivedBytes > 0) return { state: 'paused', reason: 'storage-full', isNoted: true };
  if (!isOnline) return { state: 'paused', reason: 'offline', isNoted: false };
  return { state: 'failed', isKept: !isHopeless(error) && receivedBytes > 0 };
}
