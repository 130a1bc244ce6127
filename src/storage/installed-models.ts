/** Installed variants, from the marker to the last byte deleted, with their status on the board. */
import {
  filesLockName,
  formatVariantKey,
  type InstalledFile,
  type InstalledMarker,
  type VariantKey,
} from '../platform/browser/model-files.ts';
import { markInstalled } from './install.ts';
import { downloadLockName, type Locks } from './locks.ts';
import type { ModelStore, StoredVariant } from './model-store.ts';
import type { StatusBoard } from './status-board.ts';
import { describeInstalled, describeStored, sumBytes } from './stored-status.ts';

export interface InstalledModelsDeps {
  readonly store: ModelStore;
  readonly locks: Locks;
  readonly board: StatusBoard;
  readonly now: () => number;
}

export interface InstalledModels {
  /** Puts what was found onto the board. */
  show(stored: StoredVariant): void;
  /** The last step of a download or an import: all files are here and right. */
  finish(key: VariantKey, files: readonly InstalledFile[]): Promise<void>;
  /** Waits for readers. */
  remove(key: VariantKey): Promise<void>;
  /** Deletes what lies beside the files of this marker. */
  prune(key: VariantKey, marker: InstalledMarker): Promise<void>;
  /** Likewise for what a replacement that was cut off has left, unless a tab is at it. */
  sweep(stored: StoredVariant): Promise<void>;
}

export function createInstalledModels({ store, locks, board, now }: InstalledModelsDeps): InstalledModels {
  /** Files in memory are read by address; each lives as long as its file. */
  const blobUrls = new Map<string, readonly string[]>();
  const urlsOf = (key: VariantKey) => blobUrls.get(formatVariantKey(key)) ?? null;

  function revokeUrls(key: VariantKey): void {
    for (const url of urlsOf(key) ?? []) URL.revokeObjectURL(url);
    blobUrls.delete(formatVariantKey(key));
  }

  const prune = (key: VariantKey, { files }: InstalledMarker): Promise<void> =>
    store.prune(
      key,
      files.map(({ storedName }) => storedName),
    );

  return {
    show: (stored) => board.set(stored.key, describeStored(stored, urlsOf(stored.key))),
    async finish(key, files) {
      const installedAtMs = now();
      await markInstalled(store, locks, key, files, installedAtMs);
      if (store.kind === 'memory') {
        const blobs = await Promise.all(files.map((file) => store.openFile(key, file.storedName)));
        const urls = blobs.map((blob) => URL.createObjectURL(blob ?? new Blob()));
        revokeUrls(key);
        blobUrls.set(formatVariantKey(key), urls);
      }
      board.set(key, describeInstalled({ files, installedAtMs }, urlsOf(key)));
    },
    async remove(key) {
      await locks.runExclusive(filesLockName(key), () => store.remove(key));
      revokeUrls(key);
      board.set(key, { state: 'absent' });
    },
    prune,
    async sweep({ key, marker, sizeBytes }) {
      if (marker === null || sizeBytes === sumBytes(marker.files)) return;
      await locks.runIfFree(downloadLockName(key), async (isFree) => {
        if (!isFree) return;
        // It may have changed until the lock was ours.
        const { marker: current } = await store.describe(key);
        if (current !== null) await prune(key, current).catch(() => undefined);
      });
    },
  };
}
