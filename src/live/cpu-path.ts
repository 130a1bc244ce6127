/** Frames on the processor: read to bitmaps and pixels, maps from lanes of inference workers, drawn with WebGL2. */
import type { InferenceResult, LabelsResult } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import { createFaceBlur } from '../render/face-blur.ts';
import type { BlurSource, RenderCanvas } from '../render/renderer.ts';
import { toScalarMap } from '../render/scalar-map.ts';
import type { LiveConfig } from '../worker/live-api.ts';
import { encodePhoto } from './encode-photo.ts';
import type { FramePath, FramePathEvents, Tap, TapKind } from './frame-path.ts';
import { createFrameReader, type ReadFrame } from './frame-reader.ts';
import { createLanes, type Lanes, type LaneSpawn } from './lanes.ts';
import { computeLuma } from './luma.ts';
import { createPhotoTap } from './photo-tap.ts';
import { createPresenter, type Picture } from './presenter.ts';
import { createSteadiness } from './steadiness.ts';
import { toTapSize } from './tap-view.ts';
import type { PictureSize } from './view-geometry.ts';

export interface CpuPathOptions extends FramePathEvents {
  readonly canvas: RenderCanvas;
  readonly isSoftwareGl: boolean;
  readonly now: () => number;
  readonly schedule: (redraw: () => void) => void;
  /** A lane for this configuration's provider. */
  readonly spawnLane: (config: LiveConfig) => LaneSpawn;
  readonly serves: (config: LiveConfig) => boolean;
}

/** About a second: a turned head, a hand before the face. */
const BLUR_HOLD_FRAMES = 12;
/** Pixels per network pixel that are read from a frame: twice the network's side is what its resize filters well. */
const READ_OVERSAMPLING = 2;

export function createCpuPath(options: CpuPathOptions): FramePath {
  const { now } = options;
  const reader = createFrameReader();
  const presenter = createPresenter({
    canvas: options.canvas,
    isSoftware: options.isSoftwareGl,
    schedule: options.schedule,
    onContextChange: () => undefined,
  });
  let lanes: Lanes | null = null;
  let steadiness = createSteadiness(0);
  let heldBlur: { readonly blur: BlurSource; readonly framesLeft: number } | null = null;

  function toSteady(
    { photo, image }: ReadFrame,
    result: Exclude<InferenceResult, { kind: 'labels' }>,
  ): Picture {
    const map = toScalarMap(result);
    const steady = steadiness.apply(map, computeLuma(image, map.widthPx, map.heightPx));
    if (steady.isCut) options.onCut();
    return { photo, map: steady.map, labels: null, blur: null };
  }

  /** A face that is missed for a moment stays blurred where it was. */
  function holdBlur(found: BlurSource | null): BlurSource | null {
    if (found !== null) heldBlur = { blur: found, framesLeft: BLUR_HOLD_FRAMES };
    else if (heldBlur !== null) heldBlur = { ...heldBlur, framesLeft: heldBlur.framesLeft - 1 };
    if (heldBlur !== null && heldBlur.framesLeft <= 0) heldBlur = null;
    return heldBlur?.blur ?? null;
  }

  function toLabelled({ photo }: ReadFrame, labels: LabelsResult): Picture {
    const wanted = presenter.getView()?.labels?.blur ?? null;
    const size = { sourceWidthPx: photo.width, sourceHeightPx: photo.height };
    if (wanted === null) {
      heldBlur = null;
      return { photo, map: null, labels, blur: null };
    }
    const settings = { ...wanted, classes: new Set(wanted.classes), people: null };
    return { photo, map: null, labels, blur: holdBlur(createFaceBlur(labels, settings, size)) };
  }

  function openTap(kind: TapKind, fixedSize: PictureSize | null): Tap {
    return createPhotoTap({
      kind,
      fixedSize,
      isSoftware: options.isSoftwareGl,
      getPicture: presenter.getPicture,
      getView: presenter.getView,
    });
  }

  return {
    renderer: presenter.kind,
    isRendererSoftware: options.isSoftwareGl,
    serves: options.serves,
    open(config) {
      lanes?.dispose();
      lanes = createLanes(config.lanes.count, options.spawnLane(config), options.onLoading);
    },
    close() {
      lanes?.dispose();
      lanes = null;
    },
    setLaneCount: (count) => lanes?.setCount(count),
    setSteadiness(strength) {
      steadiness = createSteadiness(strength);
    },
    reset() {
      steadiness.reset();
      heldBlur = null;
    },
    isFree: () => lanes?.isFree() ?? false,
    get readyCount() {
      return lanes?.readyCount ?? 0;
    },
    getCapabilities: () => lanes?.getCapabilities() ?? null,
    async make(tracked, { request, isMirrored }) {
      const startMs = now();
      const longSidePx = request.options.detailPx * READ_OVERSAMPLING;
      let read: ReadFrame;
      try {
        read = reader.read(tracked.frame, { isMirrored, longSidePx });
      } finally {
        // Cameras have few buffers: given back before inference starts.
        tracked.close();
      }
      const { photo, image } = read;
      const readMs = now() - startMs;
      try {
        if (lanes === null) throw new EngineError('INTERNAL', 'No lane is open');
        const { result, isFirst } = await lanes.run(image, request);
        const { preprocess, inference, postprocess } = result.timings;
        return {
          isFirst,
          stagesMs: { read: readMs, preprocess, inference, postprocess },
          show() {
            const steadyMs = now();
            const picture = result.kind === 'labels' ? toLabelled(read, result) : toSteady(read, result);
            const drawMs = now();
            options.onStage('steady', drawMs - steadyMs);
            presenter.show(picture);
            options.onStage('draw', now() - drawMs);
            return result;
          },
          discard: () => photo.close(),
        };
      } catch (error) {
        photo.close();
        throw error;
      }
    },
    preview(tracked, isMirrored) {
      // Nobody has looked for faces in it yet.
      if (presenter.getView()?.labels?.blur) return;
      const { photo } = reader.read(tracked.frame, { isMirrored, longSidePx: 1 });
      presenter.show({ photo, map: null, labels: null, blur: null });
    },
    setView(view) {
      // Following edges costs dozens of reads per drawn pixel: too much for the processor at every frame.
      const followEdges = view.color.followEdges && !options.isSoftwareGl;
      presenter.setView({ ...view, color: { ...view.color, followEdges } });
    },
    getTapSize(kind) {
      const [picture, view] = [presenter.getPicture(), presenter.getView()];
      if (picture === null || view === null) return null;
      return toTapSize(kind, view, { widthPx: picture.photo.width, heightPx: picture.photo.height });
    },
    createTap: openTap,
    async readPhoto() {
      const picture = presenter.getPicture();
      if (picture === null) throw new EngineError('REQUEST_INVALID', 'There is no frame to keep yet');
      const { photo, blur } = picture;
      if (blur === null) return encodePhoto(photo, { widthPx: photo.width, heightPx: photo.height });
      const size = { widthPx: photo.width, heightPx: photo.height };
      const tap = openTap('photo', size);
      try {
        tap.draw();
        return await encodePhoto(tap.canvas, size);
      } finally {
        tap.dispose();
      }
    },
    dispose() {
      lanes?.dispose();
      lanes = null;
      presenter.dispose();
    },
  };
}
