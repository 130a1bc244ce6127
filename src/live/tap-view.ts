import type { LiveView } from '../worker/live-api.ts';
import type { TapKind } from './frame-path.ts';
import { contentSize, fitSize, type PictureSize } from './view-geometry.ts';

const MAX_SIZE: PictureSize = { widthPx: 3840, heightPx: 2160 };

/** The view that a tap of this kind draws, while `view` is on screen. */
export function toTapView(kind: TapKind, view: LiveView): LiveView {
  if (kind === 'view') return view;
  return {
    ...view,
    mode: kind === 'side-by-side' || kind === 'photo' ? kind : 'map',
    color: kind === 'grey' ? { ...view.color, colormap: 'grey' } : view.color,
  };
}

/** Even sides: most video codecs take no others. */
export function toTapSize(kind: TapKind, view: LiveView, photo: PictureSize): PictureSize {
  return fitSize(contentSize(toTapView(kind, view), photo), MAX_SIZE, true);
}
