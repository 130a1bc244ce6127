/** Composition root of the viewer worker: the renderer on a transferred canvas, over Comlink, so that a slow GPU never holds up the page. */
import { expose } from 'comlink';
import { createRenderer } from '../render/create-renderer.ts';
import type { Renderer, RenderSource } from '../render/renderer.ts';
import { replyOf } from './reply.ts';
import { SAME, type Same, type SourceMessage, type ViewerWorkerApi } from './viewer-api.ts';

let renderer: Renderer | null = null;
let source: RenderSource | null = null;
/** Of a new source, until its first draw. */
let uploadMs = 0;

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
  start: (canvas, onContextChange) =>
    replyOf(() => {
      renderer = createRenderer(canvas, { onContextChange });
      return { kind: renderer.kind, maxTextureSizePx: renderer.maxTextureSizePx };
    }),
  setSource(message) {
    const startMs = performance.now();
    const previousPhoto = source?.photo ?? null;
    source = receive(message);
    renderer?.setSource(source);
    if (previousPhoto !== source.photo) previousPhoto?.close();
    uploadMs += performance.now() - startMs;
  },
  async draw(view) {
    const startMs = performance.now();
    renderer?.draw(view);
    const drawMs = performance.now() - startMs + uploadMs;
    uploadMs = 0;
    await nextFrame();
    return drawMs;
  },
};

// Synchronously: messages that arrive before are lost, and their calls would hang.
expose(api);
