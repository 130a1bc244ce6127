/** The renderer on the GPU. */
import { EngineError } from '../engine/errors.ts';
import { clampGamma } from './color-math.ts';
import { COLORMAP_SIZE, getColormapTable, type ColormapId } from './colormaps.ts';
import {
  createGpuProgram,
  createGpuTarget,
  createTexture,
  type GpuProgram,
  type GpuTarget,
} from './gpu-program.ts';
import { createLabelLayer, type LabelLayer } from './label-layer.ts';
import { readGuide } from './photo-pixels.ts';
import type {
  ColorSettings,
  RenderCanvas,
  Renderer,
  RendererOptions,
  RenderSource,
  ScalarMap,
  SourceRect,
  View,
} from './renderer.ts';
import { photoSampling } from './sampling.ts';
import { replaceNonFinite } from './scalar-map.ts';
import { CONTENT, OUTPUT } from './shaders.ts';
import { viewportsOf, type Viewport } from './viewports.ts';

const MAP_UNIT = 0;
const PHOTO_UNIT = 1;
const TABLE_UNIT = 2;
const LAYER_UNIT = 3;
const TILE_UNIT = 4;
const TARGET_UNIT = 5;

/** What lives on the GPU; a lost context takes all of it. */
interface GpuState extends GpuProgram {
  readonly mapTexture: WebGLTexture;
  readonly photoTexture: WebGLTexture;
  readonly tableTexture: WebGLTexture;
  readonly tileTarget: GpuTarget;
  /** Upsampled values of the viewport `layerKey`; null: none. */
  readonly layerTarget: GpuTarget;
  /** What the textures hold now. */
  uploadedMap: ScalarMap | null;
  uploadedGuide: ImageBitmap | null;
  uploadedPhoto: ImageBitmap | null;
  uploadedTable: ColormapId | null;
  valueSpan: { readonly min: number; readonly span: number };
  layerKey: string | null;
  /** Key of the last viewport with a map, drawn with or without layer. */
  lastKey: string | null;
}

/** Null where the browser gives no WebGL2 context. Throws INTERNAL when its driver refuses the shader. */
export function createWebgl2Renderer(canvas: RenderCanvas, options: RendererOptions = {}): Renderer | null {
  const context = canvas.getContext('webgl2', {
    alpha: false,
    antialias: false,
    depth: false,
    // Copies of the canvas (screenshots, automation) may be taken at any time, not only right after a draw.
    preserveDrawingBuffer: true,
  });
  if (context === null) return null;
  const gl = context;
  const maxTextureSizePx = Number(gl.getParameter(gl.MAX_TEXTURE_SIZE));
  let source: RenderSource | null = null;
  let lastView: View | null = null;
  let gpu: GpuState | null = createGpuState(gl);
  let labelLayer: LabelLayer | null = null;

  const onLost = (event: Event) => {
    // Without this the browser never restores it.
    event.preventDefault();
    gpu = null;
    labelLayer = null;
    options.onContextChange?.('lost');
  };
  const onRestored = () => {
    gpu = createGpuState(gl);
    if (lastView !== null) draw(lastView);
    options.onContextChange?.('restored');
  };
  canvas.addEventListener('webglcontextlost', onLost);
  canvas.addEventListener('webglcontextrestored', onRestored);

  function uploadPhoto(state: GpuState, photo: ImageBitmap): void {
    if (state.uploadedPhoto === photo) return;
    gl.activeTexture(gl.TEXTURE0 + PHOTO_UNIT);
    gl.bindTexture(gl.TEXTURE_2D, state.photoTexture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, fitPhoto(photo, maxTextureSizePx));
    gl.generateMipmap(gl.TEXTURE_2D);
    state.uploadedPhoto = photo;
    state.layerKey = null;
    state.lastKey = null;
  }

  function uploadMap(state: GpuState, map: ScalarMap, guidePhoto: ImageBitmap | null): void {
    if (state.uploadedMap === map && state.uploadedGuide === guidePhoto) return;
    const guide = guidePhoto === null ? null : readGuide(guidePhoto, map.widthPx, map.heightPx);
    const values = replaceNonFinite(map.values);
    const texels = packMap(values, guide);
    uploadTexels(state, map, texels);
    state.valueSpan = measureSpan(values);
    if (guide !== null) {
      // Through the CPU and back once per map: float targets are an extension, and every later tap stays one fetch.
      alignMap(state, map, texels);
      uploadTexels(state, map, texels);
    }
    state.uploadedMap = map;
    state.uploadedGuide = guidePhoto;
    state.layerKey = null;
    state.lastKey = null;
  }

  function uploadTexels(state: GpuState, { widthPx, heightPx }: ScalarMap, texels: Float32Array): void {
    gl.activeTexture(gl.TEXTURE0 + MAP_UNIT);
    gl.bindTexture(gl.TEXTURE_2D, state.mapTexture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, widthPx, heightPx, 0, gl.RGBA, gl.FLOAT, texels);
  }

  /** Replaces the values in `texels` by those of `edge-alignment.ts`, computed from the uploaded map. */
  function alignMap(state: GpuState, { widthPx, heightPx }: ScalarMap, texels: Float32Array): void {
    const { min, span } = state.valueSpan;
    gl.useProgram(state.program);
    gl.uniform1i(state.at.uMap, MAP_UNIT);
    gl.uniform2f(state.at.uValueSpan, min, span);
    gl.uniform1i(state.at.uOutput, OUTPUT.alignedMap);
    state.tileTarget.begin(widthPx, heightPx);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    const packed = new Uint8Array(widthPx * heightPx * 4);
    gl.readPixels(0, 0, widthPx, heightPx, gl.RGBA, gl.UNSIGNED_BYTE, packed);
    for (let i = 0; i < packed.length; i += 4) {
      const whole = (packed[i] ?? 0) * 65536 + (packed[i + 1] ?? 0) * 256 + (packed[i + 2] ?? 0);
      texels[i + 3] = min + (whole / 16777215) * span;
    }
  }

  function uploadTable(state: GpuState, colormap: ColormapId): void {
    if (state.uploadedTable === colormap) return;
    gl.activeTexture(gl.TEXTURE0 + TABLE_UNIT);
    gl.bindTexture(gl.TEXTURE_2D, state.tableTexture);
    const table = getColormapTable(colormap);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB8, COLORMAP_SIZE, 1, 0, gl.RGB, gl.UNSIGNED_BYTE, table);
    state.uploadedTable = colormap;
  }

  /** Uploads what the settings need and sets the uniforms that views and tiles share. */
  function prepare(state: GpuState, current: RenderSource, color: ColorSettings): void {
    const { map, photo } = current;
    if (photo !== null) uploadPhoto(state, photo);
    if (map !== null) uploadMap(state, map, color.followEdges ? photo : null);
    uploadTable(state, color.colormap);
    gl.useProgram(state.program);
    gl.uniform1i(state.at.uMap, MAP_UNIT);
    gl.uniform1i(state.at.uPhoto, PHOTO_UNIT);
    gl.uniform1i(state.at.uTable, TABLE_UNIT);
    gl.uniform1i(state.at.uHasMap, map === null ? 0 : 1);
    gl.uniform1i(state.at.uHasPhoto, photo === null ? 0 : 1);
    gl.uniform1i(state.at.uFollowEdges, color.followEdges ? 1 : 0);
    gl.uniform1i(state.at.uPhotoIsTile, 0);
    // The layer is read by nobody while it is drawn: a texture must not be both.
    gl.uniform1i(state.at.uLayer, MAP_UNIT);
    gl.uniform1i(state.at.uHasLayer, 0);
    gl.uniform2f(state.at.uValueSpan, state.valueSpan.min, state.valueSpan.span);
    gl.uniform2f(state.at.uSourceSize, current.sourceWidthPx, current.sourceHeightPx);
    gl.uniform2f(state.at.uRange, color.range.lo, color.range.hi);
    gl.uniform1i(state.at.uInvert, color.invert ? 1 : 0);
    gl.uniform1f(state.at.uInverseGamma, 1 / clampGamma(color.gamma));
  }

  function draw(view: View): void {
    lastView = view;
    const state = gpu;
    if (state === null || source === null || gl.isContextLost()) return;
    if (canvas.width !== view.widthPx) canvas.width = view.widthPx;
    if (canvas.height !== view.heightPx) canvas.height = view.heightPx;
    prepare(state, source, view.color);
    const { scale, isCrisp } = photoSampling(source, view.camera);
    gl.activeTexture(gl.TEXTURE0 + PHOTO_UNIT);
    gl.bindTexture(gl.TEXTURE_2D, state.photoTexture);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, isCrisp ? gl.NEAREST : gl.LINEAR);
    gl.uniform2f(
      state.at.uCenter,
      view.camera.centerX * source.sourceWidthPx,
      view.camera.centerY * source.sourceHeightPx,
    );
    gl.uniform1f(state.at.uSourcePerDevice, 1 / view.camera.scale);
    // Half a level sharper than the textbook: trilinear filtering alone looks soft.
    gl.uniform1f(state.at.uPhotoLod, Math.log2(1 / scale) - 0.5);
    gl.uniform1f(state.at.uSplitX, view.comparePosition * view.widthPx);
    gl.uniform1f(state.at.uOpacity, view.overlayOpacity);
    gl.uniform1f(state.at.uSurround, view.surround);
    for (const viewport of viewportsOf(view.mode, view.widthPx, view.heightPx)) {
      const isMapSeen = source.map !== null && viewport.content !== 'photo' && view.overlayOpacity > 0;
      if (isMapSeen && source.photo !== null && view.color.followEdges) prepareLayer(state, view, viewport);
      const { x, y, width, height } = viewport;
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      gl.viewport(x, view.heightPx - y - height, width, height);
      gl.uniform1i(state.at.uOutput, OUTPUT.view);
      gl.uniform1f(state.at.uCanvasHeight, view.heightPx);
      gl.uniform2f(state.at.uViewportOrigin, x, y);
      gl.uniform2f(state.at.uViewportSize, width, height);
      gl.uniform1i(state.at.uContent, CONTENT[viewport.content]);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
    }
    if (source.labels || source.blur) drawLabels(source, view);
  }

  /** After all maps: it has a program of its own. */
  function drawLabels(current: RenderSource, view: View): void {
    labelLayer ??= createLabelLayer(gl);
    for (const viewport of viewportsOf(view.mode, view.widthPx, view.heightPx)) {
      const { x, y, width, height } = viewport;
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      gl.viewport(x, view.heightPx - y - height, width, height);
      labelLayer.draw(current, view, viewport);
    }
  }

  /**
   * Following edges costs most of a draw, and only the camera changes its outcome. The second draw with one camera
   * keeps the values, so that sliders, colours and fades are cheap; the first does not, because a moving camera would pay twice.
   */
  function prepareLayer(state: GpuState, view: View, { width, height }: Viewport): void {
    const { centerX, centerY, scale } = view.camera;
    const key = [centerX, centerY, scale, width, height].join();
    const isRepeated = state.lastKey === key;
    state.lastKey = key;
    if (!isRepeated) {
      state.layerKey = null;
      return;
    }
    if (state.layerKey === null) {
      state.layerTarget.begin(width, height);
      gl.uniform1i(state.at.uOutput, OUTPUT.valueLayer);
      gl.uniform1f(state.at.uCanvasHeight, height);
      gl.uniform2f(state.at.uViewportOrigin, 0, 0);
      gl.uniform2f(state.at.uViewportSize, width, height);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
      state.layerKey = key;
    }
    gl.uniform1i(state.at.uLayer, LAYER_UNIT);
    gl.uniform1i(state.at.uHasLayer, 1);
  }

  /** Draws a tile off screen and reads it back: RGBA8, top row first. */
  function readTile(
    rect: SourceRect,
    color: ColorSettings,
    photoTile: ImageBitmap | null,
    output: number,
  ): Uint8Array<ArrayBuffer> {
    const state = gpu;
    if (state === null || gl.isContextLost()) throw new EngineError('INTERNAL', 'WebGL context lost');
    if (source === null || source.map === null) throw new EngineError('INTERNAL', 'No map to read tiles of');
    prepare(state, source, color);
    let tile: WebGLTexture | null = null;
    if (photoTile !== null && color.followEdges) {
      tile = createTexture(gl, TILE_UNIT, gl.NEAREST);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, photoTile);
      gl.uniform1i(state.at.uPhoto, TILE_UNIT);
      gl.uniform1i(state.at.uPhotoIsTile, 1);
    }
    state.tileTarget.begin(rect.width, rect.height);
    gl.uniform1i(state.at.uOutput, output);
    gl.uniform2f(state.at.uTileOrigin, rect.x, rect.y);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    const pixels = new Uint8Array(rect.width * rect.height * 4);
    gl.readPixels(0, 0, rect.width, rect.height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.deleteTexture(tile);
    if (gl.isContextLost()) throw new EngineError('INTERNAL', 'WebGL context lost');
    return pixels;
  }

  return {
    kind: 'webgl2',
    maxTextureSizePx,
    setSource(next) {
      source = next;
      if (gpu !== null) gpu.lastKey = null;
    },
    draw,
    readColorTile: (rect, color, photoTile) => readTile(rect, color, photoTile, OUTPUT.colorTile),
    readGreyTile(rect, color, photoTile) {
      const packed = readTile(rect, color, photoTile, OUTPUT.greyTile);
      const grey = new Uint16Array(rect.width * rect.height);
      for (let i = 0; i < grey.length; i++) grey[i] = ((packed[i * 4] ?? 0) << 8) | (packed[i * 4 + 1] ?? 0);
      return grey;
    },
    dispose() {
      canvas.removeEventListener('webglcontextlost', onLost);
      canvas.removeEventListener('webglcontextrestored', onRestored);
      if (gpu !== null) deleteGpuState(gl, gpu);
      labelLayer?.dispose();
      labelLayer = null;
      gpu = null;
      source = null;
      lastView = null;
      // The context itself stays: a canvas has only one, and may get a new renderer.
    },
  };
}

function createGpuState(gl: WebGL2RenderingContext): GpuState {
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.disable(gl.DITHER);
  return {
    ...createGpuProgram(gl),
    mapTexture: createTexture(gl, MAP_UNIT, gl.NEAREST),
    photoTexture: createTexture(gl, PHOTO_UNIT, gl.LINEAR_MIPMAP_LINEAR),
    tableTexture: createTexture(gl, TABLE_UNIT, gl.NEAREST),
    tileTarget: createGpuTarget(gl, TARGET_UNIT),
    layerTarget: createGpuTarget(gl, LAYER_UNIT),
    uploadedMap: null,
    uploadedGuide: null,
    uploadedPhoto: null,
    uploadedTable: null,
    valueSpan: { min: 0, span: 0 },
    layerKey: null,
    lastKey: null,
  };
}

function deleteGpuState(gl: WebGL2RenderingContext, state: GpuState): void {
  for (const texture of [state.mapTexture, state.photoTexture, state.tableTexture]) gl.deleteTexture(texture);
  for (const target of [state.tileTarget, state.layerTarget]) {
    gl.deleteTexture(target.texture);
    gl.deleteFramebuffer(target.framebuffer);
  }
  gl.deleteProgram(state.program);
}

/** Guide colours and value of each map pixel in one texel: one fetch per tap. */
function packMap(values: Float32Array, guide: ArrayLike<number> | null): Float32Array {
  const packed = new Float32Array(values.length * 4);
  for (let i = 0; i < packed.length; i += 4) {
    if (guide !== null) {
      packed[i] = (guide[i] ?? 0) / 255;
      packed[i + 1] = (guide[i + 1] ?? 0) / 255;
      packed[i + 2] = (guide[i + 2] ?? 0) / 255;
    }
    packed[i + 3] = values[i >> 2] ?? 0;
  }
  return packed;
}

function measureSpan(values: Float32Array): { readonly min: number; readonly span: number } {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, span: max - min };
}

/** The photo, or a copy that the GPU can hold. */
function fitPhoto(photo: ImageBitmap, maxSidePx: number): ImageBitmap | OffscreenCanvas {
  const shrink = Math.max(photo.width, photo.height) / maxSidePx;
  if (shrink <= 1) return photo;
  const copy = new OffscreenCanvas(
    Math.max(1, Math.floor(photo.width / shrink)),
    Math.max(1, Math.floor(photo.height / shrink)),
  );
  const context = copy.getContext('2d', { alpha: false });
  if (context === null) throw new EngineError('INTERNAL', 'No 2D context to shrink the photo');
  context.imageSmoothingQuality = 'high';
  context.drawImage(photo, 0, 0, copy.width, copy.height);
  return copy;
}
