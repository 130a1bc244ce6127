/** Composition root of the export worker: files and ZIPs of maps, over Comlink. */
import { expose } from 'comlink';
import { EngineError } from '../engine/errors.ts';
import { createUniqueStems, mapFileName, stemOf } from '../export/file-names.ts';
import { createZipWriter, type ZipWriter } from '../export/zip-writer.ts';
import { openMapExporter } from './export-maps.ts';
import type { ExportEvent, ExportWorkerApi } from './picture-api.ts';
import { replyOf } from './reply.ts';

interface OpenZip {
  readonly zip: ZipWriter;
  readonly uniqueStem: (stem: string) => string;
}

const running = new Map<string, AbortController>();
const zips = new Map<string, OpenZip>();
let report: (event: ExportEvent) => void = () => {};

/** Runs `work` under a signal that `cancel(exportId)` aborts. */
function runCancellable<T>(exportId: string, work: (signal: AbortSignal) => Promise<T>) {
  const controller = new AbortController();
  running.set(exportId, controller);
  return replyOf(() => work(controller.signal)).finally(() => running.delete(exportId));
}

function findZip(exportId: string): OpenZip {
  const open = zips.get(exportId);
  // The worker that held it crashed, or it was cancelled.
  if (open === undefined) throw new EngineError('WORKER_CRASHED', `No open ZIP ${exportId}`);
  return open;
}

const api: ExportWorkerApi = {
  async connect(onEvent) {
    report = onEvent;
  },
  exportFile: (exportId, item, kind) =>
    runCancellable(exportId, async (signal) => {
      const exporter = await openMapExporter(item, [kind], signal);
      try {
        const onProgress = (fraction: number) => report({ exportId, fraction });
        const blob = await exporter.encode(kind, { signal, onProgress });
        return new File([blob], mapFileName(stemOf(item.name), kind, item.result), { type: blob.type });
      } finally {
        exporter.close();
      }
    }),
  openZip: (exportId) =>
    replyOf(() => {
      zips.set(exportId, { zip: createZipWriter(), uniqueStem: createUniqueStems() });
      return null;
    }),
  addToZip: (exportId, item, kinds) =>
    runCancellable(exportId, async (signal) => {
      const { zip, uniqueStem } = findZip(exportId);
      const stem = uniqueStem(stemOf(item.name));
      const exporter = await openMapExporter(item, kinds, signal);
      try {
        for (const [index, kind] of kinds.entries()) {
          const onProgress = (share: number) =>
            report({ exportId, fraction: (index + share) / kinds.length });
          await zip.add(
            mapFileName(stem, kind, item.result),
            await exporter.encode(kind, { signal, onProgress }),
          );
        }
        return null;
      } finally {
        exporter.close();
      }
    }),
  closeZip: (exportId) =>
    replyOf(async () => {
      const { zip } = findZip(exportId);
      zips.delete(exportId);
      return zip.finish();
    }),
  cancel(exportId) {
    running.get(exportId)?.abort();
    zips.delete(exportId);
  },
};

// Synchronously: messages that arrive before are lost, and their calls would hang.
expose(api);
