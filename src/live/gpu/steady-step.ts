/** From a map's raw values to the steady state, which lives in three buffers of the map's size and one small header. */
import type { PictureSize } from '../view-geometry.ts';
import { createBuffer, createStorage, createUniform } from './gpu-buffer.ts';
import type { GpuPhoto } from './gpu-photo.ts';
import { HEADER_BYTES, STEADY_PARAMS_BYTES, STEADY_WGSL } from './steady-wgsl.ts';
import { packSteady, type SteadyOptions } from './uniform-blocks.ts';

/** The steady map and its guide, as they are painted. */
export interface SteadyMap {
  readonly size: PictureSize;
  readonly state: GPUBuffer;
  readonly guide: GPUBuffer;
}

export interface SteadyStep {
  /** Takes a map's raw values into the state. A map of another size begins anew. */
  run(values: GPUBuffer, map: PictureSize, photo: GpuPhoto, options: SteadyOptions): void;
  /** Null before the first map. */
  getMap(): SteadyMap | null;
  /** The first words of the header, some time after this frame: never waited for. Null while the last one is under way. */
  readHeader(): Promise<Uint32Array | null>;
  dispose(): void;
}

const READ_BYTES = 16;
const ENTRY_POINTS = ['clear', 'measure', 'count', 'decide', 'blend'] as const;

export function createSteadyStep(device: GPUDevice): SteadyStep {
  const params = createUniform(device, STEADY_PARAMS_BYTES);
  const header = createStorage(device, HEADER_BYTES);
  const readBuffer = createBuffer(device, READ_BYTES, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  const { layout, pipelines } = createPipelines(device);
  let steady: (SteadyMap & { readonly luma: GPUBuffer }) | null = null;
  let isReading = false;

  function destroyMap(): void {
    for (const buffer of [steady?.state, steady?.guide, steady?.luma]) buffer?.destroy();
    steady = null;
  }

  function useMap(size: PictureSize): {
    readonly buffers: NonNullable<typeof steady>;
    readonly isNew: boolean;
  } {
    const { widthPx, heightPx } = size;
    if (steady?.size.widthPx === widthPx && steady.size.heightPx === heightPx) {
      return { buffers: steady, isNew: false };
    }
    destroyMap();
    const count = widthPx * heightPx;
    steady = {
      size,
      state: createStorage(device, count * 4),
      guide: createStorage(device, count * 16),
      luma: createStorage(device, count * 4),
    };
    return { buffers: steady, isNew: true };
  }

  return {
    run(values, map, photo, options) {
      const { buffers, isNew } = useMap(map);
      const isReset = options.isReset || isNew;
      device.queue.writeBuffer(params, 0, packSteady(map, photo, { ...options, isReset }));
      const resources: GPUBindingResource[] = [
        { buffer: params },
        photo.texture.createView(),
        { buffer: values },
        { buffer: header },
        { buffer: buffers.state },
        { buffer: buffers.guide },
        { buffer: buffers.luma },
      ];
      const bindGroup = device.createBindGroup({
        layout,
        entries: resources.map((resource, binding) => ({ binding, resource })),
      });
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setBindGroup(0, bindGroup);
      const [columns, rows] = [Math.ceil(map.widthPx / 8), Math.ceil(map.heightPx / 8)];
      pass.setPipeline(pipelines.clear);
      pass.dispatchWorkgroups(32);
      for (const pipeline of [pipelines.measure, pipelines.count]) {
        pass.setPipeline(pipeline);
        pass.dispatchWorkgroups(columns, rows);
      }
      pass.setPipeline(pipelines.decide);
      pass.dispatchWorkgroups(1);
      pass.setPipeline(pipelines.blend);
      pass.dispatchWorkgroups(columns, rows);
      pass.end();
      if (!isReading) encoder.copyBufferToBuffer(header, 0, readBuffer, 0, READ_BYTES);
      device.queue.submit([encoder.finish()]);
    },
    getMap: () => steady,
    async readHeader() {
      if (isReading) return null;
      isReading = true;
      try {
        await readBuffer.mapAsync(GPUMapMode.READ);
        const words = new Uint32Array(readBuffer.getMappedRange().slice(0));
        readBuffer.unmap();
        return words;
      } catch {
        // The device is gone; whoever owns it knows.
        return null;
      } finally {
        isReading = false;
      }
    },
    dispose() {
      destroyMap();
      for (const buffer of [params, header, readBuffer]) buffer.destroy();
    },
  };
}

type EntryPoint = (typeof ENTRY_POINTS)[number];

/** All passes share one layout, so that one bind group serves them. */
function createPipelines(device: GPUDevice): {
  readonly layout: GPUBindGroupLayout;
  readonly pipelines: Readonly<Record<EntryPoint, GPUComputePipeline>>;
} {
  const module = device.createShaderModule({ code: STEADY_WGSL });
  const visibility = GPUShaderStage.COMPUTE;
  const layout = device.createBindGroupLayout({
    entries: [
      { binding: 0, visibility, buffer: { type: 'uniform' } },
      { binding: 1, visibility, texture: {} },
      { binding: 2, visibility, buffer: { type: 'read-only-storage' } },
      ...[3, 4, 5, 6].map((binding) => ({ binding, visibility, buffer: { type: 'storage' } as const })),
    ],
  });
  const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
  const create = (entryPoint: EntryPoint) =>
    device.createComputePipeline({ layout: pipelineLayout, compute: { module, entryPoint } });
  const pipelines = Object.fromEntries(ENTRY_POINTS.map((entryPoint) => [entryPoint, create(entryPoint)]));
  return { layout, pipelines: pipelines as Record<EntryPoint, GPUComputePipeline> };
}
