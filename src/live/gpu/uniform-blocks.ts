/** What the passes are told: the bytes of the `Params` structs in the shaders, field by field in their order. */
import type { InputGeometry } from '../../engine/image/input-size.ts';
import type { InputSpec } from '../../engine/models/manifest.ts';
import { clampGamma } from '../../render/color-math.ts';
import { viewportsOf, type Viewport } from '../../render/viewports.ts';
import type { View } from '../../render/renderer.ts';
import { rangeWeightOf, stillWeightOf } from '../steady-constants.ts';
import type { PictureSize } from '../view-geometry.ts';
import { COLOR_PARAMS_BYTES, CONTENT } from './color-wgsl.ts';
import { PREPROCESS_PARAMS_BYTES } from './preprocess-wgsl.ts';
import { STEADY_PARAMS_BYTES } from './steady-wgsl.ts';

/** How a map is taken into the steady state. */
export interface SteadyOptions {
  readonly strength: number;
  readonly isMirrored: boolean;
  /** Values are metres. */
  readonly isDepth: boolean;
  readonly isReset: boolean;
}

/** Alignment that every device accepts for dynamic offsets. */
export const OFFSET_STEP = 256;
/** Side by side has two. */
export const MAX_VIEWPORTS = 2;

export function packPreprocess(
  photo: PictureSize,
  { network }: Pick<InputGeometry, 'network'>,
  spec: InputSpec,
  isMirrored: boolean,
): ArrayBuffer {
  const params = new DataView(new ArrayBuffer(PREPROCESS_PARAMS_BYTES));
  setWords(params, 0, [network.widthPx, network.heightPx, photo.widthPx, photo.heightPx]);
  for (let channel = 0; channel < 3; channel++) {
    const deviation = spec.std?.[channel] ?? 1;
    params.setFloat32(16 + channel * 4, spec.scale / deviation, true);
    params.setFloat32(32 + channel * 4, (spec.mean?.[channel] ?? 0) / deviation, true);
  }
  params.setFloat32(48, spec.resize.cubicA ?? (spec.resize.antialias ? -0.5 : -0.75), true);
  setFlags(params, 52, [
    spec.resize.filter === 'bicubic',
    spec.resize.antialias,
    spec.resize.precision === 'u8',
    isMirrored,
    spec.channelOrder === 'BGR',
  ]);
  return params.buffer;
}

export function packSteady(
  map: PictureSize,
  photo: PictureSize,
  { strength, isMirrored, isDepth, isReset }: SteadyOptions,
): ArrayBuffer {
  const params = new DataView(new ArrayBuffer(STEADY_PARAMS_BYTES));
  setWords(params, 0, [map.widthPx, map.heightPx, photo.widthPx, photo.heightPx]);
  setFloats(params, 16, [rangeWeightOf(strength), stillWeightOf(strength)]);
  setFlags(params, 24, [strength === 0, isMirrored, isDepth, isReset]);
  return params.buffer;
}

/** A block for each viewport of the view, {@link OFFSET_STEP} apart, and the viewports. `map`: null where there is none to draw. */
export function packPaint(
  view: View,
  photo: PictureSize,
  map: PictureSize | null,
  isMirrored: boolean,
): { readonly bytes: ArrayBuffer; readonly viewports: readonly Viewport[] } {
  const viewports = viewportsOf(view.mode, view.widthPx, view.heightPx);
  const params = new DataView(new ArrayBuffer(OFFSET_STEP * (MAX_VIEWPORTS - 1) + COLOR_PARAMS_BYTES));
  const { color, camera } = view;
  viewports.forEach(({ content, x, y, width, height }, i) => {
    const at = i * OFFSET_STEP;
    setFloats(params, at, [
      ...[x, y, width, height],
      ...[photo.widthPx * camera.scale, photo.heightPx * camera.scale],
      ...[map?.widthPx ?? 1, map?.heightPx ?? 1],
      ...[color.range.lo, color.range.hi],
    ]);
    setWords(params, at + 40, [CONTENT[content], color.invert ? 1 : 0]);
    setFloats(params, at + 48, [
      1 / clampGamma(color.gamma),
      view.comparePosition * view.widthPx,
      view.overlayOpacity,
    ]);
    setFlags(params, at + 60, [color.followEdges, isMirrored, map !== null]);
    params.setFloat32(at + 72, view.surround, true);
  });
  return { bytes: params.buffer, viewports };
}

function setWords(params: DataView, offset: number, words: readonly number[]): void {
  words.forEach((word, i) => params.setUint32(offset + i * 4, word, true));
}

function setFloats(params: DataView, offset: number, values: readonly number[]): void {
  values.forEach((value, i) => params.setFloat32(offset + i * 4, value, true));
}

function setFlags(params: DataView, offset: number, flags: readonly boolean[]): void {
  setWords(
    params,
    offset,
    flags.map((flag) => (flag ? 1 : 0)),
  );
}
