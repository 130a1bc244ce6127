/** The boundaries of the picture and export workers. Types only: both sides compile it. */
import type { DisparityResult, LabelsResult, MetricDepthResult, Reply } from '../engine/api.ts';
import type { WireError } from '../engine/errors.ts';
import type { Selection } from '../engine/parsing/selection.ts';
import type { PaletteId } from '../render/palettes.ts';
import type { BlurSource, ColorSettings, LabelLook, LabelSource } from '../render/renderer.ts';

/** What the picture worker learns of a file that it can decode. */
export interface PictureReport {
  /** Hex sha256 of the file. */
  readonly sha256: string;
  /** Upright size. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly format: string;
  /** JPEG, at most 256 px on the long side. */
  readonly thumbnail: Blob;
  readonly hints: readonly ('transparency-on-white' | 'first-frame')[];
}

export interface PictureWorkerApi {
  /** Fails with IMAGE_*. */
  inspect(file: Blob): Promise<Reply<PictureReport>>;
  /** Upright, opaque (transparency on white), no side longer than `maxSidePx`; transferred. Fails with IMAGE_*. */
  decodeProxy(file: Blob, maxSidePx: number): Promise<Reply<ImageBitmap>>;
}

export type MapFileKind = 'colour-png' | 'grey16-png' | 'raw-npy';

/** A result that can be saved as a scalar map. */
type MapResult = DisparityResult | MetricDepthResult;

export interface MapExport {
  /** Name of the source file. */
  readonly name: string;
  readonly source: Blob;
  readonly result: MapResult;
  readonly color: ColorSettings;
}

export type LabelsFileKind =
  'labels-png' | 'instances-png' | 'parsing-png' | 'cutout-png' | 'rle-json' | 'faces-png' | 'faces-jpeg';

/** How a parsing result is looked at: what coloured pictures and cut-outs are made of. */
export interface ParsingFileSettings {
  readonly palette: PaletteId;
  /** What cut-outs keep. */
  readonly selection: Selection;
  /** The pixels that are drawn: the result's, or without what the selection leaves out. */
  readonly pixels: LabelSource;
  readonly look: LabelLook;
  readonly opacity: number;
  /** null: faces stay as they are. */
  readonly blur: BlurSource | null;
}

export interface LabelsExport {
  readonly name: string;
  readonly source: Blob;
  readonly result: LabelsResult;
  readonly parsing: ParsingFileSettings;
}

export type FileExport = MapExport | LabelsExport;
export type FileKind = MapFileKind | LabelsFileKind;

/** The one channel from the export worker to its client. */
export interface ExportEvent {
  readonly exportId: string;
  readonly fraction: number;
}

export interface ExportWorkerApi {
  /** Once per worker. */
  connect(onEvent: (event: ExportEvent) => void): Promise<void>;
  /** The kind must be one of the item's result. */
  exportFile(exportId: string, item: FileExport, kind: FileKind): Promise<Reply<File>>;
  /** A ZIP stays open until it is closed or cancelled. */
  openZip(exportId: string): Promise<Reply<null>>;
  /**
   * Kinds of the other sort of result are passed over. Items of one `group` (picture) share a stem. A picture that
   * cannot be read or drawn is no failure of the ZIP: the value says why files of it are missing; null: none are.
   */
  addToZip(
    exportId: string,
    item: FileExport,
    kinds: readonly FileKind[],
    group: string | null,
  ): Promise<Reply<WireError | null>>;
  /** `note` goes in last, under its own name. */
  closeZip(exportId: string, note: File | null): Promise<Reply<Blob>>;
  /** Checked between bands; the call under way then fails as aborted. Drops an open ZIP. */
  cancel(exportId: string): void;
}
