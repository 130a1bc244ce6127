/** A photo on the GPU. */
import type { LiveFrame } from '../../worker/live-api.ts';
import type { PictureSize } from '../view-geometry.ts';

export interface GpuPhoto extends PictureSize {
  readonly texture: GPUTexture;
}

/** A texture that a frame of this size can be copied to. The caller destroys it. */
export function createGpuPhoto(device: GPUDevice, { widthPx, heightPx }: PictureSize): GpuPhoto {
  const texture = device.createTexture({
    size: [widthPx, heightPx],
    format: 'rgba8unorm',
    usage: GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST | GPUTextureUsage.RENDER_ATTACHMENT,
  });
  return { widthPx, heightPx, texture };
}

export function copyFrame(
  device: GPUDevice,
  frame: LiveFrame,
  { texture, widthPx, heightPx }: GpuPhoto,
): void {
  device.queue.copyExternalImageToTexture({ source: frame }, { texture }, [widthPx, heightPx]);
}
