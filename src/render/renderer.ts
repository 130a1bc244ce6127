/** The one interface of drawing. `webgl2.ts` draws on the GPU; `canvas2d.ts` is the fallback and the reference that tests compare with. */
import type { ColormapId } from './colormaps.ts';
import type { Steps } from './steps.ts';

/** A scalar map at network resolution, row-major; larger is nearer (metric depth is passed as inverse depth 1/m). */
export interface ScalarMap {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly values: Float32Array;
}

/** Class ids, and person ids where people are known, at map size, row-major. */
export interface LabelSource {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly labelsU8: Uint8Array;
  /** 0: nobody. */
  readonly instancesU16: Uint16Array | null;
}

/** How classes are drawn over the photo. Another look uploads some bytes; the arrays are compared by identity. */
export interface LabelLook {
  /** Lines between classes and people instead of areas. */
  readonly isOutline: boolean;
  /** Width of outlines in device pixels. */
  readonly lineWidthPx: number;
  /** RGBA8 by class id, 256 entries; alpha 0 hides a class. */
  readonly paletteRgba: Uint8Array;
  /** 1 by person id that is shown, index 0 = nobody. */
  readonly peopleOn: Uint8Array;
}

/** Where the photo is made unrecognisable, and into how few cells (`face-blur.ts`). */
export interface BlurSource {
  /** 255: blurred in full. */
  readonly mask: { readonly widthPx: number; readonly heightPx: number; readonly alphaU8: Uint8Array };
  readonly baseWidthPx: number;
  readonly baseHeightPx: number;
}

/** What is drawn. The photo may be a proxy smaller than the source; both images always cover the same picture. */
export interface RenderSource {
  /** Upright and opaque. The renderer does not close it; it stays open until the next `setSource` or `dispose`, because a lost context uploads it again. null: only the map is known. */
  readonly photo: ImageBitmap | null;
  readonly sourceWidthPx: number;
  readonly sourceHeightPx: number;
  /** null: not computed yet, only the photo can be drawn. */
  readonly map: ScalarMap | null;
  /** Drawn over the photo where a map would be, with `View.labels`; together with `map: null`. */
  readonly labels?: LabelSource | null;
  /** Drawn over the photo, under the labels, where a map would be, or everywhere (`View.isPhotoBlurred`). Needs the photo. */
  readonly blur?: BlurSource | null;
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

/** `side-by-side`: see `viewports.ts` for where the two images lie. Without a map the photo is drawn; without a photo its place is left to the surround. */
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
  /** Opacity of the map over the photo wherever the map is drawn: 0 = photo only, 1 = map only. The slider of `overlay`; 1 in the other modes, but for a new map that fades in. */
  readonly overlayOpacity: number;
  /** null or absent: the labels of the source are not drawn. */
  readonly labels?: LabelLook | null;
  /** The blur of the source covers the photo wherever it is seen, not only where a map would be: nothing to compare with is left. */
  readonly isPhotoBlurred?: boolean;
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

/** What a renderer needs of a canvas: HTMLCanvasElement and OffscreenCanvas have it, and the type exists in both of their libs. */
export interface RenderCanvas extends EventTarget {
  width: number;
  height: number;
  getContext(kind: 'webgl2', attributes?: WebGLContextAttributes): WebGL2RenderingContext | null;
  getContext(kind: '2d', attributes?: { alpha?: boolean }): PixelContext | null;
}

/** The one thing the 2D renderer does with its canvas. */
interface PixelContext {
  putImageData(pixels: ImageData, x: number, y: number): void;
}

/** `auto`: WebGL2 where a GPU draws it, else the 2D canvas. `webgl2`: even where the processor plays the GPU. */
export type RendererChoice = 'auto' | 'webgl2' | 'canvas2d';

export interface RendererOptions {
  /** Default: `auto`. */
  readonly prefer?: RendererChoice;
  /** WebGL2 only. Until `restored` nothing is drawn; then the last source and view have been drawn again. */
  readonly onContextChange?: (state: 'lost' | 'restored') => void;
}

/** Everything throws EngineError INTERNAL when the WebGL context is lost, except `draw` and `setSource`, which take effect when it is restored. */
export interface Renderer {
  readonly kind: 'webgl2' | 'canvas2d';
  /** Uploads; replaces what was set before. Photo and map that are the same objects as before are not uploaded again. */
  setSource(source: RenderSource): void;
  /**
   * What takes long in drawing this view, so that it can be left off for something newer: a draw does what is left of it
   * in one go. Good until the next `setSource`. Absent where drawing does not take long, or the GPU does it.
   */
  prepare?(view: View): Steps<void>;
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
