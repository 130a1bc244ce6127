/** Main-thread door to the picture and export workers. */
import { proxy } from 'comlink';
import type { InferenceResult, Reply } from '../engine/api.ts';
import { EngineError, toWireError } from '../engine/errors.ts';
import type {
  ExportWorkerApi,
  FileExport,
  FileKind,
  MapExport,
  PictureIdentity,
  PictureWorkerApi,
} from '../worker/picture-api.ts';
import { createId as createRandomId } from './create-id.ts';
import type {
  ExportItem,
  InspectOptions,
  LabelsExportItem,
  PictureClient,
  PictureInspection,
  ZipEntry,
} from './picture-client.types.ts';
import { rasterizeSvg } from './rasterize-svg.ts';
import { createWorkerQueue, type WorkerQueue } from './worker-queue.ts';

/** A waiting file is a handle of some bytes; the bound is for programs that never stop adding. */
const WAITING_LIMIT = 10_000;

/** Workers that make files of a ZIP, where there are cores for them: each holds a decoded photo. */
const MAX_ZIP_LANES = 3;

const SVG_HINTS = ['svg-rasterised'] as const;

export interface PictureClientOptions {
  readonly spawnPictureWorker?: () => Worker;
  readonly spawnExportWorker?: () => Worker;
  readonly createId?: () => string;
  /** Pictures of a ZIP that are made at once. Default: one per core, 3 at most. */
  readonly zipLanes?: number;
}

function spawnPictureWorker(): Worker {
  return new Worker(new URL('../worker/picture.worker.ts', import.meta.url), {
    type: 'module',
    name: 'picture',
  });
}

function spawnExportWorker(): Worker {
  return new Worker(new URL('../worker/export.worker.ts', import.meta.url), {
    type: 'module',
    name: 'export',
  });
}

function isSvg(error: unknown): boolean {
  return (
    error instanceof EngineError &&
    error.code === 'IMAGE_UNSUPPORTED_FORMAT' &&
    error.details.format === 'svg'
  );
}

function hasMap(result: InferenceResult): result is MapExport['result'] {
  return result.kind !== 'labels';
}

/** Only what the worker needs: items may carry more, which would be cloned or refused. Throws REQUEST_INVALID for label maps. */
function toMapExport({ name, source, result, color }: ExportItem): MapExport {
  if (!hasMap(result)) throw new EngineError('REQUEST_INVALID', 'Labels have no scalar map to save');
  return { name, source, result, color };
}

function toFileExport(item: ExportItem | LabelsExportItem): FileExport {
  if (!('parsing' in item)) return toMapExport(item);
  const { name, source, result, parsing } = item;
  return { name, source, result, parsing };
}

/** Workers start with their first call; one call at a time in each, the rest waits here. Looking at a picture goes before inspecting others. */
export function createPictureClient(options: PictureClientOptions = {}): PictureClient {
  const createId = options.createId ?? createRandomId;
  const progress = new Map<string, (fraction: number) => void>();
  const pictures = createWorkerQueue<PictureWorkerApi>({
    spawn: options.spawnPictureWorker ?? spawnPictureWorker,
    limit: WAITING_LIMIT,
  });
  const createExportQueue = (): WorkerQueue<ExportWorkerApi> =>
    createWorkerQueue({
      spawn: options.spawnExportWorker ?? spawnExportWorker,
      limit: WAITING_LIMIT,
      onStart: (api) => api.connect(proxy(({ exportId, fraction }) => progress.get(exportId)?.(fraction))),
    });
  const exports = createExportQueue();
  const zipLanes = options.zipLanes ?? Math.min(MAX_ZIP_LANES, navigator.hardwareConcurrency);

  const identify = (file: Blob, signal: AbortSignal): Promise<PictureIdentity> =>
    pictures.run((api) => api.identify(file), { signal, isRepeatable: true });

  async function inspect(file: Blob, { signal, onIdentified }: InspectOptions): Promise<PictureInspection> {
    let replacement: Blob | null = null;
    const identity = await identify(file, signal).catch(async (error: unknown) => {
      if (!isSvg(error)) throw error;
      replacement = await rasterizeSvg(file, { signal });
      return { ...(await identify(replacement, signal)), format: 'svg' };
    });
    onIdentified?.({ ...identity, replacement });
    const preview = await pictures.run((api) => api.preview(replacement ?? file), {
      signal,
      isRepeatable: true,
    });
    const hints = [...preview.hints, ...identity.hints, ...(replacement === null ? [] : SVG_HINTS)];
    return { ...identity, ...preview, hints, replacement };
  }

  async function exportOne(
    item: FileExport,
    kind: FileKind,
    { signal, onProgress }: { signal: AbortSignal; onProgress?: (fraction: number) => void },
  ): Promise<File> {
    const exportId = createId();
    if (onProgress !== undefined) progress.set(exportId, onProgress);
    try {
      return await exports.run((api) => api.exportFile(exportId, item, kind), {
        signal,
        isUrgent: true,
        isRepeatable: true,
        onAbort: (api) => api.cancel(exportId),
      });
    } finally {
      progress.delete(exportId);
    }
  }

  /** What an entry holds, or why it cannot be had. */
  async function openEntry(entry: ZipEntry, signal: AbortSignal): Promise<Reply<FileExport>> {
    try {
      return { ok: true, value: toFileExport({ ...(await entry.getItem()), name: entry.name }) };
    } catch (error) {
      signal.throwIfAborted();
      return { ok: false, error: toWireError(error) };
    }
  }

  return {
    inspect,
    decodeProxy: (file, maxSidePx, { signal }) =>
      pictures.run((api) => api.decodeProxy(file, maxSidePx), {
        signal,
        isUrgent: true,
        isRepeatable: true,
        onUnwanted: (bitmap) => bitmap.close(),
      }),
    exportFile: async (item, kind, options) => exportOne(toMapExport(item), kind, options),
    exportLabels: (item, kind, options) => exportOne(toFileExport(item), kind, options),
    async exportZip(items, kinds, zipOptions) {
      const { makeZip } = await import('./make-zip.ts');
      const extraCount = Math.max(0, Math.min(zipLanes, items.length) - 1);
      const extras = Array.from({ length: extraCount }, createExportQueue);
      try {
        return await makeZip(items, kinds, {
          ...zipOptions,
          lanes: [exports, ...extras],
          createId,
          openEntry: (entry) => openEntry(entry, zipOptions.signal),
        });
      } finally {
        for (const extra of extras) extra.dispose();
      }
    },
    prepare: () => pictures.prepare(),
    dispose() {
      pictures.dispose();
      exports.dispose();
    },
  };
}
