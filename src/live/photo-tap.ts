/** A tap of pictures that are bitmaps: a renderer of its own on a canvas of its own. */
import { createRenderer } from '../render/create-renderer.ts';
import type { LiveView } from '../worker/live-api.ts';
import type { Tap, TapKind } from './frame-path.ts';
import { toRenderSource, toRenderView, type Picture } from './presenter.ts';
import { toTapSize, toTapView } from './tap-view.ts';
import type { PictureSize } from './view-geometry.ts';

export interface PhotoTapOptions {
  readonly kind: TapKind;
  readonly fixedSize: PictureSize | null;
  /** The GPU is simulated: the processor draws faster itself. */
  readonly isSoftware: boolean;
  readonly getPicture: () => Picture | null;
  readonly getView: () => LiveView | null;
}

export function createPhotoTap({ kind, fixedSize, isSoftware, getPicture, getView }: PhotoTapOptions): Tap {
  const canvas = new OffscreenCanvas(2, 2);
  const renderer = createRenderer(canvas, { prefer: isSoftware ? 'canvas2d' : 'auto' });
  return {
    canvas,
    draw() {
      const [picture, view] = [getPicture(), getView()];
      if (picture === null || view === null) return;
      const { photo } = picture;
      const size = fixedSize ?? toTapSize(kind, view, { widthPx: photo.width, heightPx: photo.height });
      renderer.setSource(toRenderSource(picture, true));
      renderer.draw(toRenderView(picture, toTapView(kind, view), size));
      // The photo is the presenter's and may be closed before a lost context would want it again.
      renderer.setSource({ photo: null, map: null, sourceWidthPx: 1, sourceHeightPx: 1 });
    },
    dispose: () => renderer.dispose(),
  };
}
