/** A ZIP is made picture by picture, on as many workers as there is room for, and put together at the end. */
import type { Reply } from '../engine/api.ts';
import { EngineError, fromWireError, toWireError, type WireError } from '../engine/errors.ts';
import type {
  EncodedPicture,
  ExportWorkerApi,
  FileExport,
  FileKind,
  ZipPicture,
} from '../worker/picture-api.ts';
import type { SkippedEntry, ZipEntry, ZipExport } from './picture-client.types.ts';
import type { WorkerQueue } from './worker-queue.ts';

const ZIP_NAME = 'isobath-maps.zip';

/** Pictures on which two workers died each: with one more, no picture is to blame. */
const MAX_DEADLY = 3;

/** Pictures above this are made one at a time: decoded, one takes 64 MB and more. */
const LARGE_PICTURE_PX = 16_000_000;

type Lane = Pick<WorkerQueue<ExportWorkerApi>, 'run'>;

interface ZipOptions {
  /** One worker each; the first also puts the ZIP together. */
  readonly lanes: readonly [Lane, ...Lane[]];
  /** Asked before each picture: all lanes, or only the first. */
  readonly hasIdleCores?: () => boolean;
  readonly createId: () => string;
  readonly signal: AbortSignal;
  /** What an entry holds, or why it cannot be had. */
  readonly openEntry: (entry: ZipEntry) => Promise<Reply<FileExport>>;
  readonly onProgress?: (doneCount: number, totalCount: number) => void;
  readonly describeSkipped?: (skipped: readonly SkippedEntry[]) => File;
}

function isCrash(error: unknown): boolean {
  return error instanceof EngineError && error.code === 'WORKER_CRASHED';
}

function createLock(): <T>(work: () => Promise<T>) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  };
}

/** As `PictureClient.exportZip`. An entry on which two workers died is left out. */
export async function makeZip(
  entries: readonly ZipEntry[],
  kinds: readonly FileKind[],
  { lanes, hasIdleCores, createId, signal, openEntry, onProgress, describeSkipped }: ZipOptions,
): Promise<ZipExport> {
  // One lane that fails stops the others.
  const failed = new AbortController();
  const ended = AbortSignal.any([signal, failed.signal]);
  const encoded = new Map<ZipEntry, EncodedPicture>();
  const alone = createLock();
  let nextIndex = 0;
  let deadlyCount = 0;

  async function encodeItem(lane: Lane, item: FileExport): Promise<EncodedPicture> {
    const exportId = createId();
    try {
      return await lane.run((api) => api.encodeFiles(exportId, item, kinds), {
        signal: ended,
        isRepeatable: true,
        onAbort: (api) => api.cancel(exportId),
      });
    } catch (error) {
      if (!isCrash(error) || ++deadlyCount >= MAX_DEADLY) throw error;
      return { files: [], failure: toWireError(error) };
    }
  }

  async function encodeEntry(lane: Lane, entry: ZipEntry): Promise<EncodedPicture> {
    const item = await openEntry(entry);
    if (!item.ok) return { files: [], failure: item.error };
    const { sourceWidthPx, sourceHeightPx } = item.value.result;
    const encode = () => encodeItem(lane, item.value);
    return sourceWidthPx * sourceHeightPx > LARGE_PICTURE_PX ? alone(encode) : encode();
  }

  async function work(lane: Lane): Promise<void> {
    while (nextIndex < entries.length) {
      if (lane !== lanes[0] && hasIdleCores?.() === false) return;
      const entry = entries[nextIndex++]!;
      encoded.set(entry, await encodeEntry(lane, entry));
      ended.throwIfAborted();
      onProgress?.(encoded.size, entries.length);
    }
  }

  signal.throwIfAborted();
  const works = lanes.map((lane) =>
    work(lane).catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
  );
  await Promise.all(works);

  const pictures: ZipPicture[] = [];
  const skipped: { entry: ZipEntry; error: WireError }[] = [];
  for (const entry of entries) {
    const { files, failure } = encoded.get(entry)!;
    if (failure !== null) skipped.push({ entry, error: failure });
    pictures.push({ name: entry.name, group: entry.group ?? null, files });
  }
  const [first] = skipped;
  if (first !== undefined && skipped.length === entries.length) throw fromWireError(first.error);
  const note = first === undefined ? null : (describeSkipped?.(skipped) ?? null);
  const blob = await lanes[0].run((api) => api.joinZip(pictures, note), { signal, isRepeatable: true });
  return { file: new File([blob], ZIP_NAME, { type: blob.type }), skipped };
}
