/**
 * Frames that stay on the GPU: copied to a texture, prepared by a compute shader, through the model by buffers,
 * steadied and painted. Only the first words of a small header are read back, and nobody waits for them.
 */
import type { Capabilities } from '../../engine/api.ts';
import { EngineError } from '../../engine/errors.ts';
import { resolveInputGeometry } from '../../engine/image/input-size.ts';
import type { ModelManifest, VariantId } from '../../engine/models/manifest.ts';
import type { LiveConfig, LiveFrame, LiveView } from '../../worker/live-api.ts';
import type { FramePath, FramePathEvents } from '../frame-path.ts';
import { toTapSize, toTapView } from '../tap-view.ts';
import { fitSize, type PictureSize } from '../view-geometry.ts';
import type { GpuPhoto } from './gpu-photo.ts';
import { createGpuSteps } from './gpu-steps.ts';
import { createPhotoPool } from './photo-pool.ts';
import { HEADER } from './steady-wgsl.ts';
import type { Surface } from './surface.ts';

/** A loaded model whose buffers stay on the device. */
export interface GpuPathModel {
  run(
    input: GPUBuffer,
    dims: readonly number[],
  ): Promise<{ readonly buffer: GPUBuffer; readonly dims: readonly number[]; release(): void }>;
  release(): Promise<void>;
}

export interface GpuPathOptions extends FramePathEvents {
  readonly device: GPUDevice;
  readonly capabilities: Capabilities;
  readonly format: GPUTextureFormat;
  /** The page's canvas. */
  readonly surface: Surface;
  /** For taps. */
  readonly openSurface: (canvas: OffscreenCanvas) => Surface;
  readonly openModel: (
    model: ModelManifest,
    variant: VariantId,
    options: { readonly signal: AbortSignal; readonly onProgress: (fraction: number | null) => void },
  ) => Promise<GpuPathModel>;
  readonly now: () => number;
  readonly schedule: (redraw: () => void) => void;
  readonly serves: (config: LiveConfig) => boolean;
}

const MAX_CANVAS: PictureSize = { widthPx: 2560, heightPx: 1440 };
const PHOTO_QUALITY = 0.95;

interface Shown {
  readonly photo: GpuPhoto;
  readonly isMirrored: boolean;
  readonly hasMap: boolean;
}

function sizeOf(frame: LiveFrame): PictureSize {
  return 'displayWidth' in frame
    ? { widthPx: frame.displayWidth, heightPx: frame.displayHeight }
    : { widthPx: frame.width, heightPx: frame.height };
}

/** Height and width are the last two axes of every map that `canStayOnGpu` lets in. */
function readMapSize(dims: readonly number[]): PictureSize {
  const [heightPx, widthPx] = dims.slice(-2);
  if (heightPx && widthPx && dims.slice(0, -2).every((axis) => axis === 1)) return { widthPx, heightPx };
  throw new EngineError('MODEL_CONTRACT_MISMATCH', `The map has the shape [${dims.join(', ')}]`);
}

export function createGpuPath(options: GpuPathOptions): FramePath {
  const { device, now } = options;
  const steps = createGpuSteps(device, options.format);
  const photos = createPhotoPool(steps.createPhoto, ({ texture }) => texture.destroy());
  let inFlight: GpuPhoto | null = null;
  let view: LiveView | null = null;
  let shown: Shown | null = null;
  let model: { readonly opened: Promise<GpuPathModel>; readonly abort: AbortController } | null = null;
  let isBusy = false;
  let isReady = false;
  let isReset = true;
  let strength = 0;
  let isRedrawWanted = false;

  /** A photo of this size that is neither on screen nor under way. */
  function takePhoto(size: PictureSize): GpuPhoto {
    return photos.take(size, [shown?.photo ?? null, inFlight]);
  }

  function paintOn(surface: Surface, size: PictureSize, look: LiveView): void {
    if (shown === null) return;
    const { photo, isMirrored, hasMap } = shown;
    steps.paint(surface.next(size), size, photo, look, { isMirrored, hasMap });
  }

  function draw(): void {
    isRedrawWanted = false;
    if (view === null || view.widthPx < 1 || view.heightPx < 1) return;
    paintOn(options.surface, fitSize(view, MAX_CANVAS), view);
  }

  async function watchHeader(): Promise<void> {
    const words = await steps.readHeader();
    if (words?.[HEADER.isCut] === 1) options.onCut();
  }

  function close(): void {
    model?.abort.abort(new DOMException('The model was closed', 'AbortError'));
    void model?.opened.then((opened) => opened.release()).catch(() => undefined);
    model = null;
    isReady = false;
  }

  return {
    renderer: 'webgpu',
    isRendererSoftware: false,
    serves: options.serves,
    open({ request }) {
      close();
      const abort = new AbortController();
      const opened = options.openModel(request.model, request.variant, {
        signal: abort.signal,
        onProgress: options.onLoading,
      });
      opened.catch(() => undefined);
      model = { opened, abort };
    },
    close,
    setLaneCount: () => undefined,
    setSteadiness(next) {
      strength = next;
      isReset = true;
    },
    reset() {
      isReset = true;
    },
    isFree: () => model !== null && !isBusy,
    get readyCount() {
      return isReady ? 1 : 0;
    },
    getCapabilities: () => (isReady ? options.capabilities : null),
    async make(tracked, { request, isMirrored }) {
      isBusy = true;
      try {
        const startMs = now();
        const photo = takePhoto(sizeOf(tracked.frame));
        inFlight = photo;
        try {
          steps.copyFrame(tracked.frame, photo);
        } finally {
          tracked.close();
        }
        const readMs = now() - startMs;
        if (model === null) throw new EngineError('INTERNAL', 'No model is open');
        const isFirst = !isReady;
        const opened = await model.opened;
        const prepareMs = now();
        const { input } = request.model;
        const geometry = resolveInputGeometry(photo, input.size, request.options);
        const { widthPx, heightPx } = geometry.network;
        const buffer = steps.prepare(photo, geometry, input, isMirrored);
        const runMs = now();
        const output = await opened.run(buffer, [1, 3, heightPx, widthPx]);
        // Without this the processor would run ahead, and frames would wait on the GPU instead.
        await device.queue.onSubmittedWorkDone();
        const doneMs = now();
        const map = readMapSize(output.dims);
        isReady = true;
        return {
          isFirst,
          stagesMs: { read: readMs, preprocess: runMs - prepareMs, inference: doneMs - runMs },
          show() {
            const steadyMs = now();
            steps.steady(output.buffer, map, photo, {
              strength,
              isMirrored,
              isDepth: request.model.output.kind === 'metric-depth',
              isReset,
            });
            isReset = false;
            output.release();
            const drawMs = now();
            options.onStage('steady', drawMs - steadyMs);
            shown = { photo, isMirrored, hasMap: true };
            inFlight = null;
            draw();
            options.onStage('draw', now() - drawMs);
            void watchHeader();
            return map;
          },
          discard() {
            inFlight = null;
            output.release();
          },
        };
      } finally {
        isBusy = false;
      }
    },
    preview({ frame }, isMirrored) {
      const photo = takePhoto(sizeOf(frame));
      steps.copyFrame(frame, photo);
      shown = { photo, isMirrored, hasMap: false };
      draw();
    },
    setView(next) {
      view = next;
      if (isRedrawWanted) return;
      isRedrawWanted = true;
      options.schedule(() => {
        if (isRedrawWanted) draw();
      });
    },
    getTapSize: (kind) => (shown === null || view === null ? null : toTapSize(kind, view, shown.photo)),
    createTap(kind, fixedSize) {
      const surface = options.openSurface(new OffscreenCanvas(2, 2));
      return {
        canvas: surface.canvas,
        draw() {
          if (shown === null || view === null) return;
          paintOn(surface, fixedSize ?? toTapSize(kind, view, shown.photo), toTapView(kind, view));
        },
        dispose: () => undefined,
      };
    },
    async readPhoto() {
      if (shown === null || view === null) {
        throw new EngineError('REQUEST_INVALID', 'There is no frame to keep yet');
      }
      const surface = options.openSurface(new OffscreenCanvas(2, 2));
      paintOn(surface, shown.photo, { ...view, mode: 'photo' });
      return surface.canvas.convertToBlob({ type: 'image/jpeg', quality: PHOTO_QUALITY });
    },
    dispose() {
      close();
      steps.dispose();
      photos.dispose();
      device.destroy();
    },
  };
}
