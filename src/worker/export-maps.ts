/** Saves maps of one picture: the photo is decoded once for all kinds, and only when edges are followed. */
import { encodeMapPngs, type MapPicture, type MapPngOptions } from '../export/map-png.ts';
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
  /** Of what is encoded by one call, 0..1. */
  readonly onProgress: (fraction: number) => void;
}

/** Encodes maps of one picture. Close it. */
export interface MapExporter {
  /** In the order of `kinds`: what is drawn is drawn together. */
  encode(kinds: readonly MapFileKind[], control: ExportControl): Promise<readonly Blob[]>;
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

  function pictureOf(kind: 'colour-png' | 'grey16-png'): MapPicture {
    const { result } = item;
    if (kind === 'colour-png') return { kind: 'colour' };
    return result.kind === 'metric-depth' ? { kind: 'metric', result } : { kind: 'grey16' };
  }

  async function encodePngs(pictures: readonly MapPicture[], control: ExportControl): Promise<Blob[]> {
    if (pictures.length === 0) return [];
    const options = (current: Renderer): MapPngOptions => ({
      ...control,
      renderer: current,
      widthPx: item.result.sourceWidthPx,
      heightPx: item.result.sourceHeightPx,
      color: item.color,
      cropPhoto: photo === null ? null : (rect: SourceRect) => cropOnWhite(photo, rect, hasAlpha),
    });
    try {
      return await encodeMapPngs(options(renderer ?? openRenderer('auto')), pictures);
    } catch (error) {
      control.signal.throwIfAborted();
      if (renderer?.kind === 'canvas2d') throw error;
      // The driver refuses the shader, the context was lost, or a tile did not fit: the CPU takes longer and gives
      // the same picture.
      return encodeMapPngs(options(openRenderer('canvas2d')), pictures);
    }
  }

  return {
    async encode(kinds, control) {
      control.signal.throwIfAborted();
      const drawn = kinds.filter((kind) => kind !== 'raw-npy');
      const pngs = await encodePngs(drawn.map(pictureOf), control);
      return kinds.map((kind) => (kind === 'raw-npy' ? encodeArray(item) : pngs[drawn.indexOf(kind)]!));
    },
    close() {
      renderer?.dispose();
      photo?.close();
      proxy?.close();
    },
  };
}
