/** Hashes installed files again: what has rotted is deleted. */
import { EngineError, toWireError } from '../engine/errors.ts';
import { filesLockName, type InstalledMarker, type VariantKey } from '../platform/browser/model-files.ts';
import type { DownloadDeps } from './download-file.ts';
import { hashBlob } from './hash-file.ts';
import { checkHash } from './install.ts';
import type { InstalledModels } from './installed-models.ts';
import { downloadLockName, type Locks } from './locks.ts';
import type { ModelStore } from './model-store.ts';
import type { StatusBoard } from './status-board.ts';
import { sumBytes } from './stored-status.ts';

export interface VerifyDeps {
  readonly store: ModelStore;
  readonly locks: Locks;
  readonly board: StatusBoard;
  readonly installed: InstalledModels;
  readonly createHasher: DownloadDeps['createHasher'];
}

/** Throws MODEL_NOT_INSTALLED, MODEL_CHECKSUM_MISMATCH. */
async function checkFiles(
  key: VariantKey,
  { files }: InstalledMarker,
  { store, board, createHasher }: VerifyDeps,
): Promise<void> {
  const totalBytes = sumBytes(files);
  let hashedBytes = 0;
  board.set(key, { state: 'verifying', fraction: 0 });
  for (const { name, storedName, sha256, hashOrigin } of files) {
    const blob = await store.openFile(key, storedName);
    if (blob === null) throw new EngineError('MODEL_NOT_INSTALLED', `${name} is gone`);
    const actual = await hashBlob(blob, await createHasher(), (count) => {
      hashedBytes += count;
      board.set(key, { state: 'verifying', fraction: hashedBytes / totalBytes });
    });
    checkHash(name, actual, { sha256, origin: hashOrigin });
  }
}

/** Ends with the state on the board: ready, absent, or failed and deleted. */
export async function verifyInstalled(key: VariantKey, deps: VerifyDeps): Promise<void> {
  const { store, locks, board, installed } = deps;
  await locks.runExclusive(downloadLockName(key), async () => {
    const stored = await store.describe(key);
    if (stored.marker === null) return board.set(key, { state: 'absent' });
    try {
      await checkFiles(key, stored.marker, deps);
      installed.show(stored);
    } catch (error) {
      await locks.runExclusive(filesLockName(key), () => store.remove(key));
      board.set(key, { state: 'failed', error: toWireError(error) });
    }
  });
}
