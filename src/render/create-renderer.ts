/** Chooses the renderer. */
import { EngineError } from '../engine/errors.ts';
import { createCanvas2dRenderer } from './canvas2d.ts';
import type { RenderCanvas, Renderer, RendererOptions } from './renderer.ts';
import { isWebglSoftware } from './software-gl.ts';
import { createWebgl2Renderer } from './webgl2.ts';

/**
 * A renderer on `canvas`, which it owns from now on. Throws INTERNAL when neither WebGL2 nor a 2D context can be had: a
 * preference for WebGL2 is one, not a demand.
 * Where the processor would have to play the GPU (SwiftShader, llvmpipe) the 2D canvas is several times faster.
 */
export function createRenderer(canvas: RenderCanvas, options: RendererOptions = {}): Renderer {
  const prefer = options.prefer ?? 'auto';
  const renderer =
    (prefer === 'canvas2d' || (prefer === 'auto' && isWebglSoftware())
      ? null
      : createWebgl2Renderer(canvas, options)) ?? createCanvas2dRenderer(canvas);
  if (renderer === null) throw new EngineError('INTERNAL', `No context for drawing (${prefer})`);
  return renderer;
}
