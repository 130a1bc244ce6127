/** The boundary of the viewer worker, which draws the viewed picture on a transferred canvas. */
import type { Reply } from '../engine/api.ts';
import type { Renderer, RenderSource, View } from '../render/renderer.ts';

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
}

export interface ViewerWorkerApi {
  /** Once, before all others. `onContextChange` is the one channel back. */
  start(
    canvas: OffscreenCanvas,
    onContextChange: (state: 'lost' | 'restored') => void,
  ): Promise<Reply<ViewerStart>>;
  setSource(message: SourceMessage): void;
  /** Milliseconds that drawing took, uploads of a new source included; resolves when the browser has taken the frame. */
  draw(view: View): Promise<number>;
}
