/**
 * Draws on demand: collects what changed and draws once per animation frame, only when something did.
 * Owns the photo's bitmap and the fade of a new map over it. No React, no stores: `usePresenter.ts` binds it to them.
 */
import type { ViewerRenderer } from '../../../client/viewer-renderer.ts';
import type {
  BlurSource,
  Camera,
  ColorSettings,
  LabelLook,
  LabelSource,
  ScalarMap,
  View,
  ViewMode,
} from '../../../render/renderer.ts';
import { viewportsOf } from '../../../render/viewports.ts';
import { fitCamera, visibleRect, type PictureSize, type Rect } from './camera.ts';

/** What is to be seen; the presenter adds size, fade and the fitted camera. */
export interface PresenterView {
  readonly mode: ViewMode;
  /** null: fitted. */
  readonly camera: Camera | null;
  readonly color: ColorSettings;
  /** How the labels are drawn, and how much they cover; null or absent: they are not. */
  readonly labels?: { readonly look: LabelLook; readonly opacity: number } | null;
  /** Share of the visible picture, not of the canvas: the line never hides in the surround. */
  readonly comparePosition: number;
  readonly overlayOpacity: number;
  readonly surround: number;
}

/** The most that a draw could show (`labels`: or faces blurred by them); what it did show is the view's choice. */
type DrawnContent = 'photo' | 'map' | 'labels';

export interface PresenterClock {
  requestFrame(callback: () => void): number;
  cancelFrame(handle: number): void;
  now(): number;
  /** Returns the remover. */
  setTimer(callback: () => void, delayMs: number): () => void;
}

export interface PresenterOptions {
  readonly renderer: Pick<ViewerRenderer, 'setSource' | 'draw' | 'dispose' | 'isSoftware'>;
  readonly clock: PresenterClock;
  /** After each draw of the picture of now: what uploading and first drawing of a new map took, else null; and what there was to see. */
  onDraw(firstMapMs: number | null, content: DrawnContent): void;
  /** True from a change until it is drawn, with all its edges. */
  onBusyChange?(isBusy: boolean): void;
}

export interface Presenter {
  /** Another picture, or none: the canvas keeps the one before until this one has something to show, and its owner hides it. */
  setPicture(size: PictureSize | null): void;
  /** The photo in small, until it is there itself. It waits for what it can be drawn with: the map, or that the photo takes longer than a moment. Takes the bitmap over. */
  setThumbnail(thumbnail: ImageBitmap): void;
  /** Takes the bitmap over and closes it when it is no longer needed. */
  setPhoto(photo: ImageBitmap): void;
  /** With `fadeMs` above 0 a new map fades in over the photo. */
  setMap(map: ScalarMap | null, options: { fadeMs: number }): void;
  /** Classes and blurred faces over the photo, in the place of a map; both null: none. */
  setLabels(labels: LabelSource | null, blur: BlurSource | null): void;
  setView(view: PresenterView): void;
  /** Drawing buffer size. Draws at once: a resized canvas is blank until it is drawn. */
  resize(widthPx: number, heightPx: number): void;
  dispose(): void;
}

/** Where the processor draws, following edges waits for so long a pause: a new map shows at once, and a moving camera stays smooth. */
const EDGES_AFTER_MS = 120;

/** A photo that is there by then needs no thumbnail before it: one drawing less. */
const THUMBNAIL_AFTER_MS = 50;

/** The viewport that the camera is measured in; where there are two, both have its size. */
function firstViewport(mode: ViewMode, widthPx: number, heightPx: number): Rect {
  const [viewport] = viewportsOf(mode, widthPx, heightPx);
  return viewport ?? { x: 0, y: 0, width: widthPx, height: heightPx };
}

function easeOut(share: number): number {
  return 1 - (1 - share) ** 3;
}

export function createPresenter({ renderer, clock, onDraw, onBusyChange }: PresenterOptions): Presenter {
  let picture: PictureSize | null = null;
  let photo: ImageBitmap | null = null;
  /** In the place of the photo, or soon to be there. */
  let thumbnail: ImageBitmap | null = null;
  let cancelThumbnail: (() => void) | null = null;
  let map: ScalarMap | null = null;
  let labels: LabelSource | null = null;
  let blur: BlurSource | null = null;
  let view: PresenterView | null = null;
  let size = { widthPx: 0, heightPx: 0 };
  let frame: number | null = null;
  let fade: { readonly startMs: number; readonly durationMs: number } | null = null;
  /** Set, and not drawn yet. */
  let newMap: ScalarMap | null = null;
  let drawingCount = 0;
  /** Something that edges depend on changed, and they are not to be followed yet. */
  let isRough = false;
  let cancelEdges: (() => void) | null = null;

  /** Software only: the next draws do without edges, until nothing has changed for a while. */
  const postponeEdges = () => {
    if (!renderer.isSoftware) return;
    isRough = true;
    cancelEdges?.();
    cancelEdges = clock.setTimer(() => {
      cancelEdges = null;
      isRough = false;
      invalidate();
    }, EDGES_AFTER_MS);
  };

  const composeView = (wanted: PresenterView, shown: PictureSize): View => {
    const share =
      fade === null ? 1 : Math.min(1, Math.max(0, (clock.now() - fade.startMs) / fade.durationMs));
    if (share >= 1) fade = null;
    const viewport = firstViewport(wanted.mode, size.widthPx, size.heightPx);
    const camera = wanted.camera ?? fitCamera(shown, viewport);
    const visible = visibleRect(camera, shown, viewport);
    return {
      mode: wanted.mode,
      camera,
      color: isRough ? { ...wanted.color, followEdges: false } : wanted.color,
      labels: wanted.labels?.look ?? null,
      comparePosition: (visible.x + wanted.comparePosition * visible.width) / size.widthPx,
      overlayOpacity:
        (wanted.labels?.opacity ?? (wanted.mode === 'overlay' ? wanted.overlayOpacity : 1)) * easeOut(share),
      surround: wanted.surround,
      ...size,
    };
  };

  const cancelFrame = () => {
    if (frame !== null) clock.cancelFrame(frame);
    frame = null;
  };

  const invalidate = () => {
    frame ??= clock.requestFrame(draw);
    onBusyChange?.(true);
  };

  const settle = () => {
    if (frame === null && drawingCount === 0 && cancelEdges === null) onBusyChange?.(false);
  };

  const draw = () => {
    cancelFrame();
    const hasContent = photo !== null || map !== null;
    if (picture === null || !hasContent || view === null || size.widthPx === 0 || size.heightPx === 0) {
      settle();
      return;
    }
    const drawnMap = map;
    const drawnPicture = picture;
    const content = map !== null ? 'map' : labels !== null || blur !== null ? 'labels' : 'photo';
    drawingCount += 1;
    void renderer.draw(composeView(view, picture)).then((drawMs) => {
      drawingCount -= 1;
      if (drawMs !== null) {
        const isFirstOfMap = newMap !== null && newMap === drawnMap;
        if (isFirstOfMap) newMap = null;
        if (drawnPicture === picture) onDraw(isFirstOfMap ? drawMs : null, content);
      }
      settle();
    });
    if (fade !== null) invalidate();
  };

  const upload = () => {
    if (map !== null) postponeEdges();
    renderer.setSource({
      photo,
      map,
      labels,
      blur,
      sourceWidthPx: picture?.widthPx ?? 1,
      sourceHeightPx: picture?.heightPx ?? 1,
    });
    invalidate();
  };

  /** Photo or thumbnail; the one before is closed when the renderer has this one. */
  const replacePhoto = (next: ImageBitmap | null) => {
    const previous = photo;
    photo = next;
    upload();
    previous?.close();
  };

  const dropThumbnail = () => {
    cancelThumbnail?.();
    cancelThumbnail = null;
    thumbnail?.close();
    thumbnail = null;
  };

  /** Nothing where there is none that waits. */
  const showThumbnail = () => {
    const waiting = thumbnail;
    thumbnail = null;
    dropThumbnail();
    if (waiting !== null) replacePhoto(waiting);
  };

  return {
    setPicture(next) {
      dropThumbnail();
      // A copy: which picture a draw was of is told by identity.
      picture = next === null ? null : { ...next };
      map = null;
      labels = null;
      blur = null;
      fade = null;
      cancelFrame();
      // The renderer holds the bitmap (a lost context uploads it again) until it is given another source.
      replacePhoto(null);
    },
    setThumbnail(next) {
      dropThumbnail();
      thumbnail = next;
      if (map !== null || labels !== null || blur !== null) showThumbnail();
      else cancelThumbnail = clock.setTimer(showThumbnail, THUMBNAIL_AFTER_MS);
    },
    setPhoto(next) {
      dropThumbnail();
      replacePhoto(next);
    },
    setMap(next, { fadeMs }) {
      if (next === map) return;
      map = next;
      fade = next !== null && fadeMs > 0 ? { startMs: clock.now(), durationMs: fadeMs } : null;
      newMap = next;
      upload();
      if (next !== null) showThumbnail();
    },
    setLabels(nextLabels, nextBlur) {
      if (nextLabels === labels && nextBlur === blur) return;
      labels = nextLabels;
      blur = nextBlur;
      upload();
      if (nextLabels !== null || nextBlur !== null) showThumbnail();
    },
    setView(next) {
      const hasMoved = view !== null && (next.camera !== view.camera || next.mode !== view.mode);
      if (map !== null && hasMoved) postponeEdges();
      view = next;
      invalidate();
    },
    resize(widthPx, heightPx) {
      size = { widthPx, heightPx };
      draw();
    },
    dispose() {
      cancelFrame();
      cancelEdges?.();
      dropThumbnail();
      renderer.dispose();
      photo?.close();
      photo = null;
      picture = null;
    },
  };
}
