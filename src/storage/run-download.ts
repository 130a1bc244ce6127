/** One run of a variant's download, from the first question to the status that it ends in. */
import { toWireError } from '../engine/errors.ts';
import type { DownloadRequest } from '../worker/storage-api.ts';
import { decideEnd, type StopReason } from './download-end.ts';
import type { DownloadDeps } from './download-file.ts';
import { downloadVariant, markPaused } from './download-variant.ts';
import type { InstalledModels } from './installed-models.ts';
import type { ModelStore, StoredVariant } from './model-store.ts';
import { checkRoom, readRoom, translateQuota } from './room.ts';
import { createSpeedMeter } from './speed-meter.ts';
import type { StatusBoard } from './status-board.ts';
import { sumBytes } from './stored-status.ts';

export interface DownloadRunDeps {
  readonly store: ModelStore;
  readonly board: StatusBoard;
  readonly installed: InstalledModels;
  readonly download: DownloadDeps;
  readonly now: () => number;
  readonly estimate: () => Promise<StorageEstimate>;
}

/** How far it is; the last one counts when it fails. */
interface Reached {
  receivedBytes: number;
  totalBytes: number;
}

/** Installs what is missing; how that ends is on the board. The signal's reason is a {@link StopReason}. */
export async function runDownload(
  request: DownloadRequest,
  signal: AbortSignal,
  deps: DownloadRunDeps,
): Promise<void> {
  const { store, board, installed } = deps;
  const { key } = request;
  const reached: Reached = { receivedBytes: 0, totalBytes: sumBytes(request.files) };
  const stored = await store.describe(key);
  try {
    if (stored.marker !== null) return installed.show(stored);
    reached.receivedBytes = stored.sizeBytes;
    const files = await receive(request, stored, reached, signal, deps);
    board.set(key, { state: 'verifying', fraction: 1 });
    await installed.finish(key, files);
  } catch (error) {
    const neededBytes = reached.totalBytes - reached.receivedBytes;
    await settleFailure(request, translateQuota(error, neededBytes), signal, reached, deps);
  }
}

async function receive(
  request: DownloadRequest,
  stored: StoredVariant,
  reached: Reached,
  signal: AbortSignal,
  deps: DownloadRunDeps,
): ReturnType<typeof downloadVariant> {
  const { key } = request;
  const { store, board } = deps;
  const meter = createSpeedMeter(deps.now);
  board.set(key, {
    ...reached,
    state: 'downloading',
    phase: 'connecting',
    bytesPerSecond: null,
    secondsLeft: null,
    attempt: 0,
    retryInMs: null,
  });
  if (store.kind !== 'memory')
    checkRoom(await readRoom(deps.estimate), sumBytes(request.files) - stored.sizeBytes);
  return downloadVariant(request, stored.download, {
    store,
    deps: deps.download,
    signal,
    onProgress({ newBytes, ...progress }) {
      meter.add(newBytes);
      const { bytesPerSecond } = meter;
      reached.receivedBytes = progress.receivedBytes;
      reached.totalBytes = Math.max(progress.totalBytes, progress.receivedBytes);
      const leftBytes = reached.totalBytes - reached.receivedBytes;
      board.set(key, {
        ...progress,
        ...reached,
        state: 'downloading',
        bytesPerSecond,
        secondsLeft: bytesPerSecond === null || bytesPerSecond === 0 ? null : leftBytes / bytesPerSecond,
      });
    },
  });
}

async function settleFailure(
  request: DownloadRequest,
  error: unknown,
  signal: AbortSignal,
  reached: Reached,
  { store, board, download }: DownloadRunDeps,
): Promise<void> {
  const { key } = request;
  const end = decideEnd({
    error,
    stopReason: signal.aborted ? (signal.reason as StopReason) : null,
    receivedBytes: reached.receivedBytes,
    isOnline: download.isOnline(),
  });
  switch (end.state) {
    case 'absent':
      await store.remove(key);
      return board.set(key, { state: 'absent' });
    case 'paused':
      // Without room for the note, the next visit finds it interrupted.
      if (end.isNoted) await markPaused(store, request).catch(() => undefined);
      return board.set(key, { state: 'paused', reason: end.reason, ...reached });
    case 'failed':
      if (!end.isKept) await store.remove(key);
      return board.set(key, { state: 'failed', error: toWireError(error) });
  }
}
