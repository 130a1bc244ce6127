/** Work on picture files off the main thread: inspection on import, proxies for the viewer, exports. */
import type { InferenceResult, LabelsResult } from '../engine/api.ts';
import type { WireError } from '../engine/errors.ts';
import type { LabelsFileKind, ParsingFileSettings } from '../worker/picture-api.ts';
import type { ColorSettings } from '../render/renderer.ts';

/** What import learns of a file before it is decoded: work on it can start, and may still find it damaged. */
export interface IdentifiedPicture {
  /** Hex sha256 of the file. */
  readonly sha256: string;
  /** Upright size. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly format: string;
  /** Set when the file had to be rewritten so that the engine can decode it (SVG -> PNG); else null. */
  readonly replacement: Blob | null;
}

/** What import learns of a file. */
export interface PictureInspection extends IdentifiedPicture {
  /** At most 256 px on the long side, encoded. */
  readonly thumbnail: Blob;
  readonly hints: readonly ('transparency-on-white' | 'first-frame' | 'svg-rasterised')[];
}

export interface InspectOptions {
  readonly signal: AbortSignal;
  /** Called first, unless it rejects before. */
  readonly onIdentified?: (picture: IdentifiedPicture) => void;
}

export type ExportKind = 'colour-png' | 'grey16-png' | 'raw-npy';

export interface ExportItem {
  readonly name: string;
  readonly source: Blob;
  readonly result: InferenceResult;
  readonly color: ColorSettings;
}

export type { LabelsFileKind, ParsingFileSettings };

export interface LabelsExportItem {
  readonly name: string;
  readonly source: Blob;
  readonly result: LabelsResult;
  readonly parsing: ParsingFileSettings;
}

export interface ZipEntry {
  readonly name: string;
  /** Entries of one picture share the name of their files; absent: on its own. */
  readonly group?: string;
  getItem(): Promise<ExportItem | LabelsExportItem>;
}

/** An entry that has files missing, and why. */
export interface SkippedEntry {
  readonly entry: ZipEntry;
  readonly error: WireError;
}

export interface ZipExport {
  readonly file: File;
  readonly skipped: readonly SkippedEntry[];
}

export interface PictureClient {
  /** Rejects with IMAGE_* for what cannot be used. */
  inspect(file: Blob, options: InspectOptions): Promise<PictureInspection>;
  /** Upright bitmap no larger than `maxSidePx`; the caller closes it. */
  decodeProxy(file: Blob, maxSidePx: number, options: { signal: AbortSignal }): Promise<ImageBitmap>;
  /** One file, named after its source and what it holds (`photo.disparity.png`, `photo.disparity-16bit.png`, `photo.disparity.npy`). */
  exportFile(
    item: ExportItem,
    kind: ExportKind,
    options: { signal: AbortSignal; onProgress?: (fraction: number) => void },
  ): Promise<File>;
  /** One file of a parsing result (`photo.labels.png`, `photo.rle.json`, `photo.blurred.jpg`). */
  exportLabels(
    item: LabelsExportItem,
    kind: LabelsFileKind,
    options: { signal: AbortSignal; onProgress?: (fraction: number) => void },
  ): Promise<File>;
  /**
   * ZIP of all kinds of all items that have them, in their order. `getItem` is asked when its turn comes; some items are
   * made at once where there are cores for them. An item on which two workers crash has failed. One that fails is left
   * out and reported; `describeSkipped` may write a file about those into the ZIP. Rejects when every item failed, with
   * the error of the first, and with WORKER_CRASHED when workers die on one item after the other.
   */
  exportZip(
    items: readonly ZipEntry[],
    kinds: readonly (ExportKind | LabelsFileKind)[],
    options: {
      signal: AbortSignal;
      /** Asked before each item: false leaves the cores to other work. Default: true. */
      hasIdleCores?: () => boolean;
      onProgress?: (doneCount: number, totalCount: number) => void;
      describeSkipped?: (skipped: readonly SkippedEntry[]) => File;
    },
  ): Promise<ZipExport>;
  /** Starts the worker for inspections and proxies before its first call. */
  prepare(): void;
  dispose(): void;
}
