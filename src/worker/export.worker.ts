/** Composition root of the export worker: files and ZIPs of maps, over Comlink. */
import { expose } from 'comlink';
import { EngineError, type WireError } from '../engine/errors.ts';
import { createUniqueStems, labelsFileName, mapFileName, stemOf } from '../export/file-names.ts';
import { composeZip, type ZippedFile } from '../export/zip-file.ts';
import { openLabelsExporter } from './export-labels.ts';
import { openMapExporter, type ExportControl } from './export-maps.ts';
import type {
  EncodedFile,
  ExportEvent,
  ExportWorkerApi,
  FileExport,
  FileKind,
  LabelsFileKind,
  MapFileKind,
} from './picture-api.ts';
import { replyOf } from './reply.ts';

/** Files that are made together, or not at all. */
interface FileGroup {
  readonly suffixes: readonly string[];
  encode(control: ExportControl): Promise<readonly Blob[]>;
}

interface FileExporter {
  readonly groups: readonly FileGroup[];
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
    const groups = own.map((kind) => ({
      suffixes: [labelsFileName('', kind)],
      encode: async (control: ExportControl) => [await exporter.encode(kind, control)],
    }));
    return { groups, close: () => exporter.close() };
  }
  const own = kinds.filter(isMapKind);
  const exporter = await openMapExporter(item, own, signal);
  // What is drawn may fail where the numbers do not.
  const parts = [own.filter((kind) => kind !== 'raw-npy'), own.filter((kind) => kind === 'raw-npy')];
  const groups = parts
    .filter((part) => part.length > 0)
    .map((part) => ({
      suffixes: part.map((kind) => mapFileName('', kind, item.result)),
      encode: (control: ExportControl) => exporter.encode(part, control),
    }));
  return { groups, close: () => exporter.close() };
}

const running = new Map<string, AbortController>();
let report: (event: ExportEvent) => void = () => {};

/** Runs `work` under a signal that `cancel(exportId)` aborts. */
function runCancellable<T>(exportId: string, work: (signal: AbortSignal) => Promise<T>) {
  const controller = new AbortController();
  running.set(exportId, controller);
  return replyOf(() => work(controller.signal)).finally(() => running.delete(exportId));
}

const api: ExportWorkerApi = {
  async connect(onEvent) {
    report = onEvent;
  },
  exportFile: (exportId, item, kind) =>
    runCancellable(exportId, async (signal) => {
      const exporter = await openExporter(item, [kind], signal);
      try {
        const [group] = exporter.groups;
        const suffix = group?.suffixes[0];
        if (group === undefined || suffix === undefined) {
          throw new EngineError('REQUEST_INVALID', `No ${kind} of such a result`);
        }
        const onProgress = (fraction: number) => report({ exportId, fraction });
        const [blob] = await group.encode({ signal, onProgress });
        if (blob === undefined) throw new EngineError('INTERNAL', `No ${kind} was made`);
        return new File([blob], `${stemOf(item.name)}${suffix}`, { type: blob.type });
      } finally {
        exporter.close();
      }
    }),
  encodeFiles: (exportId, item, kinds) =>
    runCancellable(exportId, async (signal) => {
      const opened = await replyOf(() => openExporter(item, kinds, signal));
      signal.throwIfAborted();
      if (!opened.ok) return { files: [], failure: opened.error };
      const exporter = opened.value;
      const files: EncodedFile[] = [];
      let failure: WireError | null = null;
      try {
        for (const { suffixes, encode } of exporter.groups) {
          const encoded = await replyOf(() => encode({ signal, onProgress: () => {} }));
          signal.throwIfAborted();
          if (!encoded.ok) {
            failure ??= encoded.error;
            continue;
          }
          for (const [index, content] of encoded.value.entries()) {
            files.push({ suffix: suffixes[index]!, content });
          }
        }
        return { files, failure };
      } finally {
        exporter.close();
      }
    }),
  joinZip: (pictures, note) =>
    replyOf(async () => {
      const uniqueStem = createUniqueStems();
      const stems = new Map<string, string>();
      const zipped: ZippedFile[] = [];
      for (const { name, group, files } of pictures) {
        const stem = (group === null ? undefined : stems.get(group)) ?? uniqueStem(stemOf(name));
        if (group !== null) stems.set(group, stem);
        for (const { suffix, content } of files) {
          zipped.push({ name: `${stem}${suffix}`, content });
        }
      }
      if (note !== null) {
        zipped.push({ name: note.name, content: note });
      }
      return composeZip(zipped, new Date());
    }),
  cancel(exportId) {
    running.get(exportId)?.abort();
  },
};

// Synchronously: messages that arrive before are lost, and their calls would hang.
expose(api);
