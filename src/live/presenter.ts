/** Draws the newest photo and map on the page's canvas; redraws them when only the view changes. */
import { createRenderer } from '../render/create-renderer.ts';
import type { LabelsResult } from '../engine/api.ts';
import type {
  BlurSource,
  RenderCanvas,
  Renderer,
  RenderSource,
  ScalarMap,
  View,
} from '../render/renderer.ts';
import type { LiveView } from '../worker/live-api.ts';
import { composeView, fitSize, type PictureSize } from './view-geometry.ts';

/** A photo and what was made of that very photo; null: nothing yet, or the other kind. */
export interface Picture {
  readonly photo: ImageBitmap;
  readonly map: ScalarMap | null;
  readonly labels: LabelsResult | null;
  readonly blur: BlurSource | null;
}

/** What a renderer is told to draw of a picture. A photo that nobody sees is not uploaded. */
export function toRenderSource({ photo, map, labels, blur }: Picture, isPhotoSeen: boolean): RenderSource {
  return {
    photo: isPhotoSeen ? photo : null,
    map,
    labels,
    blur,
    sourceWidthPx: photo.width,
    sourceHeightPx: photo.height,
  };
}

/** The view that the renderer draws of it. */
export function toRenderView(picture: Picture, view: LiveView, canvas: PictureSize): View {
  const { photo, map, labels } = picture;
  const source = { widthPx: photo.width, heightPx: photo.height };
  const composed = composeView(view, source, canvas, map !== null || labels !== null);
  if (labels === null || view.labels === null) return composed;
  const { isOutline, lineWidthPx, paletteRgba } = view.labels;
  const peopleOn = new Uint8Array(labels.people.length + 1).fill(1);
  // Nothing that leaves the page or is looked at over a shoulder shows a face that was to be hidden.
  return { ...composed, labels: { isOutline, lineWidthPx, paletteRgba, peopleOn }, isPhotoBlurred: true };
}

export interface Presenter {
  readonly kind: Renderer['kind'];
  setView(view: LiveView): void;
  /** Draws now. Takes the photo over: it is closed when the next one is shown. */
  show(picture: Picture): void;
  /** What is on screen; owned by the presenter. */
  getPicture(): Picture | null;
  getView(): LiveView | null;
  dispose(): void;
}

export interface PresenterOptions {
  readonly canvas: RenderCanvas;
  /** The GPU is simulated: the processor draws itself, which takes a fifth of the time, and nothing larger than the source. */
  readonly isSoftware: boolean;
  /** Runs a redraw soon, once; with the next frame of the display where there is one. */
  readonly schedule: (redraw: () => void) => void;
  readonly onContextChange: (state: 'lost' | 'restored') => void;
}

/** Above full HD a canvas costs more than it shows. */
const MAP_OVERSAMPLING = 1.5;
const MAX_CANVAS: PictureSize = { widthPx: 2560, heightPx: 1440 };

/** On a simulated GPU a map needs no more pixels than show its own; photos are shown as they came, side by side in twice the room. */
function boundOf({ mode }: LiveView, photo: PictureSize, map: PictureSize | null): PictureSize {
  if (mode === 'map' && map !== null) {
    return { widthPx: map.widthPx * MAP_OVERSAMPLING, heightPx: map.heightPx * MAP_OVERSAMPLING };
  }
  const factor = mode === 'side-by-side' ? 2 : 1;
  return { widthPx: photo.widthPx * factor, heightPx: photo.heightPx * factor };
}

export function createPresenter(options: PresenterOptions): Presenter {
  const renderer = createRenderer(options.canvas, {
    prefer: options.isSoftware ? 'canvas2d' : 'auto',
    onContextChange: options.onContextChange,
  });
  let view: LiveView | null = null;
  let picture: Picture | null = null;
  let isRedrawWanted = false;

  function draw(): void {
    isRedrawWanted = false;
    if (view === null || picture === null || view.widthPx < 1 || view.heightPx < 1) return;
    const source: PictureSize = { widthPx: picture.photo.width, heightPx: picture.photo.height };
    const page = fitSize(view, MAX_CANVAS);
    const canvas = options.isSoftware ? fitSize(page, boundOf(view, source, picture.map)) : page;
    const isPhotoSeen = view.mode !== 'map' || view.color.followEdges || picture.map === null;
    renderer.setSource(toRenderSource(picture, isPhotoSeen));
    renderer.draw(toRenderView(picture, view, canvas));
  }

  return {
    kind: renderer.kind,
    setView(next) {
      view = next;
      if (isRedrawWanted) return;
      isRedrawWanted = true;
      options.schedule(() => {
        if (isRedrawWanted) draw();
      });
    },
    show(next) {
      const previous = picture;
      picture = next;
      draw();
      previous?.photo.close();
    },
    getPicture: () => picture,
    getView: () => view,
    dispose() {
      renderer.dispose();
      picture?.photo.close();
      picture = null;
    },
  };
}
