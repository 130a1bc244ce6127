/** Maps at source size as PNG: rendered and encoded band by band. */
import type { MetricDepthResult } from '../engine/api.ts';
import type { ColorSettings, Renderer, SourceRect } from '../render/renderer.ts';
import { chooseMetricUnit, createMetricReader, describeMetricUnit } from './metric-grey.ts';
import { createPngEncoder, type PngEncoder } from './png-encoder.ts';

/** Pixels per band: 8 MB of RGBA. */
const BAND_PX = 2_000_000;
/** Some GPUs are given up by the browser when one draw takes seconds: tiles are smaller than they may be. */
const MAX_TILE_SIDE_PX = 4096;

export interface MapPngOptions {
  /** Its source is set. */
  readonly renderer: Renderer;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly color: ColorSettings;
  /** The photo's pixels of a rectangle, for following edges; null: the renderer's proxy guides. The bitmap is closed here. */
  readonly cropPhoto: ((rect: SourceRect) => Promise<ImageBitmap>) | null;
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number) => void;
}

/** `metric`: depth in steps of a unit: mm, cm, dm or m (`chooseMetricUnit`), named in the file's text; range, invert and gamma of the view do not count. */
export type MapPicture =
  | { readonly kind: 'colour' }
  /** The map before the colormap (range, invert and gamma applied). */
  | { readonly kind: 'grey16' }
  | { readonly kind: 'metric'; readonly result: Pick<MetricDepthResult, 'depthM'> };

type Samples = Uint8Array | Uint16Array;

/** One file that is being written. */
interface Sink {
  readonly encoder: PngEncoder;
  readonly channels: number;
  create(length: number): Samples;
  read(rect: SourceRect, photoTile: ImageBitmap | null): Samples;
}

function listTiles(widthPx: number, y: number, height: number, maxSidePx: number): SourceRect[] {
  const side = Math.min(maxSidePx, MAX_TILE_SIDE_PX);
  return Array.from({ length: Math.ceil(widthPx / side) }, (_, i) => ({
    x: i * side,
    y,
    width: Math.min(side, widthPx - i * side),
    height,
  }));
}

function dropAlpha(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from]!;
    rgb[to + 1] = rgba[from + 1]!;
    rgb[to + 2] = rgba[from + 2]!;
  }
  return rgb;
}

/** Lets queued messages (cancel) in. */
function yieldMacrotask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function openSink(picture: MapPicture, { renderer, widthPx, heightPx, color }: MapPngOptions): Sink {
  if (picture.kind === 'colour') {
    return {
      encoder: createPngEncoder(widthPx, heightPx, 'rgb8', { filter: 'none' }),
      channels: 3,
      create: (length) => new Uint8Array(length),
      read: (rect, photoTile) => dropAlpha(renderer.readColorTile(rect, color, photoTile)),
    };
  }
  const openGrey = (read: Sink['read'], text?: Readonly<Record<string, string>>): Sink => ({
    encoder: createPngEncoder(widthPx, heightPx, 'grey16', { text, filter: 'up' }),
    channels: 1,
    create: (length) => new Uint16Array(length),
    read,
  });
  if (picture.kind === 'grey16') {
    return openGrey((rect, photoTile) => renderer.readGreyTile(rect, color, photoTile));
  }
  const unit = chooseMetricUnit(picture.result.depthM);
  const reader = createMetricReader(picture.result, unit);
  return openGrey(
    (rect, photoTile) =>
      reader.toSteps((range) => renderer.readGreyTile(rect, range, photoTile), color.followEdges),
    describeMetricUnit(unit),
  );
}

/** Puts the rows of a tile where they belong in a band of whole rows. */
function placeTile(samples: Samples, tile: SourceRect, widthPx: number, channels: number, band: Samples) {
  const rowLength = tile.width * channels;
  for (let row = 0; row < tile.height; row++) {
    const from = samples.subarray(row * rowLength, (row + 1) * rowLength);
    band.set(from, (row * widthPx + tile.x) * channels);
  }
}

/**
 * Files of one map, in the order of `pictures`: all of them band by band, so that a photo's tile is cut out once, and
 * a renderer that keeps what it read last reads it once. An abort rejects with `signal.reason`. Throws INTERNAL when the
 * WebGL context is lost.
 */
export async function encodeMapPngs(
  options: MapPngOptions,
  pictures: readonly MapPicture[],
): Promise<Blob[]> {
  const { renderer, widthPx, heightPx, cropPhoto, signal, onProgress } = options;
  signal.throwIfAborted();
  const bandHeight = Math.max(1, Math.min(renderer.maxTextureSizePx, 1024, Math.floor(BAND_PX / widthPx)));
  const sinks = pictures.map((picture) => openSink(picture, options));
  try {
    for (let y = 0; y < heightPx; y += bandHeight) {
      const height = Math.min(bandHeight, heightPx - y);
      const tiles = listTiles(widthPx, y, height, renderer.maxTextureSizePx);
      // One tile is a band already.
      const bands = sinks.map((sink) =>
        sink.create(tiles.length === 1 ? 0 : widthPx * height * sink.channels),
      );
      for (const tile of tiles) {
        const photoTile = cropPhoto === null ? null : await cropPhoto(tile);
        try {
          for (const [index, sink] of sinks.entries()) {
            const samples = sink.read(tile, photoTile);
            if (tiles.length === 1) bands[index] = samples;
            else placeTile(samples, tile, widthPx, sink.channels, bands[index]!);
          }
        } finally {
          photoTile?.close();
        }
      }
      for (const [index, sink] of sinks.entries()) await sink.encoder.writeRows(bands[index]!);
      onProgress((y + height) / heightPx);
      await yieldMacrotask();
      signal.throwIfAborted();
    }
    const files: Blob[] = [];
    for (const { encoder } of sinks) files.push(await encoder.finish());
    return files;
  } catch (error) {
    await Promise.all(sinks.map(({ encoder }) => encoder.abort()));
    throw error;
  }
}
