/** The passes of one frame on one device: copy, prepare, steady, paint. Knows no model runtime. */
import type { InputGeometry } from '../../engine/image/input-size.ts';
import type { InputSpec } from '../../engine/models/manifest.ts';
import type { LiveFrame, LiveView } from '../../worker/live-api.ts';
import { composeView, type PictureSize } from '../view-geometry.ts';
import { copyFrame, createGpuPhoto, type GpuPhoto } from './gpu-photo.ts';
import { createPaintStep } from './paint-step.ts';
import { createPrepareStep } from './prepare-step.ts';
import { createSteadyStep } from './steady-step.ts';
import type { SteadyOptions } from './uniform-blocks.ts';

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
  /** Steady values, for tests. */
  readonly buffers: { readonly state: GPUBuffer | null };
  dispose(): void;
}

/** @param format of the textures that are painted on */
export function createGpuSteps(device: GPUDevice, format: GPUTextureFormat): GpuSteps {
  const prepareStep = createPrepareStep(device);
  const steadyStep = createSteadyStep(device);
  const paintStep = createPaintStep(device, format);
  return {
    createPhoto: (size) => createGpuPhoto(device, size),
    copyFrame: (frame, photo) => copyFrame(device, frame, photo),
    prepare: prepareStep.run,
    steady: steadyStep.run,
    paint(target, canvas, photo, view, { isMirrored, hasMap }) {
      const map = hasMap ? steadyStep.getMap() : null;
      paintStep.run(target, composeView(view, photo, canvas, map !== null), photo, map, isMirrored);
    },
    readHeader: steadyStep.readHeader,
    buffers: {
      get state() {
        return steadyStep.getMap()?.state ?? null;
      },
    },
    dispose() {
      for (const step of [prepareStep, steadyStep, paintStep]) step.dispose();
    },
  };
}
