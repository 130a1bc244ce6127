/** The renderer on the CPU: the fallback where WebGL2 is missing, and the reference that tests compare WebGL2 with. */
import { EngineError } from '../engine/errors.ts';
import { mixColors, toGrey16Values } from './color-math.ts';
import { alignEdges } from './edge-alignment.ts';
import {
  createRangeWeights,
  mapPositions,
  upsampleBilinear,
  upsampleJointBilateral,
  type GuidePixels,
} from './joint-bilateral.ts';
import { drawLabels } from './canvas-labels.ts';
import { readGuide, readPhoto, readPhotoCrisp } from './photo-pixels.ts';
import type { RenderCanvas, Renderer, RenderSource, ScalarMap, SourceRect, View } from './renderer.ts';
import { photoSampling } from './sampling.ts';
import { replaceNonFinite } from './scalar-map.ts';
import { finishSteps, type Steps } from './steps.ts';
import { viewportsOf, type Viewport } from './viewports.ts';

/** What Chromium, Firefox and Safari allow for a canvas side. */
const MAX_SIDE_PX = 16384;

/** Source coordinates of output pixel centres: first, distance, and how many. */
interface Axis {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** What a viewport shows before colour: changes with the camera only. */
interface ViewportSamples {
  readonly x: Axis;
  readonly y: Axis;
  /** RGBA8; null: no photo. */
  readonly photo: GuidePixels | null;
  /** null: no map, or none is seen. */
  readonly values: Float32Array | null;
}

/** Of one photo and one map. */
interface Guided {
  readonly guide: GuidePixels;
  /** Its outlines pulled onto the photo's. */
  readonly map: ScalarMap;
}

/** What a tile shows before range and colour. */
interface TileValues {
  readonly key: string;
  /** Only compared: it is closed by whoever made it. */
  readonly photoTile: ImageBitmap | null;
  readonly values: Float32Array;
}

/** Null where the browser gives no 2D context for this canvas. */
export function createCanvas2dRenderer(canvas: RenderCanvas): Renderer | null {
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) return null;
  let source: RenderSource | null = null;
  let map: ScalarMap | null = null;
  let guided: Guided | null = null;
  let rangeWeights: Float32Array | null = null;
  let kept: { readonly key: string; readonly samples: ViewportSamples } | null = null;
  let target: ImageData | null = null;
  let keptTile: TileValues | null = null;

  /** The map at every output pixel. `photo`: RGBA8 at the output's resolution to follow the edges of; null: bilinear. */
  function* upsample(
    current: RenderSource,
    scalars: ScalarMap,
    x: Axis,
    y: Axis,
    photo: GuidePixels | null,
  ): Steps<Float32Array> {
    const xs = mapPositions(x.count, x.start, x.step, current.sourceWidthPx, scalars.widthPx);
    const ys = mapPositions(y.count, y.start, y.step, current.sourceHeightPx, scalars.heightPx);
    if (photo === null || current.photo === null) return upsampleBilinear(scalars, xs, ys);
    guided ??= yield* createGuided(current.photo, scalars);
    rangeWeights ??= createRangeWeights();
    return yield* upsampleJointBilateral(guided.map, guided.guide, xs, ys, photo, rangeWeights);
  }

  /** The map at every pixel of a source rectangle. Kept until another one is asked for: pictures are saved in several kinds. */
  function readValues(rect: SourceRect, followEdges: boolean, photoTile: ImageBitmap | null): Float32Array {
    if (source === null || map === null) throw new EngineError('INTERNAL', 'No map to read tiles of');
    const key = [rect.x, rect.y, rect.width, rect.height, followEdges].join();
    if (keptTile?.key === key && keptTile.photoTile === photoTile) return keptTile.values;
    const x = { start: rect.x + 0.5, step: 1, count: rect.width };
    const y = { start: rect.y + 0.5, step: 1, count: rect.height };
    let photo: GuidePixels | null = null;
    if (followEdges && source.photo !== null) {
      photo =
        photoTile === null
          ? readPhotoCrisp(source.photo, pixelPositions(x, source, 'x'), pixelPositions(y, source, 'y'))
          : readPhotoCrisp(photoTile, countUp(rect.width), countUp(rect.height));
    }
    const values = finishSteps(upsample(source, map, x, y, photo));
    keptTile = { key, photoTile, values };
    return values;
  }

  function* sampleViewport(current: RenderSource, view: View, viewport: Viewport): Steps<ViewportSamples> {
    const { camera } = view;
    const { content, width, height } = viewport;
    const { followEdges } = view.color;
    // A map that hides the photo, and does not follow it, needs none of it.
    const isPhotoHidden = map !== null && content === 'map' && view.overlayOpacity >= 1 && !followEdges;
    const { centerX, centerY, scale } = camera;
    const key = [centerX, centerY, scale, content, width, height, followEdges, isPhotoHidden].join();
    if (kept?.key === key) return kept.samples;
    const step = 1 / camera.scale;
    const startOf = (center: number, sourceSize: number, size: number) =>
      center * sourceSize + (0.5 - size / 2) * step;
    const x: Axis = { start: startOf(camera.centerX, current.sourceWidthPx, width), step, count: width };
    const y: Axis = { start: startOf(camera.centerY, current.sourceHeightPx, height), step, count: height };
    const photo =
      current.photo === null || isPhotoHidden
        ? null
        : photoSampling(current, camera).isCrisp
          ? readPhotoCrisp(current.photo, pixelPositions(x, current, 'x'), pixelPositions(y, current, 'y'))
          : readPhoto(current, camera, width, height);
    const values =
      map !== null && content !== 'photo'
        ? yield* upsample(current, map, x, y, followEdges ? photo : null)
        : null;
    const samples = { x, y, photo, values };
    // Of the viewports of a view one shows the map, which is what takes long.
    if (values !== null) kept = { key, samples };
    return samples;
  }

  /** Writes every pixel of the viewport. */
  function drawViewport(current: RenderSource, view: View, viewport: Viewport, target: ImageData): void {
    const { x, y, photo, values } = finishSteps(sampleViewport(current, view, viewport));
    const surround = 0xff000000 | (Math.round(view.surround * 255) * 0x010101);
    const isEmpty = values === null && photo === null;
    // Columns and rows of the picture; around it is the surround.
    const [from, to] = isEmpty ? [0, 0] : findInside(x, current.sourceWidthPx);
    const [top, bottom] = findInside(y, current.sourceHeightPx);
    const splitX = viewport.content === 'compare' ? view.comparePosition * view.widthPx : 0;
    // Pixel centres left of the line show the photo.
    const split = Math.ceil(splitX - 0.5) - viewport.x;
    const mapFrom = values === null ? to : Math.min(to, Math.max(from, split));
    const words = new Uint32Array(target.data.buffer);
    const photoWords = photo === null ? null : new Uint32Array(photo.buffer, photo.byteOffset);
    const opacity = photo === null ? 1 : view.overlayOpacity;
    for (let row = 0; row < viewport.height; row++) {
      const line = (viewport.y + row) * target.width + viewport.x;
      if (row < top || row >= bottom) {
        words.fill(surround, line, line + viewport.width);
        continue;
      }
      const first = row * viewport.width;
      words.fill(surround, line, line + from);
      words.fill(surround, line + to, line + viewport.width);
      if (photoWords !== null) words.set(photoWords.subarray(first + from, first + to), line + from);
      else words.fill(surround, line + from, line + mapFrom);
      if (values === null || opacity === 0 || mapFrom === to) continue;
      const shown = values.subarray(first + mapFrom, first + to);
      mixColors(shown, view.color, opacity, target.data, (line + mapFrom) * 4);
    }
  }

  return {
    kind: 'canvas2d',
    maxTextureSizePx: MAX_SIDE_PX,
    setSource(next) {
      if (next.map !== source?.map) {
        map = next.map === null ? null : { ...next.map, values: replaceNonFinite(next.map.values) };
      }
      if (next.map !== source?.map || next.photo !== source?.photo) guided = null;
      source = next;
      kept = null;
      keptTile = null;
    },
    *prepare(view) {
      if (source === null) return;
      for (const viewport of viewportsOf(view.mode, view.widthPx, view.heightPx)) {
        if (viewport.content !== 'photo') yield* sampleViewport(source, view, viewport);
      }
    },
    draw(view) {
      if (source === null || view.widthPx === 0 || view.heightPx === 0) return;
      if (canvas.width !== view.widthPx) canvas.width = view.widthPx;
      if (canvas.height !== view.heightPx) canvas.height = view.heightPx;
      if (target?.width !== view.widthPx || target.height !== view.heightPx) {
        target = new ImageData(view.widthPx, view.heightPx);
      }
      for (const viewport of viewportsOf(view.mode, view.widthPx, view.heightPx)) {
        drawViewport(source, view, viewport, target);
        drawLabels(source, view, viewport, target);
      }
      context.putImageData(target, 0, 0);
    },
    readColorTile(rect, color, photoTile) {
      const values = readValues(rect, color.followEdges, photoTile);
      const pixels = new Uint8Array(rect.width * rect.height * 4);
      mixColors(values, color, 1, new Uint8ClampedArray(pixels.buffer), 0);
      return pixels;
    },
    readGreyTile: (rect, color, photoTile) =>
      toGrey16Values(readValues(rect, color.followEdges, photoTile), color),
    dispose() {
      keptTile = null;
      source = null;
      map = null;
      guided = null;
      kept = null;
      target = null;
    },
  };
}

function* createGuided(photo: ImageBitmap, map: ScalarMap): Steps<Guided> {
  const guide = readGuide(photo, map.widthPx, map.heightPx);
  return { guide, map: yield* alignEdges(map, guide) };
}

/** First pixel whose centre lies inside of the source, and one past the last. */
function findInside({ start, step, count }: Axis, sourceSizePx: number): readonly [number, number] {
  let from = 0;
  while (from < count && start + from * step < 0) from++;
  let to = count;
  while (to > from && start + (to - 1) * step >= sourceSizePx) to--;
  return [from, to];
}

function countUp(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => i);
}

/** Indices of the proxy's pixels under output pixel centres. */
function pixelPositions({ start, step, count }: Axis, source: RenderSource, axis: 'x' | 'y'): Int32Array {
  const size = axis === 'x' ? source.sourceWidthPx : source.sourceHeightPx;
  const proxySize = (axis === 'x' ? source.photo?.width : source.photo?.height) ?? size;
  return Int32Array.from({ length: count }, (_, i) => {
    const index = Math.floor(((start + i * step) / size) * proxySize);
    return Math.min(proxySize - 1, Math.max(0, index));
  });
}
