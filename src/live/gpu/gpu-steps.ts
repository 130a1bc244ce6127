/** The passes of one frame on one device, with their buffers: copy, prepare, steady, paint. Knows no model runtime. */
import type { InputGeometry } from '../../engine/image/input-size.ts';
import type { InputSpec } from '../../engine/models/manifest.ts';
import { clampGamma } from '../../render/color-math.ts';
import { COLORMAP_SIZE, getColormapTable, type ColormapId } from '../../render/colormaps.ts';
import { viewportsOf } from '../../render/viewports.ts';
import type { LiveFrame, LiveView } from '../../worker/live-api.ts';
import { rangeWeightOf, stillWeightOf } from '../steady-constants.ts';
import { composeView, type PictureSize } from '../view-geometry.ts';
import { COLOR_PARAMS_BYTES, COLOR_WGSL, CONTENT } from './color-wgsl.ts';
import { PREPROCESS_PARAMS_BYTES, PREPROCESS_WGSL } from './preprocess-wgsl.ts';
import { HEADER_BYTES, STEADY_PARAMS_BYTES, STEADY_WGSL } from './steady-wgsl.ts';

/** A photo on the GPU. */
export interface GpuPhoto extends PictureSize {
  readonly texture: GPUTexture;
}

export interface SteadyOptions {
  readonly strength: number;
  readonly isMirrored: boolean;
  /** Values are metres. */
  readonly isDepth: boolean;
  readonly isReset: boolean;
}

export interface GpuSteps {
  /** A texture that a frame of this size can be copied to. The caller destroys it. */
  createPhoto(size: PictureSize): GpuPhoto;
  copyFrame(frame: LiveFrame, photo: GpuPhoto): void;
  /** Float32 NCHW of `geometry.network`; owned by the steps, valid until the next call. */
  prepare(photo: GpuPhoto, geometry: InputGeometry, input: InputSpec, isMirrored: boolean): GPUBuffer;
  /** Takes a map's raw values into the steady state, which {@link paint} draws. */
  steady(values: GPUBuffer, map: PictureSize, photo: GpuPhoto, options: SteadyOptions): void;
  /** Draws the steady map and the photo; without a map the photo. `target` has the format that the steps were made for. */
  paint(
    target: GPUTextureView,
    canvas: PictureSize,
    photo: GpuPhoto,
    view: LiveView,
    look: { readonly isMirrored: boolean; readonly hasMap: boolean },
  ): void;
  /** The first words of the header, some time after this frame: never waited for. Null while the last one is under way. */
  readHeader(): Promise<Uint32Array | null>;
  /** Steady values and guide, for tests. */
  readonly buffers: { readonly state: GPUBuffer | null };
  dispose(): void;
}

const READ_BYTES = 16;
const MAX_VIEWPORTS = 2;
/** Alignment that every device accepts for dynamic offsets. */
const OFFSET_STEP = 256;

const STORAGE = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;

/** @param format of the textures that are painted on */
export function createGpuSteps(device: GPUDevice, format: GPUTextureFormat): GpuSteps {
  const { queue } = device;
  const preprocessModule = device.createShaderModule({ code: PREPROCESS_WGSL });
  const steadyModule = device.createShaderModule({ code: STEADY_WGSL });
  const colorModule = device.createShaderModule({ code: COLOR_WGSL });

  const buffer = (size: number, usage: number) =>
    device.createBuffer({ size: Math.ceil(size / 16) * 16, usage });
  const uniform = (size: number) => buffer(size, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  const preprocessParams = uniform(PREPROCESS_PARAMS_BYTES);
  const steadyParams = uniform(STEADY_PARAMS_BYTES);
  const colorParams = uniform(OFFSET_STEP * MAX_VIEWPORTS);
  const header = buffer(HEADER_BYTES, STORAGE);
  const readBuffer = buffer(READ_BYTES, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  const sampler = device.createSampler({ magFilter: 'linear', minFilter: 'linear' });
  const colors = device.createTexture({
    size: [COLORMAP_SIZE, 1],
    format: 'rgba8unorm',
    usage: GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST,
  });

  const storage = (type: GPUBufferBindingType): GPUBufferBindingLayout => ({ type });
  const steadyLayout = device.createBindGroupLayout({
    entries: [
      { binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: storage('uniform') },
      { binding: 1, visibility: GPUShaderStage.COMPUTE, texture: {} },
      { binding: 2, visibility: GPUShaderStage.COMPUTE, buffer: storage('read-only-storage') },
      ...[3, 4, 5, 6].map((binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: storage('storage'),
      })),
    ],
  });
  const colorLayout = device.createBindGroupLayout({
    entries: [
      {
        binding: 0,
        visibility: GPUShaderStage.FRAGMENT,
        buffer: { type: 'uniform', hasDynamicOffset: true, minBindingSize: COLOR_PARAMS_BYTES },
      },
      { binding: 1, visibility: GPUShaderStage.FRAGMENT, texture: {} },
      { binding: 2, visibility: GPUShaderStage.FRAGMENT, sampler: {} },
      { binding: 3, visibility: GPUShaderStage.FRAGMENT, texture: {} },
      { binding: 4, visibility: GPUShaderStage.FRAGMENT, buffer: storage('read-only-storage') },
      { binding: 5, visibility: GPUShaderStage.FRAGMENT, buffer: storage('read-only-storage') },
    ],
  });
  const steadyPipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [steadyLayout] });
  const [clear, measure, count, decide, blend] = ['clear', 'measure', 'count', 'decide', 'blend'].map(
    (entryPoint) =>
      device.createComputePipeline({
        layout: steadyPipelineLayout,
        compute: { module: steadyModule, entryPoint },
      }),
  ) as [GPUComputePipeline, GPUComputePipeline, GPUComputePipeline, GPUComputePipeline, GPUComputePipeline];
  const preprocess = device.createComputePipeline({
    layout: 'auto',
    compute: { module: preprocessModule, entryPoint: 'main' },
  });
  const color = device.createRenderPipeline({
    layout: device.createPipelineLayout({ bindGroupLayouts: [colorLayout] }),
    vertex: { module: colorModule, entryPoint: 'cover' },
    fragment: { module: colorModule, entryPoint: 'paint', targets: [{ format }] },
    primitive: { topology: 'triangle-list' },
  });

  let input: GPUBuffer | null = null;
  let perMap: {
    readonly size: PictureSize;
    readonly state: GPUBuffer;
    readonly guide: GPUBuffer;
    readonly luma: GPUBuffer;
  } | null = null;
  let shownColormap: ColormapId | null = null;
  let isReading = false;
  // Bound while there is no map: a bind group wants something everywhere.
  const nothing = buffer(16, STORAGE);

  function useMap(map: PictureSize): { readonly isNew: boolean } {
    if (perMap?.size.widthPx === map.widthPx && perMap.size.heightPx === map.heightPx)
      return { isNew: false };
    perMap?.state.destroy();
    perMap?.guide.destroy();
    perMap?.luma.destroy();
    const count = map.widthPx * map.heightPx;
    perMap = {
      size: map,
      state: buffer(count * 4, STORAGE),
      guide: buffer(count * 16, STORAGE),
      luma: buffer(count * 4, STORAGE),
    };
    return { isNew: true };
  }

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
    createPhoto: (size) => ({
      ...size,
      texture: device.createTexture({
        size: [size.widthPx, size.heightPx],
        format: 'rgba8unorm',
        usage: GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST | GPUTextureUsage.RENDER_ATTACHMENT,
      }),
    }),
    copyFrame(frame, photo) {
      queue.copyExternalImageToTexture({ source: frame }, { texture: photo.texture }, [
        photo.widthPx,
        photo.heightPx,
      ]);
    },
    prepare(photo, { network }, spec, isMirrored) {
      const sizeBytes = network.widthPx * network.heightPx * 3 * 4;
      if (input?.size !== Math.ceil(sizeBytes / 16) * 16) {
        input?.destroy();
        input = buffer(sizeBytes, STORAGE);
      }
      const params = new DataView(new ArrayBuffer(PREPROCESS_PARAMS_BYTES));
      params.setUint32(0, network.widthPx, true);
      params.setUint32(4, network.heightPx, true);
      params.setUint32(8, photo.widthPx, true);
      params.setUint32(12, photo.heightPx, true);
      for (let channel = 0; channel < 3; channel++) {
        const deviation = spec.std?.[channel] ?? 1;
        params.setFloat32(16 + channel * 4, spec.scale / deviation, true);
        params.setFloat32(32 + channel * 4, (spec.mean?.[channel] ?? 0) / deviation, true);
      }
      params.setFloat32(48, spec.resize.cubicA ?? (spec.resize.antialias ? -0.5 : -0.75), true);
      const flags = [
        spec.resize.filter === 'bicubic',
        spec.resize.antialias,
        spec.resize.precision === 'u8',
        isMirrored,
        spec.channelOrder === 'BGR',
      ];
      flags.forEach((flag, i) => params.setUint32(52 + i * 4, flag ? 1 : 0, true));
      queue.writeBuffer(preprocessParams, 0, params.buffer);
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(preprocess);
      pass.setBindGroup(
        0,
        device.createBindGroup({
          layout: preprocess.getBindGroupLayout(0),
          entries: [
            { binding: 0, resource: { buffer: preprocessParams } },
            { binding: 1, resource: photo.texture.createView() },
            { binding: 2, resource: { buffer: input } },
          ],
        }),
      );
      pass.dispatchWorkgroups(Math.ceil(network.widthPx / 8), Math.ceil(network.heightPx / 8));
      pass.end();
      queue.submit([encoder.finish()]);
      return input;
    },
    steady(values, map, photo, { strength, isMirrored, isDepth, isReset }) {
      const { isNew } = useMap(map);
      const params = new DataView(new ArrayBuffer(STEADY_PARAMS_BYTES));
      [map.widthPx, map.heightPx, photo.widthPx, photo.heightPx].forEach((word, i) =>
        params.setUint32(i * 4, word, true),
      );
      params.setFloat32(16, rangeWeightOf(strength), true);
      params.setFloat32(20, stillWeightOf(strength), true);
      [strength === 0, isMirrored, isDepth, isReset || isNew].forEach((flag, i) =>
        params.setUint32(24 + i * 4, flag ? 1 : 0, true),
      );
      queue.writeBuffer(steadyParams, 0, params.buffer);
      const { state, guide, luma } = perMap!;
      const resources: GPUBindingResource[] = [
        { buffer: steadyParams },
        photo.texture.createView(),
        { buffer: values },
        { buffer: header },
        { buffer: state },
        { buffer: guide },
        { buffer: luma },
      ];
      const bindGroup = device.createBindGroup({
        layout: steadyLayout,
        entries: resources.map((resource, binding) => ({ binding, resource })),
      });
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setBindGroup(0, bindGroup);
      const [columns, rows] = [Math.ceil(map.widthPx / 8), Math.ceil(map.heightPx / 8)];
      pass.setPipeline(clear);
      pass.dispatchWorkgroups(32);
      for (const pipeline of [measure, count]) {
        pass.setPipeline(pipeline);
        pass.dispatchWorkgroups(columns, rows);
      }
      pass.setPipeline(decide);
      pass.dispatchWorkgroups(1);
      pass.setPipeline(blend);
      pass.dispatchWorkgroups(columns, rows);
      pass.end();
      if (!isReading) encoder.copyBufferToBuffer(header, 0, readBuffer, 0, READ_BYTES);
      queue.submit([encoder.finish()]);
    },
    paint(target, canvas, photo, view, { isMirrored, hasMap }) {
      const isMapThere = hasMap && perMap !== null;
      uploadColormap(view.color.colormap);
      const composed = composeView(view, photo, canvas, isMapThere);
      const viewports = viewportsOf(composed.mode, canvas.widthPx, canvas.heightPx);
      const params = new DataView(new ArrayBuffer(OFFSET_STEP * MAX_VIEWPORTS));
      viewports.forEach(({ content, x, y, width, height }, i) => {
        const { scale } = composed.camera;
        const floats = [
          ...[x, y, width, height],
          ...[photo.widthPx * scale, photo.heightPx * scale],
          ...[perMap?.size.widthPx ?? 1, perMap?.size.heightPx ?? 1],
          ...[view.color.range.lo, view.color.range.hi],
        ];
        floats.forEach((value, at) => params.setFloat32(i * OFFSET_STEP + at * 4, value, true));
        const at = i * OFFSET_STEP + 40;
        params.setUint32(at, CONTENT[content], true);
        params.setUint32(at + 4, view.color.invert ? 1 : 0, true);
        params.setFloat32(at + 8, 1 / clampGamma(view.color.gamma), true);
        params.setFloat32(at + 12, composed.comparePosition * canvas.widthPx, true);
        params.setFloat32(at + 16, composed.overlayOpacity, true);
        params.setUint32(at + 20, view.color.followEdges ? 1 : 0, true);
        params.setUint32(at + 24, isMirrored ? 1 : 0, true);
        params.setUint32(at + 28, isMapThere ? 1 : 0, true);
        params.setFloat32(at + 32, composed.surround, true);
      });
      queue.writeBuffer(colorParams, 0, params.buffer);
      const resources: GPUBindingResource[] = [
        { buffer: colorParams, size: COLOR_PARAMS_BYTES },
        photo.texture.createView(),
        sampler,
        colors.createView(),
        { buffer: perMap?.state ?? nothing },
        { buffer: perMap?.guide ?? nothing },
      ];
      const bindGroup = device.createBindGroup({
        layout: colorLayout,
        entries: resources.map((resource, binding) => ({ binding, resource })),
      });
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginRenderPass({
        colorAttachments: [{ view: target, loadOp: 'clear', storeOp: 'store' }],
      });
      pass.setPipeline(color);
      viewports.forEach(({ x, y, width, height }, i) => {
        pass.setBindGroup(0, bindGroup, [i * OFFSET_STEP]);
        pass.setViewport(x, y, width, height, 0, 1);
        pass.draw(3);
      });
      pass.end();
      queue.submit([encoder.finish()]);
    },
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
    buffers: {
      get state() {
        return perMap?.state ?? null;
      },
    },
    dispose() {
      const { state, guide, luma } = perMap ?? {};
      for (const each of [preprocessParams, steadyParams, colorParams, header, readBuffer, nothing, input]) {
        each?.destroy();
      }
      for (const each of [state, guide, luma]) each?.destroy();
      colors.destroy();
    },
  };
}
