/** The boundaries of the picture and export workers. Types only: both sides compile it. */
import type { DisparityResult, LabelsResult, MetricDepthResult, Reply } from '../engine/api.ts';
import type { WireError } from '../engine/errors.ts';
import type { Selection } from '../engine/parsing/selection.ts';
import type { PaletteId } from '../render/palettes.ts';
import type { BlurSource, ColorSettings, LabelLook, LabelSource } from '../render/renderer.ts';

/** What a file says of itself, before anything is decoded: enough for work on it to start. */
export interface PictureIdentity {
  /** Hex sha256 of the file. */
  readonly sha256: string;
  /** Upright size. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly format: string;
  readonly hints: readonly 'first-frame'[];
}

/** What is seen once it is decoded. */
export interface PicturePreview {
  /** JPEG, at most 256 px on the long side. */
  readonly thumbnail: Blob;
  readonly hints: readonly 'transparency-on-white'[];
}

export interface PictureWorkerApi {
  /** Fails with IMAGE_*. */
  identify(file: Blob): Promise<Reply<PictureIdentity>>;
  /** Of a file that was identified. Fails with IMAGE_DECODE_FAILED. */
  preview(file: Blob): Promise<Reply<PicturePreview>>;
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

/** A file of one picture, not named yet. */
export interface EncodedFile {
  /** `.disparity.png`: the name without the picture's. */
  readonly suffix: string;
  readonly content: Blob;
}

export interface EncodedPicture {
  readonly files: readonly EncodedFile[];
  /** Why files of it are missing; null: none are. */
  readonly failure: WireError | null;
}

/** What goes into a ZIP of one picture. */
export interface ZipPicture {
  /** Name of the source file. */
  readonly name: string;
  /** Those of one group share a stem; null: on its own. */
  readonly group: string | null;
  readonly files: readonly EncodedFile[];
}

/** No call needs anything of an earlier one, but for `connect`. */
export interface ExportWorkerApi {
  /** Once per worker. */
  connect(onEvent: (event: ExportEvent) => void): Promise<void>;
  /** The kind must be one of the item's result. */
  exportFile(exportId: string, item: FileExport, kind: FileKind): Promise<Reply<File>>;
  /** Kinds of the other sort of result are passed over. A picture that cannot be read or drawn fails in the value. */
  encodeFiles(exportId: string, item: FileExport, kinds: readonly FileKind[]): Promise<Reply<EncodedPicture>>;
  /** In this order, under names that are unique. `note` goes in last, under its own name. */
  joinZip(pictures: readonly ZipPicture[], note: File | null): Promise<Reply<Blob>>;
  /** Checked between bands; the call under way then fails as aborted. */
  cancel(exportId: string): void;
}
