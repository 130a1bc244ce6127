/** The boundary of the viewer worker, which draws the viewed picture on a transferred canvas, or on its own where canvases cannot be transferred. */
import type { Reply } from '../engine/api.ts';
import type { Renderer, RendererChoice, RenderSource, View } from '../render/renderer.ts';

/** A part of the source as it was sent before: nothing is copied or uploaded again. */
export const SAME = 'same';
export type Same = typeof SAME;

/** {@link RenderSource} on the wire. The photo is transferred and closed by the worker; the rest is copied. */
export type SourceMessage = {
  readonly [Part in keyof RenderSource]: RenderSource[Part] extends number
    ? number
    : RenderSource[Part] | Same;
};

export interface ViewerStart {
  readonly kind: Renderer['kind'];
  readonly maxTextureSizePx: number;
  /** True where the processor draws: what costs much is then better drawn a moment later. */
  readonly isSoftware: boolean;
}

export interface Drawn {
  /** Milliseconds that drawing took, uploads of a new source included. null: left off for something newer, nothing was drawn. */
  readonly drawMs: number | null;
  /** null: it is on the canvas that was transferred. */
  readonly frame: ImageBitmap | null;
}

export interface ViewerWorkerApi {
  /** Once, before all others. `onContextChange` is the one channel back. Without a canvas every draw gives its frame back. */
  start(
    canvas: OffscreenCanvas | null,
    onContextChange: (state: 'lost' | 'restored') => void,
    prefer: RendererChoice,
  ): Promise<Reply<ViewerStart>>;
  /** A draw that is under way is left off where that can be: its picture, or its view, is not the latest. */
  setSource(message: SourceMessage): void;
  /** Something that takes little is to be drawn next: a draw that is under way is left off where that can be. */
  overtake(): void;
  /** Resolves when the browser has taken the frame, or with the frame, which is transferred. */
  draw(view: View): Promise<Drawn>;
}
