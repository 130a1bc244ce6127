/** From what storage holds of a variant to the status that is told of it: pure. */
import type { InstalledFile, InstalledMarker } from '../platform/browser/model-files.ts';
import type { VariantStatus } from '../worker/storage-api.ts';
import type { StoredVariant } from './model-store.ts';

export function sumBytes(files: readonly Pick<InstalledFile, 'sizeBytes'>[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** `blobUrls`: addresses of the files, in their order, where they are in memory. */
export function describeInstalled(
  { files, installedAtMs }: Pick<InstalledMarker, 'files' | 'installedAtMs'>,
  blobUrls: readonly string[] | null,
): VariantStatus {
  return { state: 'ready', files, installedAtMs, sizeBytes: sumBytes(files), blobUrls };
}

export function describeStored(
  { marker, download, sizeBytes }: Omit<StoredVariant, 'key'>,
  blobUrls: readonly string[] | null,
): VariantStatus {
  if (marker !== null) return describeInstalled(marker, blobUrls);
  if (download === null) return { state: 'absent' };
  return {
    state: 'paused',
    reason: download.intent === 'paused' ? 'user' : 'interrupted',
    receivedBytes: sizeBytes,
    totalBytes: Math.max(download.totalBytes, sizeBytes),
  };
}
