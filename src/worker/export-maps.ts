/** Saves maps of one picture: the photo is decoded once for all kinds, and only when edges are followed. */
import { encodeColorPng, encodeGrey16Png, encodeMetricPng, type MapPngOptions } from '../export/map-png.ts';
import { encodeNpy } from '../export/npy.ts';
import { createRenderer } from '../render/create-renderer.ts';
import type { Renderer, SourceRect } from '../render/renderer.ts';
import { toScalarMap } from '../render/scalar-map.ts';
import type { MapExport, MapFileKind } from './picture-api.ts';
import { cropOnWhite, decodeBitmap, readHeader, shrinkOnWhite } from './picture-decode.ts';

/** The guide of edges has the map's size; a proxy of this size is averaged down to it. */
const GUIDE_PROXY_SIDE_PX = 2048;

export interface ExportControl {
  readonly signal: AbortSignal;
  /** Of one kind, 0..1. */
  readonly onProgress: (fraction: number) => void;
}

/** Encodes maps of one picture. Close it. */
export interface MapExporter {
  encode(kind: MapFileKind, control: ExportControl): Promise<Blob>;
  close(): void;
}

function encodeArray({ result }: MapExport): Blob {
  const values = result.kind === 'disparity' ? result.disparity : result.depthM;
  return encodeNpy(values, [result.heightPx, result.widthPx]);
}

/** Opens a picture for export. `kinds` says whether the photo will be needed. Throws IMAGE_*; an abort rejects with `signal.reason`. */
export async function openMapExporter(
  item: MapExport,
  kinds: readonly MapFileKind[],
  signal: AbortSignal,
): Promise<MapExporter> {
  const needsPhoto = item.color.followEdges && kinds.some((kind) => kind !== 'raw-npy');
  const header = needsPhoto ? await readHeader(item.source) : null;
  const photo = header === null ? null : await decodeBitmap(item.source, header, null, signal);
  const hasAlpha = header?.hasAlpha ?? false;
  let proxy: ImageBitmap | null = null;
  try {
    if (photo !== null) proxy = shrinkOnWhite(photo, GUIDE_PROXY_SIDE_PX).transferToImageBitmap();
  } catch (error) {
    photo?.close();
    throw error;
  }
  let renderer: Renderer | null = null;

  function openRenderer(kind: 'auto' | 'canvas2d'): Renderer {
    renderer?.dispose();
    renderer = createRenderer(new OffscreenCanvas(1, 1), { prefer: kind });
    const { sourceWidthPx, sourceHeightPx } = item.result;
    renderer.setSource({ photo: proxy, sourceWidthPx, sourceHeightPx, map: toScalarMap(item.result) });
    return renderer;
  }

  async function encodePng(kind: 'colour-png' | 'grey16-png', control: ExportControl): Promise<Blob> {
    const { result } = item;
    const encode = (mapOptions: MapPngOptions): Promise<Blob> => {
      if (kind === 'colour-png') return encodeColorPng(mapOptions);
      return result.kind === 'metric-depth'
        ? encodeMetricPng(mapOptions, result)
        : encodeGrey16Png(mapOptions);
    };
    const options = (current: Renderer): MapPngOptions => ({
      ...control,
      renderer: current,
      widthPx: item.result.sourceWidthPx,
      heightPx: item.result.sourceHeightPx,
      color: item.color,
      cropPhoto: photo === null ? null : (rect: SourceRect) => cropOnWhite(photo, rect, hasAlpha),
    });
    try {
      return await encode(options(renderer ?? openRenderer('auto')));
    } catch (error) {
      control.signal.throwIfAborted();
      if (renderer?.kind === 'canvas2d') throw error;
      // The driver refuses the shader, the context was lost, or a tile did not fit: the CPU takes longer and gives
      // the same picture.
      return encode(options(openRenderer('canvas2d')));
    }
  }

  return {
    async encode(kind, control) {
      control.signal.throwIfAborted();
      return kind === 'raw-npy' ? encodeArray(item) : encodePng(kind, control);
    },
    close() {
      renderer?.dispose();
      photo?.close();
      proxy?.close();
    },
  };
}
