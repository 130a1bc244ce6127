/** A ZIP is made in the memory of one worker: where that dies, a new one makes it again from the start. */
import type { Reply } from '../engine/api.ts';
import { EngineError, fromWireError, toWireError, type WireError } from '../engine/errors.ts';
import type { ExportWorkerApi, FileExport, FileKind } from '../worker/picture-api.ts';
import type { SkippedEntry, ZipEntry, ZipExport } from './picture-client.types.ts';
import type { WorkerQueue } from './worker-queue.ts';

const ZIP_NAME = 'isobath-maps.zip';

/** One picture that brings every worker down, which is then left out, and one crash more. */
const MAX_ATTEMPTS = 4;
/** As for a task of the pool: once may be chance. */
const MAX_CRASHES_PER_ENTRY = 2;

interface ZipOptions {
  readonly exports: Pick<WorkerQueue<ExportWorkerApi>, 'run' | 'post'>;
  readonly createId: () => string;
  readonly signal: AbortSignal;
  /** What an entry holds, or why it cannot be had; asked again in every attempt. */
  readonly openEntry: (entry: ZipEntry) => Promise<Reply<FileExport>>;
  /** Starts again at 0 with every attempt. */
  readonly onProgress?: (doneCount: number, totalCount: number) => void;
  readonly describeSkipped?: (skipped: readonly SkippedEntry[]) => File;
}

/** Entries that crashed a worker, and those that are left out for it. */
interface Troubles {
  readonly crashes: Map<ZipEntry, number>;
  readonly leftOut: Map<ZipEntry, WireError>;
}

function isCrash(error: unknown): boolean {
  return error instanceof EngineError && error.code === 'WORKER_CRASHED';
}

/** Throws what the worker throws. A crash on an entry is noted in `troubles` before. */
async function attemptZip(
  entries: readonly ZipEntry[],
  kinds: readonly FileKind[],
  { crashes, leftOut }: Troubles,
  { exports, createId, signal, openEntry, onProgress, describeSkipped }: ZipOptions,
): Promise<ZipExport> {
  const exportId = createId();
  const options = { signal, onAbort: (api: { cancel(id: string): unknown }) => api.cancel(exportId) };
  const skipped: SkippedEntry[] = [];

  async function add(entry: ZipEntry): Promise<WireError | null> {
    const known = leftOut.get(entry);
    if (known !== undefined) return known;
    const item = await openEntry(entry);
    if (!item.ok) return item.error;
    try {
      return await exports.run(
        (api) => api.addToZip(exportId, item.value, kinds, entry.group ?? null),
        options,
      );
    } catch (error) {
      if (!isCrash(error)) throw error;
      const count = (crashes.get(entry) ?? 0) + 1;
      crashes.set(entry, count);
      if (count >= MAX_CRASHES_PER_ENTRY) leftOut.set(entry, toWireError(error));
      throw error;
    }
  }

  let isClosed = false;
  try {
    await exports.run((api) => api.openZip(exportId), options);
    for (const [index, entry] of entries.entries()) {
      const error = await add(entry);
      if (error !== null) skipped.push({ entry, error });
      onProgress?.(index + 1, entries.length);
    }
    const [first] = skipped;
    if (first !== undefined && skipped.length === entries.length) throw fromWireError(first.error);
    const note = first === undefined ? null : (describeSkipped?.(skipped) ?? null);
    const blob = await exports.run((api) => api.closeZip(exportId, note), options);
    isClosed = true;
    return { file: new File([blob], ZIP_NAME, { type: blob.type }), skipped };
  } finally {
    if (!isClosed) exports.post((api) => api.cancel(exportId));
  }
}

/** As `PictureClient.exportZip`. An entry on which two workers died is left out. */
export async function makeZip(
  entries: readonly ZipEntry[],
  kinds: readonly FileKind[],
  options: ZipOptions,
): Promise<ZipExport> {
  const troubles: Troubles = { crashes: new Map(), leftOut: new Map() };
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptZip(entries, kinds, troubles, options);
    } catch (error) {
      const isHopeless = attempt === MAX_ATTEMPTS || troubles.leftOut.size === entries.length;
      if (!isCrash(error) || isHopeless || options.signal.aborted) throw error;
      options.onProgress?.(0, entries.length);
    }
  }
}
