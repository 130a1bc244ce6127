/** The renderer on the GPU: one context, what is drawn on it, and what becomes of both when it is lost. */
import { EngineError } from '../engine/errors.ts';
import { createLabelLayer, type LabelLayer } from './label-layer.ts';
import { aimAtViewport, createMapPass, type MapPass } from './map-pass.ts';
import type {
  ColorSettings,
  RenderCanvas,
  Renderer,
  RendererOptions,
  RenderSource,
  SourceRect,
  View,
} from './renderer.ts';
import { OUTPUT } from './shaders.ts';
import { viewportsOf } from './viewports.ts';

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
  let mapPass: MapPass | null = createMapPass(gl, maxTextureSizePx);
  let labelLayer: LabelLayer | null = null;

  const onLost = (event: Event) => {
    // Without this the browser never restores it.
    event.preventDefault();
    mapPass = null;
    labelLayer = null;
    options.onContextChange?.('lost');
  };
  const onRestored = () => {
    mapPass = createMapPass(gl, maxTextureSizePx);
    if (lastView !== null) draw(lastView);
    options.onContextChange?.('restored');
  };
  canvas.addEventListener('webglcontextlost', onLost);
  canvas.addEventListener('webglcontextrestored', onRestored);

  function draw(view: View): void {
    lastView = view;
    if (mapPass === null || source === null || gl.isContextLost()) return;
    if (canvas.width !== view.widthPx) canvas.width = view.widthPx;
    if (canvas.height !== view.heightPx) canvas.height = view.heightPx;
    mapPass.draw(source, view);
    if (source.labels || source.blur) drawLabels(source, view);
  }

  /** After all maps: it has a program of its own. */
  function drawLabels(current: RenderSource, view: View): void {
    labelLayer ??= createLabelLayer(gl);
    for (const viewport of viewportsOf(view.mode, view.widthPx, view.heightPx)) {
      aimAtViewport(gl, view, viewport);
      labelLayer.draw(current, view, viewport);
    }
  }

  function readTile(
    rect: SourceRect,
    color: ColorSettings,
    photoTile: ImageBitmap | null,
    output: typeof OUTPUT.colorTile | typeof OUTPUT.greyTile,
  ): Uint8Array<ArrayBuffer> {
    if (mapPass === null || gl.isContextLost()) throw new EngineError('INTERNAL', 'WebGL context lost');
    if (source === null || source.map === null) throw new EngineError('INTERNAL', 'No map to read tiles of');
    const pixels = mapPass.readTile(source, rect, color, photoTile, output);
    if (gl.isContextLost()) throw new EngineError('INTERNAL', 'WebGL context lost');
    return pixels;
  }

  return {
    kind: 'webgl2',
    maxTextureSizePx,
    setSource(next) {
      source = next;
      mapPass?.forgetValues();
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
      mapPass?.dispose();
      labelLayer?.dispose();
      labelLayer = null;
      mapPass = null;
      source = null;
      lastView = null;
      // The context itself stays: a canvas has only one, and may get a new renderer.
    },
  };
}
