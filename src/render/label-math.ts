/** Which class and person a point of the picture belongs to, and what is drawn there. The reference: `label-layer.ts` says the same in GLSL. */
import type { LabelLook, LabelSource } from './renderer.ts';

/** Directions in which an outline looks for another class, in units of the line's half width. */
export const OUTLINE_OFFSETS: readonly (readonly [number, number])[] = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
  [-0.7, -0.7],
  [0.7, -0.7],
  [-0.7, 0.7],
  [0.7, 0.7],
];

export interface SourceSize {
  readonly sourceWidthPx: number;
  readonly sourceHeightPx: number;
}

/** Reads the class to draw at a point in source pixels: 0..255, or -1 where nothing is drawn. */
export type LabelReader = (x: number, y: number) => number;

/** `halfLinePx`: half the width of outlines, in source pixels. */
export function createLabelReader(
  labels: LabelSource,
  look: LabelLook,
  size: SourceSize,
  halfLinePx: number,
): LabelReader {
  const { widthPx, heightPx, labelsU8, instancesU16 } = labels;
  const { paletteRgba, peopleOn } = look;

  /** person * 256 + class + 1, 0 for what is switched off. */
  const codeAt = (x: number, y: number): number => {
    const column = Math.min(widthPx - 1, Math.max(0, Math.floor((x / size.sourceWidthPx) * widthPx)));
    const row = Math.min(heightPx - 1, Math.max(0, Math.floor((y / size.sourceHeightPx) * heightPx)));
    const index = row * widthPx + column;
    const label = labelsU8[index] ?? 0;
    const person = instancesU16?.[index] ?? 0;
    const isOn = (paletteRgba[label * 4 + 3] ?? 0) > 0 && peopleOn[person] === 1;
    return isOn ? person * 256 + label + 1 : 0;
  };

  if (!look.isOutline) {
    return (x, y) => {
      const code = codeAt(x, y);
      return code === 0 ? -1 : (code - 1) & 255;
    };
  }
  return (x, y) => {
    const center = codeAt(x, y);
    for (const [dx, dy] of OUTLINE_OFFSETS) {
      const other = codeAt(x + dx * halfLinePx, y + dy * halfLinePx);
      if (other !== center) return ((center === 0 ? other : center) - 1) & 255;
    }
    return -1;
  };
}

/** Mixes the classes over RGBA8 pixels whose first one's centre is at (`startX`, `startY`) in source pixels, `step` apart; row-major, opaque. */
export function mixLabels(
  pixelsRgba: Uint8Array | Uint8ClampedArray,
  widthPx: number,
  at: { readonly startX: number; readonly startY: number; readonly step: number },
  read: LabelReader,
  look: LabelLook,
  opacity: number,
): void {
  const rowCount = pixelsRgba.length / 4 / widthPx;
  for (let row = 0; row < rowCount; row++) {
    for (let column = 0; column < widthPx; column++) {
      const label = read(at.startX + column * at.step, at.startY + row * at.step);
      if (label < 0) continue;
      const out = (row * widthPx + column) * 4;
      const alpha = (opacity * (look.paletteRgba[label * 4 + 3] ?? 0)) / 255;
      for (let channel = 0; channel < 3; channel++) {
        const below = pixelsRgba[out + channel] ?? 0;
        const color = look.paletteRgba[label * 4 + channel] ?? 0;
        pixelsRgba[out + channel] = Math.round(below + (color - below) * alpha);
      }
    }
  }
}
