/** All files of a variant, one after the other, with a record beside them from which a later run goes on. */
import type { InstalledFile } from '../platform/browser/model-files.ts';
import type { DownloadRequest } from '../worker/storage-api.ts';
import { downloadFile, type DownloadDeps, type DownloadProgress } from './download-file.ts';
import { checkHash, checkIsModel, findTrustedHash, finishFile } from './install.ts';
import type { DownloadRecord, FileRecord, ModelStore } from './model-store.ts';

/** Progress over all files of the variant. */
export interface VariantProgress {
  readonly phase: DownloadProgress['phase'];
  readonly receivedBytes: number;
  readonly totalBytes: number;
  readonly newBytes: number;
  readonly attempt: number;
  readonly retryInMs: number | null;
}

export interface VariantDownload {
  readonly store: ModelStore;
  readonly deps: DownloadDeps;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: VariantProgress) => void;
}

const NEW_FILE: FileRecord = { etag: null, sizeBytes: null, done: null };

/** Whole length of a file as far as it is known: the server's word, else the catalogue's. */
function fileBytes(request: DownloadRequest, record: DownloadRecord, name: string): number {
  const listed = request.files.find((file) => file.name === name)?.sizeBytes ?? 0;
  return record.files[name]?.sizeBytes ?? listed;
}

function sumTotalBytes(request: DownloadRequest, record: DownloadRecord): number {
  return request.files.reduce((sum, file) => sum + fileBytes(request, record, file.name), 0);
}

/**
 * Downloads what is missing and checks every file's hash. Throws what `downloadFile` throws, and
 * MODEL_CHECKSUM_MISMATCH, MODEL_FETCH_FAILED (no-model). On a pause the record stays, with the intent that `markPaused` wrote.
 */
export async function downloadVariant(
  request: DownloadRequest,
  kept: DownloadRecord | null,
  { store, deps, signal, onProgress }: VariantDownload,
): Promise<readonly InstalledFile[]> {
  const { key } = request;
  // Bytes of another hub are not continued: only a known hash could tell that they belong together.
  const isSameHub = kept?.hubBaseUrl === request.hubBaseUrl;
  let record: DownloadRecord = {
    schemaVersion: 1,
    intent: 'running',
    hubBaseUrl: request.hubBaseUrl,
    totalBytes: 0,
    files: isSameHub ? kept.files : {},
  };
  let lastWrite: Promise<void> = Promise.resolve();
  const keep = (name: string, change: Partial<FileRecord>): Promise<void> => {
    const files = { ...record.files, [name]: { ...NEW_FILE, ...record.files[name], ...change } };
    record = { ...record, files };
    record = { ...record, totalBytes: sumTotalBytes(request, record) };
    lastWrite = lastWrite.catch(() => undefined).then(() => store.writeDownloadRecord(key, record));
    // Awaited at the end of the file; a failure until then must not count as unhandled.
    lastWrite.catch(() => undefined);
    return lastWrite;
  };
  const installed: InstalledFile[] = [];

  for (const file of request.files) {
    const done = record.files[file.name]?.done ?? null;
    if (done !== null) {
      installed.push(done);
      continue;
    }
    await keep(file.name, {});
    const beforeBytes = installed.reduce((sum, entry) => sum + entry.sizeBytes, 0);
    const part = await store.openPart(key, file.name);
    let result;
    let trusted;
    try {
      if (!isSameHub) part.clear();
      result = await downloadFile(
        {
          url: file.url,
          expectedBytes: file.isSizeApproximate === true ? null : file.sizeBytes,
          expectedSha256: file.sha256,
          record: isSameHub ? (record.files[file.name] ?? null) : null,
          trustsRedirectedEtag: request.isMirror,
        },
        part,
        deps,
        {
          signal,
          onProgress(progress) {
            const last = record.files[file.name];
            if (last?.etag !== progress.etag || last?.sizeBytes !== progress.totalBytes) {
              void keep(file.name, { etag: progress.etag, sizeBytes: progress.totalBytes });
            }
            onProgress({
              ...progress,
              receivedBytes: beforeBytes + progress.receivedBytes,
              totalBytes: sumTotalBytes(request, record),
            });
          },
        },
      );
      trusted = await findTrustedHash(store, key, file, result.hubSha256);
      checkHash(file.name, result.sha256, trusted);
      if (trusted.sha256 === null && file.role === 'graph') await checkIsModel(part, file.url);
    } finally {
      part.close();
      await lastWrite.catch(() => undefined);
    }
    const { sizeBytes, sha256 } = result;
    const entry = await finishFile(store, key, file, { sizeBytes, sha256 }, trusted.origin);
    installed.push(entry);
    await keep(file.name, { done: entry, sizeBytes });
  }
  return installed;
}

/** Remembers that the user wants to go on later. */
export async function markPaused(store: ModelStore, request: DownloadRequest): Promise<void> {
  const { download } = await store.describe(request.key);
  if (download !== null) await store.writeDownloadRecord(request.key, { ...download, intent: 'paused' });
}
