import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import type { BlurSource, ColorSettings } from '../../../render/renderer.ts';
import { usePrefersReducedMotion } from '../../hooks/useMediaQuery.ts';
import { useResolvedTheme } from '../../hooks/useResolvedTheme.ts';
import type { ViewedMap } from '../../queries.ts';
import type { DrawnLabels } from '../../hooks/useViewedLabels.ts';
import { useServices } from '../../services.tsx';
import type { SelectedImage } from '../../hooks/useSelectedImage.ts';
import { useSettingsStore } from '../../stores/settings-store.ts';
import { useViewStore } from '../../stores/view-store.ts';
import { loadPhoto, loadThumbnail, MAX_PROXY_SIDE_PX } from './load-photo.ts';
import { createPresenter, type Presenter } from './presenter.ts';
import { withoutOverlay } from '../../view-modes.ts';
import { readSurround } from './read-surround.ts';
import type { StageSize } from './stage-geometry.ts';
import './stage.css';

const FADE_MS = 180;
/** A driver that kills its worker again and again is given up. */
const MAX_CRASHES = 3;

/** Colours nothing: there is no map yet. */
const PHOTO_COLOR: ColorSettings = {
  colormap: 'grey',
  invert: false,
  range: { lo: 0, hi: 1 },
  gamma: 1,
  followEdges: false,
};

export type RendererState = 'loading' | 'ready' | 'lost' | 'unavailable';

interface StageCanvasProps {
  readonly image: SelectedImage | null;
  readonly viewed: ViewedMap | null;
  readonly color: ColorSettings | null;
  /** Parsing: drawn in the place of a map. */
  readonly labels: DrawnLabels | null;
  readonly blur: BlurSource | null;
  readonly size: StageSize | null;
  readonly label: string;
  onRendererState(state: RendererState): void;
  /** Lies over the canvas from the choice of a picture until that picture is drawn. */
  readonly cover: ReactNode;
}

interface Stage {
  readonly presenter: Presenter;
  readonly canvas: HTMLCanvasElement;
  readonly maxPhotoSidePx: number;
}

/** The drawn canvas: made with its renderer (loaded on first use), bound to the stores, and thrown away with it. */
export function StageCanvas(props: StageCanvasProps) {
  const { image, viewed, color, labels, blur, size, label, onRendererState, cover } = props;
  const { pictures } = useServices();
  const hostRef = useRef<HTMLDivElement>(null);
  const [stage, setStage] = useState<Stage | null>(null);
  const [crashCount, setCrashCount] = useState(0);
  const isMotionReduced = usePrefersReducedMotion();
  const theme = useResolvedTheme();
  const latest = useRef({ viewed, onRendererState });
  useLayoutEffect(() => {
    latest.current = { viewed, onRendererState };
  });

  // The canvas belongs to its renderer: a context, once lost or disposed of, does not come back on the same element.
  useEffect(() => {
    const host = hostRef.current;
    if (host === null) return;
    if (crashCount >= MAX_CRASHES) {
      latest.current.onRendererState('unavailable');
      return;
    }
    const canvas = document.createElement('canvas');
    canvas.dataset.testid = 'viewer-canvas';
    canvas.dataset.frame = '0';
    host.append(canvas);
    let presenter: Presenter | null = null;
    let isGone = false;
    let frameCount = 0;

    const start = async () => {
      const { createViewerRenderer } = await import('../../../client/viewer-renderer.ts');
      if (isGone) return;
      const renderer = await createViewerRenderer(canvas, {
        prefer: useSettingsStore.getState().renderer,
        onContextChange: (state) => latest.current.onRendererState(state === 'lost' ? 'lost' : 'ready'),
        onCrash: () => setCrashCount((count) => count + 1),
      });
      if (isGone) {
        renderer.dispose();
        return;
      }
      presenter = createPresenter({
        renderer,
        clock: {
          requestFrame: (callback) => requestAnimationFrame(callback),
          cancelFrame: (handle) => cancelAnimationFrame(handle),
          now: () => performance.now(),
          setTimer(callback, delayMs) {
            const timer = setTimeout(callback, delayMs);
            return () => clearTimeout(timer);
          },
        },
        onBusyChange(isBusy) {
          if (isBusy) canvas.dataset.busy = '';
          else delete canvas.dataset.busy;
        },
        onDraw(firstMapMs, content) {
          canvas.dataset.content = content;
          frameCount += 1;
          canvas.dataset.frame = String(frameCount);
          delete host.dataset.stale;
          const resultKey = latest.current.viewed?.resultKey;
          if (firstMapMs !== null && resultKey !== undefined)
            useViewStore.getState().setRenderTiming({ resultKey, renderMs: firstMapMs });
        },
      });
      canvas.dataset.renderer = renderer.kind;
      setStage({
        presenter,
        canvas,
        maxPhotoSidePx: Math.min(renderer.maxTextureSizePx, MAX_PROXY_SIDE_PX),
      });
      latest.current.onRendererState('ready');
    };
    start().catch((error: unknown) => {
      console.error('The viewer has no renderer', error);
      if (!isGone) latest.current.onRendererState('unavailable');
    });
    return () => {
      isGone = true;
      setStage(null);
      presenter?.dispose();
      canvas.remove();
    };
  }, [crashCount]);

  useEffect(() => {
    if (stage === null) return;
    stage.canvas.setAttribute('role', 'img');
    stage.canvas.setAttribute('aria-label', label);
  }, [stage, label]);

  const { id, source, thumbnail, widthPx, heightPx } = image ?? {};
  // Before anything of the new choice is painted: no picture is ever seen under the name of another.
  useLayoutEffect(() => {
    if (hostRef.current) hostRef.current.dataset.stale = '';
  }, [stage, id, source, widthPx, heightPx]);

  useEffect(() => {
    if (stage === null) return;
    const { presenter, canvas, maxPhotoSidePx } = stage;
    canvas.toggleAttribute('data-loading', false);
    if (id === undefined || source === undefined || !widthPx || !heightPx) {
      presenter.setPicture(null);
      return;
    }
    presenter.setPicture({ widthPx, heightPx });
    canvas.toggleAttribute('data-loading', true);
    const abort = new AbortController();
    void loadPhoto(pictures, source, {
      signal: abort.signal,
      maxSidePx: maxPhotoSidePx,
      onPhoto: (bitmap) => presenter.setPhoto(bitmap),
    }).then(() => {
      if (!abort.signal.aborted) canvas.toggleAttribute('data-loading', false);
    });
    return () => abort.abort();
  }, [stage, pictures, id, source, widthPx, heightPx]);

  // It may come after the map of a picture that is new.
  useEffect(() => {
    if (stage === null || !thumbnail || !widthPx || !heightPx) return;
    const abort = new AbortController();
    void loadThumbnail(thumbnail, {
      signal: abort.signal,
      onThumbnail: (bitmap) => stage.presenter.setThumbnail(bitmap),
    });
    return () => abort.abort();
  }, [stage, id, source, thumbnail, widthPx, heightPx]);

  // After the picture's own effect, which forgets the map of the picture before.
  const map = viewed?.map ?? null;
  useEffect(() => {
    stage?.presenter.setMap(map, { fadeMs: isMotionReduced ? 0 : FADE_MS });
  }, [stage, map, isMotionReduced, id, source, widthPx, heightPx]);

  const labelSource = labels?.source ?? null;
  useEffect(() => {
    stage?.presenter.setLabels(labelSource, blur);
  }, [stage, labelSource, blur, id, source, widthPx, heightPx]);

  useLayoutEffect(() => {
    if (stage !== null && size !== null) stage.presenter.resize(size.widthPx, size.heightPx);
  }, [stage, size]);

  const hasLabels = labels !== null || blur !== null;
  // Asked of the document once per theme: asking makes the browser style all that has changed, before a map is drawn.
  const surround = useRef<number | null>(null);
  const showAgain = useRef<() => void>(() => undefined);
  // Straight from the store to the canvas: panning renders no component.
  useEffect(() => {
    if (stage === null || hostRef.current === null) return;
    const host = hostRef.current;
    const show = (state: ReturnType<typeof useViewStore.getState>) =>
      stage.presenter.setView({
        mode: state.isPhotoOnly ? 'photo' : hasLabels ? withoutOverlay(state.mode) : state.mode,
        camera: state.camera,
        color: color ?? PHOTO_COLOR,
        labels,
        comparePosition: state.comparePosition,
        overlayOpacity: state.overlayOpacity,
        surround: (surround.current ??= readSurround(host)),
      });
    show(useViewStore.getState());
    showAgain.current = () => show(useViewStore.getState());
    const unsubscribe = useViewStore.subscribe((state, previous) => {
      const isSame =
        state.mode === previous.mode &&
        state.isPhotoOnly === previous.isPhotoOnly &&
        state.camera === previous.camera &&
        state.comparePosition === previous.comparePosition &&
        state.overlayOpacity === previous.overlayOpacity;
      if (!isSame) show(state);
    });
    return unsubscribe;
  }, [stage, color, labels, hasLabels]);

  useEffect(() => {
    // The theme reaches the document in an effect of its own, which may come after this one.
    const frame = requestAnimationFrame(() => {
      if (hostRef.current === null) return;
      const settled = readSurround(hostRef.current);
      if (settled === surround.current) return;
      surround.current = settled;
      showAgain.current();
    });
    return () => cancelAnimationFrame(frame);
  }, [theme]);

  return (
    <div ref={hostRef} className="stage-canvas">
      {cover}
    </div>
  );
}
