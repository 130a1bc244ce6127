/** A second canvas with what the presenter has just drawn, for recorders and mirrors: the size of the source, no surround. */
import { createRenderer } from '../render/create-renderer.ts';
import type { ColorSettings, ViewMode } from '../render/renderer.ts';
import type { LiveView, RecordingKind } from '../worker/live-api.ts';
import type { Picture } from './presenter.ts';
import { composeView, contentSize, fitSize, type PictureSize } from './view-geometry.ts';

export interface Tap {
  readonly canvas: OffscreenCanvas;
  draw(picture: Picture, view: LiveView): void;
  dispose(): void;
}

const MAX_SIZE: PictureSize = { widthPx: 3840, heightPx: 2160 };

function chooseMode(kind: RecordingKind | 'view', view: LiveView): ViewMode {
  if (kind === 'view') return view.mode;
  return kind === 'side-by-side' ? 'side-by-side' : 'map';
}

function chooseColor(kind: RecordingKind | 'view', { color }: LiveView): ColorSettings {
  return kind === 'grey' ? { ...color, colormap: 'grey' } : color;
}

/** Even sides: most video codecs take no others. */
export function tapSize(kind: RecordingKind | 'view', view: LiveView, photo: ImageBitmap): PictureSize {
  const source = { widthPx: photo.width, heightPx: photo.height };
  return fitSize(contentSize({ mode: chooseMode(kind, view) }, source), MAX_SIZE, true);
}

/** @param fixedSize a video keeps the size that it began with; null: follows the source */
export function createTap(kind: RecordingKind | 'view', fixedSize: PictureSize | null): Tap {
  const canvas = new OffscreenCanvas(2, 2);
  const renderer = createRenderer(canvas);
  return {
    canvas,
    draw(picture, view) {
      const { photo, map } = picture;
      const size = fixedSize ?? tapSize(kind, view, photo);
      const source = { widthPx: photo.width, heightPx: photo.height };
      renderer.setSource({ photo, map, sourceWidthPx: photo.width, sourceHeightPx: photo.height });
      const tapped: LiveView = { ...view, mode: chooseMode(kind, view), color: chooseColor(kind, view) };
      renderer.draw(composeView(tapped, source, size, map !== null));
      // The photo is the presenter's and may be closed before a lost context would want it again.
      renderer.setSource({ photo: null, map: null, sourceWidthPx: 1, sourceHeightPx: 1 });
    },
    dispose: () => renderer.dispose(),
  };
}
