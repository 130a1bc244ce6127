/** From a photo to the network's input. */
import type { InputGeometry } from '../../engine/image/input-size.ts';
import type { InputSpec } from '../../engine/models/manifest.ts';
import { createStorage, createUniform, padSize } from './gpu-buffer.ts';
import type { GpuPhoto } from './gpu-photo.ts';
import { PREPROCESS_PARAMS_BYTES, PREPROCESS_WGSL } from './preprocess-wgsl.ts';
import { packPreprocess } from './uniform-blocks.ts';

export interface PrepareStep {
  /** Float32 NCHW of `geometry.network`; owned by the step, valid until the next call. */
  run(photo: GpuPhoto, geometry: InputGeometry, spec: InputSpec, isMirrored: boolean): GPUBuffer;
  dispose(): void;
}

export function createPrepareStep(device: GPUDevice): PrepareStep {
  const params = createUniform(device, PREPROCESS_PARAMS_BYTES);
  const pipeline = device.createComputePipeline({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code: PREPROCESS_WGSL }), entryPoint: 'main' },
  });
  let input: GPUBuffer | null = null;

  function useInput(sizeBytes: number): GPUBuffer {
    if (input?.size === padSize(sizeBytes)) return input;
    input?.destroy();
    input = createStorage(device, sizeBytes);
    return input;
  }

  return {
    run(photo, geometry, spec, isMirrored) {
      const { widthPx, heightPx } = geometry.network;
      const output = useInput(widthPx * heightPx * 3 * 4);
      device.queue.writeBuffer(params, 0, packPreprocess(photo, geometry, spec, isMirrored));
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(
        0,
        device.createBindGroup({
          layout: pipeline.getBindGroupLayout(0),
          entries: [
            { binding: 0, resource: { buffer: params } },
            { binding: 1, resource: photo.texture.createView() },
            { binding: 2, resource: { buffer: output } },
          ],
        }),
      );
      pass.dispatchWorkgroups(Math.ceil(widthPx / 8), Math.ceil(heightPx / 8));
      pass.end();
      device.queue.submit([encoder.finish()]);
      return output;
    },
    dispose() {
      params.destroy();
      input?.destroy();
    },
  };
}
