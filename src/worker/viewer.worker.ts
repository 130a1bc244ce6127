/** Composition root of the viewer worker: the renderer on a transferred canvas, over Comlink, so that a slow GPU never holds up the page. */
import { expose, transfer } from 'comlink';
import { EngineError } from '../engine/errors.ts';
import { isWebglSoftware } from '../render/software-gl.ts';
import { createRenderer } from '../render/create-renderer.ts';
import type { Renderer, RenderSource, View } from '../render/renderer.ts';
import { replyOf } from './reply.ts';
import { SAME, type Drawn, type Same, type SourceMessage, type ViewerWorkerApi } from './viewer-api.ts';

let renderer: Renderer | null = null;
let source: RenderSource | null = null;
/** The worker's own canvas, where the page could not hand one over. */
let ownCanvas: OffscreenCanvas | null = null;
/** Of a new source, until its first draw. */
let uploadMs = 0;
/** Set by what makes the draw under way not worth its time. */
let isOvertaken = false;

/** For so long no message is looked at. */
const STEP_MS = 12;
const turns = new MessageChannel();

/** After the messages that have come in by now. A timer would wait for 4 ms. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    turns.port1.onmessage = () => resolve();
    turns.port2.postMessage(null);
  });
}

/** False: overtaken. */
async function prepare(view: View): Promise<boolean> {
  isOvertaken = false;
  const steps = renderer?.prepare?.(view);
  let restedMs = performance.now();
  while (steps?.next().done === false) {
    if (performance.now() - restedMs < STEP_MS) continue;
    await nextTurn();
    if (isOvertaken) return false;
    restedMs = performance.now();
  }
  return true;
}

/** The canvas is shown with the worker's animation frame, which waits when the GPU is behind: no draw is handed in before. */
function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof requestAnimationFrame === 'function') requestAnimationFrame(() => resolve());
    else resolve();
  });
}

function pick<Part>(sent: Part | Same, before: Part): Part {
  return sent === SAME ? before : sent;
}

/** Parts that are the same keep their identity: the renderer uploads what is new only. */
function receive(message: SourceMessage): RenderSource {
  return {
    photo: pick(message.photo, source?.photo ?? null),
    map: pick(message.map, source?.map ?? null),
    labels: pick(message.labels, source?.labels),
    blur: pick(message.blur, source?.blur),
    sourceWidthPx: message.sourceWidthPx,
    sourceHeightPx: message.sourceHeightPx,
  };
}

const api: ViewerWorkerApi = {
  start: (canvas, onContextChange, prefer) =>
    replyOf(() => {
      ownCanvas = canvas === null ? new OffscreenCanvas(1, 1) : null;
      const target = canvas ?? ownCanvas;
      if (target === null) throw new EngineError('INTERNAL', 'No canvas to draw on');
      renderer = createRenderer(target, { onContextChange, prefer });
      const { kind, maxTextureSizePx } = renderer;
      return { kind, maxTextureSizePx, isSoftware: kind === 'canvas2d' || isWebglSoftware() };
    }),
  setSource(message) {
    isOvertaken = true;
    const startMs = performance.now();
    const previousPhoto = source?.photo ?? null;
    source = receive(message);
    renderer?.setSource(source);
    if (previousPhoto !== source.photo) previousPhoto?.close();
    uploadMs += performance.now() - startMs;
  },
  overtake() {
    isOvertaken = true;
  },
  async draw(view) {
    const startMs = performance.now();
    if (!(await prepare(view))) return { drawMs: null, frame: null };
    renderer?.draw(view);
    const drawMs = performance.now() - startMs + uploadMs;
    uploadMs = 0;
    if (ownCanvas !== null) {
      const frame = ownCanvas.transferToImageBitmap();
      return transfer<Drawn>({ drawMs, frame }, [frame]);
    }
    await nextFrame();
    return { drawMs, frame: null };
  },
};

// Synchronously: messages that arrive before are lost, and their calls would hang.
expose(api);
