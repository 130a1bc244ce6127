/** Composition root of the export worker: files and ZIPs of maps, over Comlink. */
import { expose } from 'comlink';
import { EngineError, type WireError } from '../engine/errors.ts';
import { createUniqueStems, labelsFileName, mapFileName, stemOf } from '../export/file-names.ts';
import { createZipWriter, type ZipWriter } from '../export/zip-writer.ts';
import { openLabelsExporter } from './export-labels.ts';
import { openMapExporter, type ExportControl } from './export-maps.ts';
import type {
  ExportEvent,
  ExportWorkerApi,
  FileExport,
  FileKind,
  LabelsFileKind,
  MapFileKind,
} from './picture-api.ts';
import { replyOf } from './reply.ts';

interface OpenZip {
  readonly zip: ZipWriter;
  readonly uniqueStem: (stem: string) => string;
  /** Stems by group. */
  readonly stems: Map<string, string>;
}

interface NamedFile {
  readonly suffixedName: (stem: string) => string;
  encode(control: ExportControl): Promise<Blob>;
}

interface FileExporter {
  readonly files: readonly NamedFile[];
  close(): void;
}

function isMapKind(kind: FileKind): kind is MapFileKind {
  return kind === 'colour-png' || kind === 'grey16-png' || kind === 'raw-npy';
}

function isLabelsKind(kind: FileKind): kind is LabelsFileKind {
  return !isMapKind(kind);
}

/** The files of `kinds` that this item has. */
async function openExporter(
  item: FileExport,
  kinds: readonly FileKind[],
  signal: AbortSignal,
): Promise<FileExporter> {
  if ('parsing' in item) {
    // A picture without a face has no file with blurred ones: it would be the photo under a promising name.
    const isMissing = (kind: LabelsFileKind) =>
      (kind === 'faces-png' || kind === 'faces-jpeg') && item.parsing.blur === null;
    const own = kinds.filter(isLabelsKind).filter((kind) => !isMissing(kind));
    const exporter = await openLabelsExporter(item, own, signal);
    const files = own.map((kind) => ({
      suffixedName: (stem: string) => labelsFileName(stem, kind),
      encode: (control: ExportControl) => exporter.encode(kind, control),
    }));
    return { files, close: () => exporter.close() };
  }
  const own = kinds.filter(isMapKind);
  const exporter = await openMapExporter(item, own, signal);
  const files = own.map((kind) => ({
    suffixedName: (stem: string) => mapFileName(stem, kind, item.result),
    encode: (control: ExportControl) => exporter.encode(kind, control),
  }));
  return { files, close: () => exporter.close() };
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
  if (open === undefined) {
    throw new EngineError('WORKER_CRASHED', `No open ZIP ${exportId}`, { details: { work: 'file' } });
  }
  return open;
}

const api: ExportWorkerApi = {
  async connect(onEvent) {
    report = onEvent;
  },
  exportFile: (exportId, item, kind) =>
    runCancellable(exportId, async (signal) => {
      const exporter = await openExporter(item, [kind], signal);
      try {
        const [file] = exporter.files;
        if (file === undefined) throw new EngineError('REQUEST_INVALID', `No ${kind} of such a result`);
        const onProgress = (fraction: number) => report({ exportId, fraction });
        const blob = await file.encode({ signal, onProgress });
        return new File([blob], file.suffixedName(stemOf(item.name)), { type: blob.type });
      } finally {
        exporter.close();
      }
    }),
  openZip: (exportId) =>
    replyOf(() => {
      zips.set(exportId, { zip: createZipWriter(), uniqueStem: createUniqueStems(), stems: new Map() });
      return null;
    }),
  addToZip: (exportId, item, kinds, group) =>
    runCancellable(exportId, async (signal) => {
      const { zip, uniqueStem, stems } = findZip(exportId);
      const stem = (group === null ? undefined : stems.get(group)) ?? uniqueStem(stemOf(item.name));
      if (group !== null) stems.set(group, stem);
      const opened = await replyOf(() => openExporter(item, kinds, signal));
      signal.throwIfAborted();
      if (!opened.ok) return opened.error;
      const exporter = opened.value;
      let failure: WireError | null = null;
      try {
        for (const [index, file] of exporter.files.entries()) {
          const onProgress = (share: number) =>
            report({ exportId, fraction: (index + share) / exporter.files.length });
          const encoded = await replyOf(() => file.encode({ signal, onProgress }));
          signal.throwIfAborted();
          // What the ZIP itself refuses does fail it; a file that cannot be made is left out.
          if (encoded.ok) await zip.add(file.suffixedName(stem), encoded.value);
          else failure ??= encoded.error;
        }
        return failure;
      } finally {
        exporter.close();
      }
    }),
  closeZip: (exportId, note) =>
    replyOf(async () => {
      const { zip } = findZip(exportId);
      zips.delete(exportId);
      if (note !== null) await zip.add(note.name, note);
      return zip.finish();
    }),
  cancel(exportId) {
    running.get(exportId)?.abort();
    zips.delete(exportId);
  },
};

// Synchronously: messages that arrive before are lost, and their calls would hang.
expose(api);
