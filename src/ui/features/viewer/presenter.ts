/**
 * Draws on demand: collects what changed and draws once per animation frame, only when something did.
 * Owns the photo's bitmap and the fade of a new map over it. No React, no stores: `StageCanvas.tsx` binds it to them.
 */
import type { ViewerRenderer } from '../../../client/viewer-renderer.ts';
import type { BlurSource, LabelSource, ScalarMap } from '../../../render/renderer.ts';
import type { PictureSize } from './camera.ts';
import { composeView, type PresenterView } from './compose-view.ts';
import { createEdgePause } from './edge-pause.ts';
import type { PresenterClock } from './presenter-clock.ts';
import { createWaitingThumbnail } from './waiting-thumbnail.ts';

/** The most that a draw could show (`labels`: or faces blurred by them); what it did show is the view's choice. */
type DrawnContent = 'photo' | 'map' | 'labels';

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
  /** The photo in small, until it is there itself; after that it is not taken. It waits for what it can be drawn with: the map, or that the photo takes longer than a moment. Takes the bitmap over. */
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

export function createPresenter({ renderer, clock, onDraw, onBusyChange }: PresenterOptions): Presenter {
  let picture: PictureSize | null = null;
  let photo: ImageBitmap | null = null;
  /** Not its thumbnail. */
  let isPhotoWhole = false;
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
  const thumbnail = createWaitingThumbnail(clock, (waiting) => replacePhoto(waiting));
  const edges = createEdgePause(clock, () => invalidate());

  /** Something that edges depend on changed. */
  const postponeEdges = () => {
    if (renderer.isSoftware) edges.begin();
  };

  /** 1 when no map fades in. */
  const readFadeShare = (): number => {
    const share =
      fade === null ? 1 : Math.min(1, Math.max(0, (clock.now() - fade.startMs) / fade.durationMs));
    if (share >= 1) fade = null;
    return share;
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
    if (frame === null && drawingCount === 0 && !edges.isWaiting) onBusyChange?.(false);
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
    const moment = { canvas: size, fadeShare: readFadeShare(), isRough: edges.isWaiting };
    void renderer.draw(composeView(view, picture, moment)).then((drawMs) => {
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

  return {
    setPicture(next) {
      thumbnail.drop();
      isPhotoWhole = false;
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
      if (isPhotoWhole) {
        next.close();
        return;
      }
      thumbnail.hold(next);
      if (map !== null || labels !== null || blur !== null) thumbnail.showNow();
    },
    setPhoto(next) {
      thumbnail.drop();
      isPhotoWhole = true;
      replacePhoto(next);
    },
    setMap(next, { fadeMs }) {
      if (next === map) return;
      map = next;
      fade = next !== null && fadeMs > 0 ? { startMs: clock.now(), durationMs: fadeMs } : null;
      newMap = next;
      upload();
      if (next !== null) thumbnail.showNow();
    },
    setLabels(nextLabels, nextBlur) {
      if (nextLabels === labels && nextBlur === blur) return;
      labels = nextLabels;
      blur = nextBlur;
      upload();
      if (nextLabels !== null || nextBlur !== null) thumbnail.showNow();
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
      edges.cancel();
      thumbnail.drop();
      renderer.dispose();
      photo?.close();
      photo = null;
      picture = null;
    },
  };
}
