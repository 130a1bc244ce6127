/** Saves parsing results of one picture: ids, colours, cut-outs, masks as JSON, and the photo with blurred faces. */
import { EngineError } from '../engine/errors.ts';
import { createSelectionMask, LEFT_OUT } from '../engine/parsing/selection.ts';
import { encodeCocoJson } from '../export/coco-rle.ts';
import {
  encodeCutoutPng,
  encodeIndexedPng,
  encodeInstancePng,
  encodePhotoPng,
} from '../export/indexed-png.ts';
import { mixBlur, readBlurBase } from '../render/face-blur.ts';
import { createLabelReader, mixLabels } from '../render/label-math.ts';
import { getPalette } from '../render/palettes.ts';
import type { BlurSource } from '../render/renderer.ts';
import type { ExportControl } from './export-maps.ts';
import type { LabelsExport, LabelsFileKind } from './picture-api.ts';
import { cropOnWhite, decodeBitmap, readHeader, shrinkOnWhite } from './picture-decode.ts';

const PHOTO_KINDS: readonly LabelsFileKind[] = ['parsing-png', 'cutout-png', 'faces-png', 'faces-jpeg'];
const JPEG_QUALITY = 0.92;
/** Outlines are as wide as on a screen that shows the whole picture. */
const LONG_SIDE_PER_LINE = 400;
const JPEG_BAND_PX = 1_000_000;
/** Cells are far larger than a pixel of this. */
const OPAQUE_SIDE_PX = 2048;

type ReadRows = (y: number, rowCount: number) => Promise<Uint8ClampedArray>;

/** Encodes files of one picture. Close it. */
export interface LabelsExporter {
  encode(kind: LabelsFileKind, control: ExportControl): Promise<Blob>;
  close(): void;
}

/** RGBA rows of an opaque bitmap. */
async function readBitmapRows(bitmap: ImageBitmap, y: number, rowCount: number, hasAlpha: boolean) {
  const rows = await cropOnWhite(bitmap, { x: 0, y, width: bitmap.width, height: rowCount }, hasAlpha);
  try {
    const context = new OffscreenCanvas(rows.width, rows.height).getContext('2d', {
      alpha: false,
      willReadFrequently: true,
    });
    if (context === null)
      throw new EngineError('OUT_OF_MEMORY', `No canvas of ${rows.width} x ${rows.height} pixels`);
    context.drawImage(rows, 0, 0);
    return context.getImageData(0, 0, rows.width, rows.height).data;
  } finally {
    rows.close();
  }
}

/** Transparent parts count as white, as everywhere. */
function readOpaqueBase(photo: ImageBitmap, blur: BlurSource, hasAlpha: boolean): Uint8ClampedArray {
  if (!hasAlpha) return readBlurBase(photo, blur);
  const opaque = shrinkOnWhite(photo, OPAQUE_SIDE_PX).transferToImageBitmap();
  try {
    return readBlurBase(opaque, blur);
  } finally {
    opaque.close();
  }
}

async function encodeJpeg(widthPx: number, heightPx: number, readRows: ReadRows, control: ExportControl) {
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null)
    throw new EngineError('OUT_OF_MEMORY', `No canvas of ${widthPx} x ${heightPx} pixels`);
  const bandRows = Math.max(1, Math.floor(JPEG_BAND_PX / widthPx));
  for (let y = 0; y < heightPx; y += bandRows) {
    control.signal.throwIfAborted();
    const rowCount = Math.min(bandRows, heightPx - y);
    const rows = new ImageData(new Uint8ClampedArray(await readRows(y, rowCount)), widthPx, rowCount);
    context.putImageData(rows, 0, y);
    control.onProgress((y + rowCount) / heightPx);
  }
  return canvas.convertToBlob({ type: 'image/jpeg', quality: JPEG_QUALITY });
}

/** `kinds` says whether the photo will be needed. Throws IMAGE_*; an abort rejects with `signal.reason`. */
export async function openLabelsExporter(
  item: LabelsExport,
  kinds: readonly LabelsFileKind[],
  signal: AbortSignal,
): Promise<LabelsExporter> {
  const { result, parsing } = item;
  const size = { widthPx: result.sourceWidthPx, heightPx: result.sourceHeightPx };
  const needsPhoto = kinds.some((kind) => PHOTO_KINDS.includes(kind));
  const header = needsPhoto ? await readHeader(item.source) : null;
  const photo = header === null ? null : await decodeBitmap(item.source, header, null, signal);
  const { blur } = parsing;
  const blurBase =
    blur === null || photo === null ? null : readOpaqueBase(photo, blur, header?.hasAlpha ?? false);

  const readPhotoRows: ReadRows = async (y, rowCount) => {
    if (photo === null || header === null) throw new EngineError('INTERNAL', 'The photo was not opened');
    const rgba = await readBitmapRows(photo, y, rowCount, header.hasAlpha);
    if (blur !== null && blurBase !== null) {
      mixBlur(rgba, size.widthPx, { startX: 0.5, startY: y + 0.5, step: 1 }, blur, blurBase, result);
    }
    return rgba;
  };

  const halfLinePx = Math.max(0.75, Math.max(size.widthPx, size.heightPx) / LONG_SIDE_PER_LINE / 2);
  const readColouredRows: ReadRows = async (y, rowCount) => {
    const rgba = await readPhotoRows(y, rowCount);
    const read = createLabelReader(parsing.pixels, parsing.look, result, halfLinePx);
    const at = { startX: 0.5, startY: y + 0.5, step: 1 };
    mixLabels(rgba, size.widthPx, at, read, parsing.look, parsing.opacity);
    return rgba;
  };

  return {
    async encode(kind, control) {
      control.signal.throwIfAborted();
      switch (kind) {
        case 'labels-png':
          return encodeIndexedPng(result, getPalette(parsing.palette), size, control);
        case 'instances-png':
          return encodeInstancePng(result, size, control);
        case 'parsing-png':
          return encodePhotoPng(size, readColouredRows, control);
        case 'cutout-png': {
          const mask = createSelectionMask(result, parsing.selection);
          const { labelsU8 } = parsing.pixels;
          for (let i = 0; i < mask.length; i++) if (labelsU8[i] === LEFT_OUT) mask[i] = 0;
          return encodeCutoutPng(mask, result, size, readPhotoRows, control);
        }
        case 'rle-json':
          return encodeCocoJson(result, item.name);
        case 'faces-png':
          return encodePhotoPng(size, readPhotoRows, control);
        case 'faces-jpeg':
          return encodeJpeg(size.widthPx, size.heightPx, readPhotoRows, control);
      }
    },
    close: () => photo?.close(),
  };
}
