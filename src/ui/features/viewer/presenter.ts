/**
 * Draws on demand: collects what changed and draws once per animation frame, only when something did.
 * Owns the fade of a new map over the photo. No React, no stores: `use-presenter.ts` binds it to them.
 */
import type {
  Camera,
  ColorSettings,
  Renderer,
  RenderSource,
  View,
  ViewMode,
} from '../../../render/renderer.ts';
import { fitCamera, type PictureSize } from './camera.ts';
import { viewportOf } from './layout.ts';

/** What is to be seen; the presenter adds size, fade and the fitted camera. */
export interface PresenterView {
  readonly mode: ViewMode;
  /** null: fitted. */
  readonly camera: Camera | null;
  readonly color: ColorSettings;
  readonly comparePosition: number;
  readonly overlayOpacity: number;
  readonly surround: number;
}

export interface PresenterClock {
  requestFrame(callback: (timeMs: number) => void): number;
  cancelFrame(handle: number): void;
  now(): number;
}

export interface PresenterOptions {
  readonly renderer: Renderer;
  readonly clock: PresenterClock;
  /** After each draw; `firstMapMs` is what upload and first draw of a new map took, else null. */
  onDraw(firstMapMs: number | null): void;
}

export interface Presenter {
  /** Replaces the images. With `fadeMs` the map fades in over the photo. null: nothing to draw. */
  setSource(source: RenderSource | null, options?: { fadeMs: number }): void;
  setView(view: PresenterView): void;
  /** Drawing buffer size. Draws at once: a resized canvas is blank until it is drawn. */
  resize(widthPx: number, heightPx: number): void;
  /** After a restored context: everything is uploaded and drawn again. */
  restore(): void;
  dispose(): void;
}

function easeOut(share: number): number {
  return 1 - (1 - share) ** 3;
}

export function createPresenter({ renderer, clock, onDraw }: PresenterOptions): Presenter {
  let source: RenderSource | null = null;
  let view: PresenterView | null = null;
  let size = { widthPx: 0, heightPx: 0 };
  let frame: number | null = null;
  let fade: { readonly startMs: number; readonly durationMs: number } | null = null;
  let uploadMs: number | null = null;

  const composeView = (wanted: PresenterView, picture: PictureSize, hasMap: boolean): View => {
    const share = fade === null ? 1 : Math.min(1, Math.max(0, (clock.now() - fade.startMs) / fade.durationMs));
    if (share >= 1) fade = null;
    const opacity = easeOut(share);
    // A fading map alone is an overlay on its photo; the other modes take the opacity as it is.
    const mode = !hasMap ? 'photo' : wanted.mode === 'map' && opacity < 1 ? 'overlay' : wanted.mode;
    return {
      mode,
      camera: wanted.camera ?? fitCamera(picture, viewportOf(mode, size.widthPx, size.heightPx)),
      color: wanted.color,
      comparePosition: wanted.comparePosition,
      overlayOpacity: (wanted.mode === 'overlay' ? wanted.overlayOpacity : 1) * opacity,
      surround: wanted.surround,
      ...size,
    };
  };

  const draw = () => {
    if (frame !== null) clock.cancelFrame(frame);
    frame = null;
    if (source === null || view === null || size.widthPx === 0 || size.heightPx === 0) return;
    const picture = { widthPx: source.sourceWidthPx, heightPx: source.sourceHeightPx };
    const startMs = clock.now();
    renderer.draw(composeView(view, picture, source.map !== null));
    onDraw(uploadMs === null ? null : uploadMs + clock.now() - startMs);
    uploadMs = null;
    if (fade !== null) invalidate();
  };

  const invalidate = () => {
    frame ??= clock.requestFrame(draw);
  };

  const upload = (next: RenderSource, isNewMap: boolean) => {
    const startMs = clock.now();
    renderer.setSource(next);
    uploadMs = isNewMap ? clock.now() - startMs : null;
  };

  return {
    setSource(next, options) {
      const isNewMap = next !== null && next.map !== null && next.map !== source?.map;
      source = next;
      if (next === null) {
        fade = null;
        if (frame !== null) clock.cancelFrame(frame);
        frame = null;
        return;
      }
      if (options !== undefined && isNewMap && options.fadeMs > 0)
        fade = { startMs: clock.now(), durationMs: options.fadeMs };
      else if (next.map === null) fade = null;
      upload(next, isNewMap);
      invalidate();
    },
    setView(next) {
      view = next;
      invalidate();
    },
    resize(widthPx, heightPx) {
      size = { widthPx, heightPx };
      draw();
    },
    restore() {
      if (source === null) return;
      upload(source, false);
      invalidate();
    },
    dispose() {
      if (frame !== null) clock.cancelFrame(frame);
      frame = null;
      source = null;
      renderer.dispose();
    },
  };
}
