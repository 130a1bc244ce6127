/** Parsing maps as pictures: class ids with a palette, person ids, and chosen parts cut out of the photo. */
import type { LabelMap } from '../engine/parsing/selection.ts';
import { createPngEncoder, type PngEncoder } from './png-encoder.ts';

export interface ExportSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface ExportOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
}

/** Pixels per band: what is held beside the map. */
const BAND_PX = 1_000_000;

/** Where each target sample reads: the nearest source sample. Ids are never blended. */
function createNearest(sourceLength: number, targetLength: number): Int32Array {
  return Int32Array.from({ length: targetLength }, (_, i) =>
    Math.min(sourceLength - 1, Math.floor(((i + 0.5) * sourceLength) / targetLength)),
  );
}

/** Feeds an encoder band by band; aborts it when anything fails. */
async function writeBands(
  encoder: PngEncoder,
  { widthPx, heightPx }: ExportSize,
  { signal, onProgress }: ExportOptions,
  createBand: (y: number, rowCount: number) => Promise<Uint8Array | Uint16Array> | Uint8Array | Uint16Array,
): Promise<Blob> {
  const bandRows = Math.max(1, Math.floor(BAND_PX / widthPx));
  try {
    for (let y = 0; y < heightPx; y += bandRows) {
      signal.throwIfAborted();
      const rowCount = Math.min(bandRows, heightPx - y);
      await encoder.writeRows(await createBand(y, rowCount));
      onProgress?.((y + rowCount) / heightPx);
    }
    return await encoder.finish();
  } catch (error) {
    await encoder.abort();
    throw error;
  }
}

/** Rows y to y + rowCount - 1 of an id map stretched to the target's width (`columns`) and height (`rows`). */
function stretchRows<Ids extends Uint8Array | Uint16Array>(
  ids: Ids,
  sourceWidthPx: number,
  columns: Int32Array,
  rows: Int32Array,
  y: number,
  rowCount: number,
  band: Ids,
): Ids {
  for (let j = 0, to = 0; j < rowCount; j++) {
    const row = rows[y + j]! * sourceWidthPx;
    for (let x = 0; x < columns.length; x++) band[to++] = ids[row + columns[x]!]!;
  }
  return band;
}

/**
 * Pixel = class id, with the palette's colours (RGB8, at least one entry per class): one channel, 8 bit, at `size`
 * (the source picture's; nearest pixel where the map is smaller). Rejects with the signal's reason.
 */
export function encodeIndexedPng(
  map: LabelMap,
  paletteRgb: Uint8Array,
  size: ExportSize,
  options: ExportOptions,
): Promise<Blob> {
  const columns = createNearest(map.widthPx, size.widthPx);
  const rows = createNearest(map.heightPx, size.heightPx);
  const palette = new Uint8Array(paletteRgb.subarray(0, map.labels.length * 3));
  const encoder = createPngEncoder(size.widthPx, size.heightPx, 'indexed8', {
    paletteRgb: palette,
    filter: 'up',
  });
  return writeBands(encoder, size, options, (y, rowCount) =>
    stretchRows(
      map.labelsU8,
      map.widthPx,
      columns,
      rows,
      y,
      rowCount,
      new Uint8Array(rowCount * size.widthPx),
    ),
  );
}

/** Pixel = person id, 0 = nobody: grey, 8 bit up to 255 people, else 16. Black where nobody was found. */
export function encodeInstancePng(map: LabelMap, size: ExportSize, options: ExportOptions): Promise<Blob> {
  const columns = createNearest(map.widthPx, size.widthPx);
  const rows = createNearest(map.heightPx, size.heightPx);
  const isWide = map.people.length > 255;
  const ids = map.instancesU16 ?? new Uint16Array(map.labelsU8.length);
  const encoder = createPngEncoder(size.widthPx, size.heightPx, isWide ? 'grey16' : 'grey8', {
    filter: 'up',
  });
  return writeBands(encoder, size, options, (y, rowCount) => {
    const band = new Uint16Array(rowCount * size.widthPx);
    stretchRows(ids, map.widthPx, columns, rows, y, rowCount, band);
    return isWide ? band : Uint8Array.from(band);
  });
}

/** An opaque picture, RGB8, whose RGBA rows `readRows` gives. Rejects with the signal's reason. */
export function encodePhotoPng(
  size: ExportSize,
  readRows: (y: number, rowCount: number) => Promise<Uint8ClampedArray>,
  options: ExportOptions,
): Promise<Blob> {
  const encoder = createPngEncoder(size.widthPx, size.heightPx, 'rgb8');
  return writeBands(encoder, size, options, async (y, rowCount) => {
    const rgba = await readRows(y, rowCount);
    const rgb = new Uint8Array((rgba.length / 4) * 3);
    for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
      rgb[to] = rgba[from]!;
      rgb[to + 1] = rgba[from + 1]!;
      rgb[to + 2] = rgba[from + 2]!;
    }
    return rgb;
  });
}

/**
 * The photo where `maskU8` (map size, `createSelectionMask`) is 1, transparent elsewhere (and black there, so that what
 * was cut away is not in the file). `readRows` gives RGBA rows of the source picture; they are overwritten.
 */
export function encodeCutoutPng(
  maskU8: Uint8Array,
  mapSize: ExportSize,
  size: ExportSize,
  readRows: (
    y: number,
    rowCount: number,
  ) => Promise<Uint8Array | Uint8ClampedArray> | Uint8Array | Uint8ClampedArray,
  options: ExportOptions,
): Promise<Blob> {
  const columns = createNearest(mapSize.widthPx, size.widthPx);
  const rows = createNearest(mapSize.heightPx, size.heightPx);
  const encoder = createPngEncoder(size.widthPx, size.heightPx, 'rgba8');
  return writeBands(encoder, size, options, async (y, rowCount) => {
    const read = await readRows(y, rowCount);
    const rgba = new Uint8Array(read.buffer, read.byteOffset, read.length);
    for (let j = 0, at = 0; j < rowCount; j++) {
      const row = rows[y + j]! * mapSize.widthPx;
      for (let x = 0; x < size.widthPx; x++, at += 4) {
        if (maskU8[row + columns[x]!] === 0) rgba.fill(0, at, at + 4);
      }
    }
    return rgba;
  });
}
