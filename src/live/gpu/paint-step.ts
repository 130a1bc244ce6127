/** From the steady map and the photo to the picture on screen. */
import { COLORMAP_SIZE, getColormapTable, type ColormapId } from '../../render/colormaps.ts';
import type { View } from '../../render/renderer.ts';
import { COLOR_PARAMS_BYTES, COLOR_WGSL } from './color-wgsl.ts';
import { createStorage, createUniform } from './gpu-buffer.ts';
import type { GpuPhoto } from './gpu-photo.ts';
import type { SteadyMap } from './steady-step.ts';
import { MAX_VIEWPORTS, OFFSET_STEP, packPaint } from './uniform-blocks.ts';

export interface PaintStep {
  /** Draws the map and the photo; without a map the photo. `target` has the size of the view and the format of the step. */
  run(target: GPUTextureView, view: View, photo: GpuPhoto, map: SteadyMap | null, isMirrored: boolean): void;
  dispose(): void;
}

/** @param format of the textures that are painted on */
export function createPaintStep(device: GPUDevice, format: GPUTextureFormat): PaintStep {
  const { queue } = device;
  const params = createUniform(device, OFFSET_STEP * MAX_VIEWPORTS);
  const sampler = device.createSampler({ magFilter: 'linear', minFilter: 'linear' });
  const colors = device.createTexture({
    size: [COLORMAP_SIZE, 1],
    format: 'rgba8unorm',
    usage: GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST,
  });
  const { layout, pipeline } = createPipeline(device, format);
  // Bound while there is no map: a bind group wants something everywhere.
  const nothing = createStorage(device, 16);
  let shownColormap: ColormapId | null = null;

  function uploadColormap(colormap: ColormapId): void {
    if (shownColormap === colormap) return;
    shownColormap = colormap;
    const table = getColormapTable(colormap);
    const texels = new Uint8Array(COLORMAP_SIZE * 4).fill(255);
    for (let entry = 0; entry < COLORMAP_SIZE; entry++) {
      texels.set(table.subarray(entry * 3, entry * 3 + 3), entry * 4);
    }
    queue.writeTexture({ texture: colors }, texels, {}, [COLORMAP_SIZE, 1]);
  }

  return {
    run(target, view, photo, map, isMirrored) {
      uploadColormap(view.color.colormap);
      const { bytes, viewports } = packPaint(view, photo, map?.size ?? null, isMirrored);
      queue.writeBuffer(params, 0, bytes);
      const resources: GPUBindingResource[] = [
        { buffer: params, size: COLOR_PARAMS_BYTES },
        photo.texture.createView(),
        sampler,
        colors.createView(),
        { buffer: map?.state ?? nothing },
        { buffer: map?.guide ?? nothing },
      ];
      const bindGroup = device.createBindGroup({
        layout,
        entries: resources.map((resource, binding) => ({ binding, resource })),
      });
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginRenderPass({
        colorAttachments: [{ view: target, loadOp: 'clear', storeOp: 'store' }],
      });
      pass.setPipeline(pipeline);
      viewports.forEach(({ x, y, width, height }, i) => {
        pass.setBindGroup(0, bindGroup, [i * OFFSET_STEP]);
        pass.setViewport(x, y, width, height, 0, 1);
        pass.draw(3);
      });
      pass.end();
      queue.submit([encoder.finish()]);
    },
    dispose() {
      params.destroy();
      nothing.destroy();
      colors.destroy();
    },
  };
}

function createPipeline(
  device: GPUDevice,
  format: GPUTextureFormat,
): { readonly layout: GPUBindGroupLayout; readonly pipeline: GPURenderPipeline } {
  const module = device.createShaderModule({ code: COLOR_WGSL });
  const visibility = GPUShaderStage.FRAGMENT;
  const layout = device.createBindGroupLayout({
    entries: [
      {
        binding: 0,
        visibility,
        buffer: { type: 'uniform', hasDynamicOffset: true, minBindingSize: COLOR_PARAMS_BYTES },
      },
      { binding: 1, visibility, texture: {} },
      { binding: 2, visibility, sampler: {} },
      { binding: 3, visibility, texture: {} },
      { binding: 4, visibility, buffer: { type: 'read-only-storage' } },
      { binding: 5, visibility, buffer: { type: 'read-only-storage' } },
    ],
  });
  const pipeline = device.createRenderPipeline({
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    vertex: { module, entryPoint: 'cover' },
    fragment: { module, entryPoint: 'paint', targets: [{ format }] },
    primitive: { topology: 'triangle-list' },
  });
  return { layout, pipeline };
}
