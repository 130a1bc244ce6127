import type { LiveLabelLook } from '../../../client/live-client.types.ts';
import { resolveLabelSet } from '../../../engine/parsing/label-sets.ts';
import type { ModelManifest } from '../../../engine/models/manifest.ts';
import { getPalette, type PaletteId } from '../../../render/palettes.ts';
import type { FaceBlurChoice } from '../../stores/parsing-store.ts';
import type { ParsingStyle } from '../../stores/settings-store.ts';

const LINE_WIDTH_CSS_PX = 2.5;

export interface LiveLookChoice {
  readonly style: ParsingStyle;
  readonly palette: PaletteId;
  readonly opacity: number;
  readonly areClassesShown: boolean;
  readonly faceBlur: FaceBlurChoice;
}

/** How a parsing model's frames are drawn: every class but the background, or none; null for depth models. */
export function createLiveLabelLook(
  { output }: ModelManifest,
  { style, palette, opacity, areClassesShown, faceBlur }: LiveLookChoice,
): LiveLabelLook | null {
  if (output.kind !== 'semantic-labels' && output.kind !== 'mask2former') return null;
  const colours = getPalette(palette);
  const isMosaic = style === 'mosaic';
  const paletteRgba = new Uint8Array(256 * 4);
  if (areClassesShown) {
    for (let id = 0; id < 256; id++) {
      const isBackground = id === 0;
      if (!isBackground) paletteRgba.set(colours.subarray(id * 3, id * 3 + 3), id * 4);
      paletteRgba[id * 4 + 3] = isBackground && !isMosaic ? 0 : 255;
    }
  }
  const { faceClasses, hairClasses } = resolveLabelSet(output.labelSet, output.labels);
  const { isOn, includesHair, feather, strength } = faceBlur;
  return {
    isOutline: style === 'outline',
    lineWidthPx: LINE_WIDTH_CSS_PX * (globalThis.devicePixelRatio || 1),
    paletteRgba,
    opacity: isMosaic ? 1 : opacity,
    blur: isOn
      ? { classes: includesHair ? [...faceClasses, ...hairClasses] : faceClasses, feather, strength }
      : null,
  };
}
