/** The first pass on the GPU: photo and coloured map, into the viewports of a view or into a tile. */
import { clampGamma } from './color-math.ts';
import { COLORMAP_SIZE, getColormapTable, type ColormapId } from './colormaps.ts';
import { bindTexture, createGpuProgram, createGpuTarget, createTexture } from './gpu-program.ts';
import { createMapTexture } from './map-texture.ts';
import { createPhotoTexture } from './photo-texture.ts';
import { createPhotoUpload } from './photo-upload.ts';
import type { ColorSettings, RenderSource, SourceRect, View } from './renderer.ts';
import { photoSampling } from './sampling.ts';
import { CONTENT, MAP_SHADER, MAP_UNIFORMS, OUTPUT } from './shaders.ts';
import { UNIT } from './texture-units.ts';
import { createValueLayer } from './value-layer.ts';
import { viewportsOf, type Viewport } from './viewports.ts';

export interface MapPass {
  /** Draws all viewports of the view on the canvas. */
  draw(source: RenderSource, view: View): void;
  /** Draws a tile off screen and reads it back: RGBA8, top row first. */
  readTile(
    source: RenderSource,
    rect: SourceRect,
    color: ColorSettings,
    photoTile: ImageBitmap | null,
    output: typeof OUTPUT.colorTile | typeof OUTPUT.greyTile,
  ): Uint8Array<ArrayBuffer>;
  /** Another source: values that were kept for repeated draws are of the one before. */
  forgetValues(): void;
  dispose(): void;
}

/** Program and textures of one context; a lost one takes all of it. Throws INTERNAL when the driver refuses the shader. */
export function createMapPass(gl: WebGL2RenderingContext, maxTextureSizePx: number): MapPass {
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.disable(gl.DITHER);
  const gpu = createGpuProgram(gl, { name: 'map', fragment: MAP_SHADER, uniforms: MAP_UNIFORMS });
  const { program, at } = gpu;
  const tileTarget = createGpuTarget(gl, UNIT.target);
  const layerTarget = createGpuTarget(gl, UNIT.layer);
  const mapTexture = createMapTexture(gl, gpu, tileTarget);
  const uploadPicture = createPhotoUpload(gl);
  const photoTexture = createPhotoTexture(gl, maxTextureSizePx, uploadPicture);
  const tableTexture = createTexture(gl, UNIT.table, gl.NEAREST);
  const layer = createValueLayer();
  let uploadedTable: ColormapId | null = null;

  function uploadTable(colormap: ColormapId): void {
    if (uploadedTable === colormap) return;
    bindTexture(gl, UNIT.table, tableTexture);
    const table = getColormapTable(colormap);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB8, COLORMAP_SIZE, 1, 0, gl.RGB, gl.UNSIGNED_BYTE, table);
    uploadedTable = colormap;
  }

  /** Uploads what the settings need and sets the uniforms that views and tiles share. */
  function prepare(source: RenderSource, color: ColorSettings): void {
    const { map, photo } = source;
    if (photo !== null && photoTexture.upload(photo)) layer.forget();
    if (map !== null && mapTexture.upload(map, color.followEdges ? photo : null)) layer.forget();
    uploadTable(color.colormap);
    const { min, span } = mapTexture.valueSpan;
    gl.useProgram(program);
    gl.uniform1i(at.uMap, UNIT.map);
    gl.uniform1i(at.uPhoto, UNIT.photo);
    gl.uniform1i(at.uTable, UNIT.table);
    gl.uniform1i(at.uHasMap, map === null ? 0 : 1);
    gl.uniform1i(at.uHasPhoto, photo === null ? 0 : 1);
    gl.uniform1i(at.uFollowEdges, color.followEdges ? 1 : 0);
    gl.uniform1i(at.uPhotoIsTile, 0);
    // The layer is read by nobody while it is drawn: a texture must not be both.
    gl.uniform1i(at.uLayer, UNIT.map);
    gl.uniform1i(at.uHasLayer, 0);
    gl.uniform2f(at.uValueSpan, min, span);
    gl.uniform2f(at.uSourceSize, source.sourceWidthPx, source.sourceHeightPx);
    gl.uniform2f(at.uRange, color.range.lo, color.range.hi);
    gl.uniform1i(at.uInvert, color.invert ? 1 : 0);
    gl.uniform1f(at.uInverseGamma, 1 / clampGamma(color.gamma));
  }

  function setCamera(source: RenderSource, view: View): void {
    const { scale, isCrisp } = photoSampling(source, view.camera);
    photoTexture.setCrisp(isCrisp);
    const { centerX, centerY } = view.camera;
    gl.uniform2f(at.uCenter, centerX * source.sourceWidthPx, centerY * source.sourceHeightPx);
    gl.uniform1f(at.uSourcePerDevice, 1 / view.camera.scale);
    // Half a level sharper than the textbook: trilinear filtering alone looks soft.
    gl.uniform1f(at.uPhotoLod, Math.log2(1 / scale) - 0.5);
    gl.uniform1f(at.uSplitX, view.comparePosition * view.widthPx);
    gl.uniform1f(at.uOpacity, view.overlayOpacity);
    gl.uniform1f(at.uSurround, view.surround);
  }

  function drawValues(
    output: number,
    canvasHeightPx: number,
    { x, y, width, height }: Omit<Viewport, 'content'>,
  ): void {
    gl.uniform1i(at.uOutput, output);
    gl.uniform1f(at.uCanvasHeight, canvasHeightPx);
    gl.uniform2f(at.uViewportOrigin, x, y);
    gl.uniform2f(at.uViewportSize, width, height);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  function prepareLayer(view: View, { width, height }: Viewport): void {
    const use = layer.next(view.camera, width, height);
    if (use === 'without') return;
    if (use === 'fill') {
      layerTarget.begin(width, height);
      drawValues(OUTPUT.valueLayer, height, { x: 0, y: 0, width, height });
    }
    gl.uniform1i(at.uLayer, UNIT.layer);
    gl.uniform1i(at.uHasLayer, 1);
  }

  return {
    draw(source, view) {
      prepare(source, view.color);
      setCamera(source, view);
      for (const viewport of viewportsOf(view.mode, view.widthPx, view.heightPx)) {
        const isMapSeen = source.map !== null && viewport.content !== 'photo' && view.overlayOpacity > 0;
        if (isMapSeen && source.photo !== null && view.color.followEdges) prepareLayer(view, viewport);
        aimAtViewport(gl, view, viewport);
        gl.uniform1i(at.uContent, CONTENT[viewport.content]);
        drawValues(OUTPUT.view, view.heightPx, viewport);
      }
    },
    readTile(source, rect, color, photoTile, output) {
      prepare(source, color);
      let tile: WebGLTexture | null = null;
      if (photoTile !== null && color.followEdges) {
        tile = createTexture(gl, UNIT.tile, gl.NEAREST);
        uploadPicture(photoTile);
        gl.uniform1i(at.uPhoto, UNIT.tile);
        gl.uniform1i(at.uPhotoIsTile, 1);
      }
      tileTarget.begin(rect.width, rect.height);
      gl.uniform1i(at.uOutput, output);
      gl.uniform2f(at.uTileOrigin, rect.x, rect.y);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
      const pixels = new Uint8Array(rect.width * rect.height * 4);
      gl.readPixels(0, 0, rect.width, rect.height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      gl.deleteTexture(tile);
      return pixels;
    },
    forgetValues: layer.forget,
    dispose() {
      mapTexture.dispose();
      photoTexture.dispose();
      gl.deleteTexture(tableTexture);
      tileTarget.dispose();
      layerTarget.dispose();
      gl.deleteProgram(program);
    },
  };
}

/** What is drawn next goes to this part of the canvas, whose own origin is at the bottom left. */
export function aimAtViewport(
  gl: WebGL2RenderingContext,
  view: View,
  { x, y, width, height }: Viewport,
): void {
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  gl.viewport(x, view.heightPx - y - height, width, height);
}
