/** Main-thread door to the viewer worker: a renderer whose drawing never holds up the page. */
import { proxy, releaseProxy, transfer, wrap, type Remote } from 'comlink';
import { EngineError, fromWireError } from '../engine/errors.ts';
import type { RendererChoice, RenderSource, View } from '../render/renderer.ts';
import { SAME, type SourceMessage, type ViewerStart, type ViewerWorkerApi } from '../worker/viewer-api.ts';

export interface ViewerRenderer extends ViewerStart {
  /** Takes a new photo over (it is transferred, and unusable here afterwards). Parts that are the same objects as before are not sent again. */
  setSource(source: RenderSource): void;
  /** Latest wins: one draw is under way, one waits. Resolves with the milliseconds of drawing, or null when a later draw or source took its place. */
  draw(view: View): Promise<number | null>;
  dispose(): void;
}

export interface ViewerRendererOptions {
  /** Default: `auto`. */
  readonly prefer?: RendererChoice;
  readonly onContextChange?: (state: 'lost' | 'restored') => void;
  /** The worker died: this renderer draws no more, and its canvas is lost with it. */
  readonly onCrash?: () => void;
  readonly spawn?: () => Worker;
}

function spawnViewerWorker(): Worker {
  return new Worker(new URL('../worker/viewer.worker.ts', import.meta.url), {
    type: 'module',
    name: 'viewer',
  });
}

/** Draws here, where workers have no canvas at all. */
async function createLocalRenderer(
  canvas: HTMLCanvasElement,
  options: ViewerRendererOptions,
): Promise<ViewerRenderer> {
  const { createRenderer } = await import('../render/create-renderer.ts');
  const renderer = createRenderer(canvas, options);
  return {
    kind: renderer.kind,
    maxTextureSizePx: renderer.maxTextureSizePx,
    isSoftware: renderer.kind === 'canvas2d',
    setSource: (source) => renderer.setSource(source),
    draw(view) {
      const startMs = performance.now();
      renderer.draw(view);
      return Promise.resolve(performance.now() - startMs);
    },
    dispose: () => renderer.dispose(),
  };
}

/** Rejects when the worker dies: Comlink alone would wait for ever. */
function watchDeath(worker: Worker): Promise<never> {
  return new Promise((_, reject) => {
    const onError = () => reject(new EngineError('WORKER_CRASHED', 'The viewer worker stopped'));
    worker.addEventListener('error', onError, { once: true });
    worker.addEventListener('messageerror', onError, { once: true });
  });
}

/** Where the worker's frames go: to the canvas it was given, or from here to the one that could not be. */
function openTarget(canvas: HTMLCanvasElement): {
  readonly offscreen: OffscreenCanvas | null;
  show(frame: ImageBitmap | null): void;
} {
  if (typeof canvas.transferControlToOffscreen === 'function') {
    return { offscreen: canvas.transferControlToOffscreen(), show: () => undefined };
  }
  const context = canvas.getContext('bitmaprenderer');
  if (context === null) throw new EngineError('INTERNAL', 'No context for showing frames');
  return {
    offscreen: null,
    show(frame) {
      if (frame === null) return;
      // The context does not size its canvas.
      if (canvas.width !== frame.width) canvas.width = frame.width;
      if (canvas.height !== frame.height) canvas.height = frame.height;
      context.transferFromImageBitmap(frame);
    },
  };
}

function connect(
  api: Remote<ViewerWorkerApi>,
  show: (frame: ImageBitmap | null) => void,
  dispose: () => void,
): Omit<ViewerRenderer, keyof ViewerStart> {
  let sent: RenderSource | null = null;
  let isDrawing = false;
  let waiting: { readonly view: View; resolve(drawMs: number | null): void } | null = null;

  function dropWaiting(): void {
    waiting?.resolve(null);
    waiting = null;
  }

  async function drawNow(view: View): Promise<number | null> {
    isDrawing = true;
    try {
      const { drawMs, frame } = await api.draw(view);
      show(frame);
      return drawMs;
    } catch (error) {
      console.error('The viewer worker could not draw', error);
      return null;
    } finally {
      isDrawing = false;
      const next = waiting;
      waiting = null;
      if (next !== null) void drawNow(next.view).then(next.resolve);
    }
  }

  return {
    setSource(source) {
      // A view of the picture before must not be drawn with this one's.
      dropWaiting();
      const isNewPhoto = source.photo !== null && source.photo !== sent?.photo;
      const message: SourceMessage = {
        sourceWidthPx: source.sourceWidthPx,
        sourceHeightPx: source.sourceHeightPx,
        photo: sent !== null && source.photo === sent.photo ? SAME : source.photo,
        map: sent !== null && source.map === sent.map ? SAME : source.map,
        labels: sent !== null && source.labels === sent.labels ? SAME : source.labels,
        blur: sent !== null && source.blur === sent.blur ? SAME : source.blur,
      };
      api
        .setSource(transfer(message, isNewPhoto && source.photo !== null ? [source.photo] : []))
        .catch((error: unknown) => console.error('The viewer worker refused a picture', error));
      sent = source;
    },
    draw(view) {
      if (!isDrawing) return drawNow(view);
      dropWaiting();
      // What follows no edges is drawn at once; a line of views that do would never see an end.
      if (!view.color.followEdges) {
        api.overtake().catch((error: unknown) => console.error('The viewer worker did not hear', error));
      }
      return new Promise((resolve) => (waiting = { view, resolve }));
    },
    dispose() {
      dropWaiting();
      dispose();
    },
  };
}

/** Binds `canvas` to a worker, for good. Throws WORKER_CRASHED, or INTERNAL when there is no way to draw. */
export async function createViewerRenderer(
  canvas: HTMLCanvasElement,
  options: ViewerRendererOptions = {},
): Promise<ViewerRenderer> {
  if (typeof OffscreenCanvas !== 'function') return createLocalRenderer(canvas, options);
  const worker = (options.spawn ?? spawnViewerWorker)();
  const api = wrap<ViewerWorkerApi>(worker);
  const dispose = () => {
    api[releaseProxy]();
    worker.terminate();
  };
  try {
    const { offscreen, show } = openTarget(canvas);
    const onContextChange = proxy((state: 'lost' | 'restored') => options.onContextChange?.(state));
    const death = watchDeath(worker);
    const handed = offscreen === null ? null : transfer(offscreen, [offscreen]);
    const started = await Promise.race([api.start(handed, onContextChange, options.prefer ?? 'auto'), death]);
    if (!started.ok) throw fromWireError(started.error);
    death.catch(() => options.onCrash?.());
    return { ...started.value, ...connect(api, show, dispose) };
  } catch (error) {
    dispose();
    throw error;
  }
}
