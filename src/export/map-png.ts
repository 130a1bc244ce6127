/** The map at source size as a PNG, as it is viewed: rendered and encoded band by band. */
import type { MetricDepthResult } from '../engine/api.ts';
import type { ColorSettings, Renderer, SourceRect } from '../render/renderer.ts';
import { chooseMetricUnit, createMetricReader, describeMetricUnit } from './metric-grey.ts';
import { createPngEncoder } from './png-encoder.ts';

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

interface Band<Samples> {
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
    rgb[to] = rgba[from] ?? 0;
    rgb[to + 1] = rgba[from + 1] ?? 0;
    rgb[to + 2] = rgba[from + 2] ?? 0;
  }
  return rgb;
}

/** Lets queued messages (cancel) in. */
function yieldMacrotask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

async function encode<Samples extends Uint8Array | Uint16Array>(
  options: MapPngOptions,
  pngColor: 'rgb8' | 'grey16',
  { channels, create, read }: Band<Samples>,
  text: Readonly<Record<string, string>> = {},
): Promise<Blob> {
  const { renderer, widthPx, heightPx, cropPhoto, signal, onProgress } = options;
  signal.throwIfAborted();
  const bandHeight = Math.max(1, Math.min(renderer.maxTextureSizePx, 1024, Math.floor(BAND_PX / widthPx)));
  const encoder = createPngEncoder(widthPx, heightPx, pngColor, { text });
  try {
    for (let y = 0; y < heightPx; y += bandHeight) {
      const height = Math.min(bandHeight, heightPx - y);
      const band = create(widthPx * height * channels);
      for (const tile of listTiles(widthPx, y, height, renderer.maxTextureSizePx)) {
        const photoTile = cropPhoto === null ? null : await cropPhoto(tile);
        try {
          const samples = read(tile, photoTile);
          const rowLength = tile.width * channels;
          for (let row = 0; row < height; row++) {
            band.set(
              samples.subarray(row * rowLength, (row + 1) * rowLength),
              (row * widthPx + tile.x) * channels,
            );
          }
        } finally {
          photoTile?.close();
        }
      }
      await encoder.writeRows(band);
      onProgress((y + height) / heightPx);
      await yieldMacrotask();
      signal.throwIfAborted();
    }
    return await encoder.finish();
  } catch (error) {
    await encoder.abort();
    throw error;
  }
}

/** The coloured map, RGB8. An abort rejects with `signal.reason`. Throws INTERNAL when the WebGL context is lost. */
export function encodeColorPng(options: MapPngOptions): Promise<Blob> {
  return encode<Uint8Array>(options, 'rgb8', {
    channels: 3,
    create: (length) => new Uint8Array(length),
    read: (rect, photoTile) => dropAlpha(options.renderer.readColorTile(rect, options.color, photoTile)),
  });
}

/** The map before the colormap (range, invert and gamma applied), 16-bit grey. Rejects as {@link encodeColorPng}. */
export function encodeGrey16Png(options: MapPngOptions): Promise<Blob> {
  return encode<Uint16Array>(options, 'grey16', {
    channels: 1,
    create: (length) => new Uint16Array(length),
    read: (rect, photoTile) => options.renderer.readGreyTile(rect, options.color, photoTile),
  });
}

/**
 * Metric depth in steps of a unit, 16-bit grey: mm, cm, dm or m (`chooseMetricUnit`), named in the file's text.
 * Range, invert and gamma of the view do not count. Rejects as {@link encodeColorPng}.
 */
export function encodeMetricPng(
  options: MapPngOptions,
  result: Pick<MetricDepthResult, 'depthM'>,
): Promise<Blob> {
  const { renderer, color } = options;
  const unit = chooseMetricUnit(result.depthM);
  const reader = createMetricReader(result, unit);
  return encode<Uint16Array>(
    options,
    'grey16',
    {
      channels: 1,
      create: (length) => new Uint16Array(length),
      read: (rect, photoTile) =>
        reader.toSteps((range) => renderer.readGreyTile(rect, range, photoTile), color.followEdges),
    },
    describeMetricUnit(unit),
  );
}
