/** The one interface of drawing. `webgl2.ts` draws on the GPU; `canvas2d.ts` is the fallback and the reference that tests compare with. */
import type { ColormapId } from './colormaps.ts';

/** A scalar map at network resolution, row-major; larger is nearer (metric depth is passed as inverse depth 1/m). */
export interface ScalarMap {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly values: Float32Array;
}

/** What is drawn. The photo may be a proxy smaller than the source; both images always cover the same picture. */
export interface RenderSource {
  /** Upright. The renderer copies it to a texture and does not close it. null: only the map is known. */
  readonly photo: ImageBitmap | null;
  readonly sourceWidthPx: number;
  readonly sourceHeightPx: number;
  /** null: not computed yet, only the photo can be drawn. */
  readonly map: ScalarMap | null;
}

/** How values become colour: t = clamp((value - lo) / (hi - lo), 0, 1); inverted: 1 - t; then t ** (1 / gamma); then the colormap. */
export interface ColorSettings {
  readonly colormap: ColormapId;
  readonly invert: boolean;
  /** In the map's raw units, lo < hi; lo = hi draws 0. */
  readonly range: { readonly lo: number; readonly hi: number };
  /** 0.2 to 5; 1 changes nothing. */
  readonly gamma: number;
  /** Joint bilateral upsampling along the photo's edges. */
  readonly followEdges: boolean;
}

export type ViewMode = 'photo' | 'map' | 'side-by-side' | 'compare' | 'overlay';

/** Picture position: the point of the picture (0..1 in both axes) at the middle of its viewport, and device pixels per source pixel. */
export interface Camera {
  readonly centerX: number;
  readonly centerY: number;
  readonly scale: number;
}

export interface View {
  readonly mode: ViewMode;
  readonly camera: Camera;
  readonly color: ColorSettings;
  /** Compare: share of the width that shows the photo, from the left. */
  readonly comparePosition: number;
  /** Overlay: 0 = photo only, 1 = map only. Also used while a new map fades in. */
  readonly overlayOpacity: number;
  /** Drawing buffer size in device pixels. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Neutral surround, 0..1 grey. */
  readonly surround: number;
}

/** A rectangle in source pixels. */
export interface SourceRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Renderer {
  readonly kind: 'webgl2' | 'canvas2d';
  /** Uploads; replaces what was set before. */
  setSource(source: RenderSource): void;
  draw(view: View): void;
  /** The map of a source rectangle at source resolution, coloured: RGBA8, row-major, top row first. `photoTile` is the rectangle's photo at source resolution (guide for edges); null: the proxy is used. */
  readColorTile(
    rect: SourceRect,
    color: ColorSettings,
    photoTile: ImageBitmap | null,
  ): Uint8Array<ArrayBuffer>;
  /** Same, before the colormap: t as 16-bit grey, 0..65535. */
  readGreyTile(
    rect: SourceRect,
    color: ColorSettings,
    photoTile: ImageBitmap | null,
  ): Uint16Array<ArrayBuffer>;
  /** Largest side of a tile and of the photo proxy. */
  readonly maxTextureSizePx: number;
  dispose(): void;
}
