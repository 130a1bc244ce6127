/**
 * Making faces unrecognisable: the photo shrunk to a few cells per face, spread again by a cubic B-spline, and mixed in
 * where a soft mask says so. What the cells do not hold cannot be brought back. `label-layer.ts` says the same in GLSL.
 */
import { EngineError } from '../engine/errors.ts';
import type { LabelMap } from '../engine/parsing/selection.ts';
import { toPeopleTable } from '../engine/parsing/selection.ts';
import type { SourceSize } from './label-math.ts';
import type { BlurSource } from './renderer.ts';

/** Masks need no more: they are soft. */
const MASK_SIDE_PX = 1024;
const BASE_SIDE_PX = 256;
/** Cells along a face: weakest and strongest. */
const CELLS_WEAK = 9;
const CELLS_STRONG = 2.5;
/** Of the picture's long side, at full feather. */
const MAX_FEATHER_SHARE = 0.04;

export interface FaceBlurSettings {
  /** Class ids that are blurred. */
  readonly classes: ReadonlySet<number>;
  /** Person ids that are blurred (0: pixels of nobody); null: all. */
  readonly people: ReadonlySet<number> | null;
  /** 0..1: how far the blur reaches beyond the face, softly. */
  readonly feather: number;
  /** 0..1 */
  readonly strength: number;
}

/** 1 or 0 at mask size, and the pixels of the largest face (of one person, or of all where people are unknown). */
function pickFaces(map: LabelMap, { classes, people }: FaceBlurSettings, width: number, height: number) {
  const isFace = new Uint8Array(256);
  for (const id of classes) isFace[id] = 1;
  const isPersonOn = toPeopleTable({ classes, people }, map.people.length);
  const areas = new Map<number, number>();
  const mask = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.min(map.heightPx - 1, Math.floor(((y + 0.5) * map.heightPx) / height)) * map.widthPx;
    for (let x = 0; x < width; x++, i++) {
      const index = row + Math.min(map.widthPx - 1, Math.floor(((x + 0.5) * map.widthPx) / width));
      const person = map.instancesU16?.[index] ?? 0;
      if (isFace[map.labelsU8[index]!] === 0 || isPersonOn[person] === 0) continue;
      mask[i] = 255;
      areas.set(person, (areas.get(person) ?? 0) + 1);
    }
  }
  return { mask, largestArea: Math.max(0, ...areas.values()) };
}

/** Mean over 2 * radius + 1 pixels along one axis, edges held; `isAny`: 255 where any is above 0. */
function boxPass(
  values: Uint8Array<ArrayBuffer>,
  lineCount: number,
  length: number,
  lineStride: number,
  stride: number,
  radius: number,
  isAny: boolean,
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(values.length);
  const count = 2 * radius + 1;
  for (let line = 0; line < lineCount; line++) {
    const start = line * lineStride;
    const at = (k: number) => values[start + Math.min(length - 1, Math.max(0, k)) * stride]!;
    let sum = 0;
    for (let k = -radius; k <= radius; k++) sum += at(k);
    for (let k = 0; k < length; k++) {
      result[start + k * stride] = isAny ? (sum > 0 ? 255 : 0) : Math.round(sum / count);
      sum += at(k + radius + 1) - at(k - radius);
    }
  }
  return result;
}

function boxFilter(
  values: Uint8Array<ArrayBuffer>,
  width: number,
  height: number,
  radius: number,
  isAny: boolean,
): Uint8Array<ArrayBuffer> {
  if (radius < 1) return values;
  const rows = boxPass(values, height, width, width, 1, radius, isAny);
  return boxPass(rows, width, height, 1, width, radius, isAny);
}

/** Null where no pixel is of the chosen classes. The face itself is covered in full: feathering reaches outwards. */
export function createFaceBlur(
  map: LabelMap,
  settings: FaceBlurSettings,
  size: SourceSize,
): BlurSource | null {
  const shrink = Math.max(1, Math.max(map.widthPx, map.heightPx) / MASK_SIDE_PX);
  const widthPx = Math.max(1, Math.round(map.widthPx / shrink));
  const heightPx = Math.max(1, Math.round(map.heightPx / shrink));
  const { mask, largestArea } = pickFaces(map, settings, widthPx, heightPx);
  if (largestArea === 0) return null;
  const radius = Math.round((settings.feather * MAX_FEATHER_SHARE * Math.max(widthPx, heightPx)) / 2);
  let alphaU8 = boxFilter(mask, widthPx, heightPx, 2 * radius + 1, true);
  for (let pass = 0; pass < 2; pass++) alphaU8 = boxFilter(alphaU8, widthPx, heightPx, radius, false);

  const sourcePerMask = size.sourceWidthPx / widthPx;
  const cells = CELLS_WEAK + (CELLS_STRONG - CELLS_WEAK) * settings.strength;
  const cellPx = Math.max(1, (Math.sqrt(largestArea) * sourcePerMask) / cells);
  const fit = Math.max(cellPx, Math.max(size.sourceWidthPx, size.sourceHeightPx) / BASE_SIDE_PX);
  return {
    mask: { widthPx, heightPx, alphaU8 },
    baseWidthPx: Math.max(1, Math.round(size.sourceWidthPx / fit)),
    baseHeightPx: Math.max(1, Math.round(size.sourceHeightPx / fit)),
  };
}

/** RGBA8 of the photo's cells. Halved step by step: browsers differ in how they shrink by more. */
export function readBlurBase(
  photo: ImageBitmap,
  { baseWidthPx, baseHeightPx }: BlurSource,
): Uint8ClampedArray {
  const draw = (image: CanvasImageSource, width: number, height: number) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
    if (context === null) throw new EngineError('INTERNAL', `No 2D context of ${width} x ${height} pixels`);
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, 0, 0, width, height);
    return { canvas, context };
  };
  let { width, height } = photo;
  let image: CanvasImageSource = photo;
  while (width >= baseWidthPx * 2 && height >= baseHeightPx * 2 && Math.max(width, height) > 2) {
    width = Math.max(baseWidthPx, Math.ceil(width / 2));
    height = Math.max(baseHeightPx, Math.ceil(height / 2));
    image = draw(image, width, height).canvas;
  }
  return draw(image, baseWidthPx, baseHeightPx).context.getImageData(0, 0, baseWidthPx, baseHeightPx).data;
}

/** Weights of the four cells around a place, `f` in 0..1 from the second: uniform cubic B-spline. */
function splineWeights(f: number): readonly [number, number, number, number] {
  const g = 1 - f;
  return [
    (g * g * g) / 6,
    (4 - 6 * f * f + 3 * f * f * f) / 6,
    (4 - 6 * g * g + 3 * g * g * g) / 6,
    (f * f * f) / 6,
  ];
}

/** Blurs RGBA8 pixels whose first one's centre is at (`startX`, `startY`) in source pixels, `step` apart; row-major, opaque. */
export function mixBlur(
  pixelsRgba: Uint8Array | Uint8ClampedArray,
  widthPx: number,
  at: { readonly startX: number; readonly startY: number; readonly step: number },
  blur: BlurSource,
  baseRgba: Uint8ClampedArray,
  size: SourceSize,
): void {
  const { mask, baseWidthPx, baseHeightPx } = blur;
  const rowCount = pixelsRgba.length / 4 / widthPx;
  const clamp = (value: number, length: number) => Math.min(length - 1, Math.max(0, value));
  const maskAt = (x: number, y: number) =>
    mask.alphaU8[clamp(y, mask.heightPx) * mask.widthPx + clamp(x, mask.widthPx)]!;
  for (let row = 0; row < rowCount; row++) {
    const v = (at.startY + row * at.step) / size.sourceHeightPx;
    if (v < 0 || v >= 1) continue;
    const maskY = v * mask.heightPx - 0.5;
    const baseY = v * baseHeightPx - 0.5;
    const weightsY = splineWeights(baseY - Math.floor(baseY));
    for (let column = 0; column < widthPx; column++) {
      const u = (at.startX + column * at.step) / size.sourceWidthPx;
      if (u < 0 || u >= 1) continue;
      const maskX = u * mask.widthPx - 0.5;
      const [x0, y0] = [Math.floor(maskX), Math.floor(maskY)];
      const [fx, fy] = [maskX - x0, maskY - y0];
      const upper = maskAt(x0, y0) * (1 - fx) + maskAt(x0 + 1, y0) * fx;
      const lower = maskAt(x0, y0 + 1) * (1 - fx) + maskAt(x0 + 1, y0 + 1) * fx;
      const alpha = (upper * (1 - fy) + lower * fy) / 255;
      if (alpha === 0) continue;
      const baseX = u * baseWidthPx - 0.5;
      const weightsX = splineWeights(baseX - Math.floor(baseX));
      const out = (row * widthPx + column) * 4;
      for (let channel = 0; channel < 3; channel++) {
        let color = 0;
        for (let j = 0; j < 4; j++) {
          const rowStart = clamp(Math.floor(baseY) - 1 + j, baseHeightPx) * baseWidthPx;
          for (let i = 0; i < 4; i++) {
            const cell = rowStart + clamp(Math.floor(baseX) - 1 + i, baseWidthPx);
            color += weightsY[j]! * weightsX[i]! * baseRgba[cell * 4 + channel]!;
          }
        }
        const below = pixelsRgba[out + channel]!;
        pixelsRgba[out + channel] = Math.round(below + (color - below) * alpha);
      }
    }
  }
}
