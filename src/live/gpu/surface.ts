/** Something to paint on: a canvas of the page or a tap. Tests give a texture, because a WebGPU canvas loses its device on software adapters. */
import { EngineError } from '../../engine/errors.ts';
import type { PictureSize } from '../view-geometry.ts';

export interface Surface {
  readonly canvas: OffscreenCanvas;
  /** The texture of the next frame, of this size. */
  next(size: PictureSize): GPUTextureView;
}

/** Throws INTERNAL where the canvas has another context already. */
export function openCanvasSurface(
  canvas: OffscreenCanvas,
  device: GPUDevice,
  format: GPUTextureFormat,
): Surface {
  const context = canvas.getContext('webgpu');
  if (context === null) throw new EngineError('INTERNAL', 'The canvas gives no WebGPU context');
  context.configure({ device, format, alphaMode: 'opaque' });
  return {
    canvas,
    next({ widthPx, heightPx }) {
      if (canvas.width !== widthPx) canvas.width = widthPx;
      if (canvas.height !== heightPx) canvas.height = heightPx;
      return context.getCurrentTexture().createView();
    },
  };
}
