/** From what is switched on to what is drawn and saved. Pure. */
import type { LabelsResult } from '../../engine/api.ts';
import { toClassTable, toPeopleTable, type Selection } from '../../engine/parsing/selection.ts';
import { getPalette, type PaletteId } from '../../render/palettes.ts';
import type { LabelLook, LabelSource, ScalarMap } from '../../render/renderer.ts';
import type { ParsingStyle } from '../stores/settings-store.ts';

/** A class that no label set has: pixels that the selection leaves out. */
const LEFT_OUT = 255;

export interface NearnessRange {
  /** 0 = the farthest point of the picture, 1 = the nearest. */
  readonly lo: number;
  readonly hi: number;
}

export interface ParsingChoice {
  readonly hiddenClasses: readonly number[];
  readonly isolatedClass: number | null;
  readonly hiddenPeople: readonly number[];
  readonly isolatedPerson: number | null;
  /** null: any depth. */
  readonly depthRange: NearnessRange | null;
}

/** What is on: the isolated class or person alone, else all that is not hidden. People null: all, with what is nobody's. */
export function resolveSelection(result: LabelsResult, choice: ParsingChoice): Selection {
  const { hiddenClasses, isolatedClass, hiddenPeople, isolatedPerson } = choice;
  const ids = result.labels.map((_, id) => id);
  const classes = new Set(
    isolatedClass === null ? ids.filter((id) => !hiddenClasses.includes(id)) : [isolatedClass],
  );
  if (isolatedPerson !== null) return { classes, people: new Set([isolatedPerson]) };
  if (hiddenPeople.length === 0) return { classes, people: null };
  const everyone = [0, ...result.people.map((_, index) => index + 1)];
  return { classes, people: new Set(everyone.filter((id) => !hiddenPeople.includes(id))) };
}

/** The mosaic covers the photo: what is switched off is black there, and see-through in the other styles. */
export function createLook(
  result: LabelsResult,
  selection: Selection,
  style: ParsingStyle,
  paletteId: PaletteId,
  lineWidthPx: number,
): LabelLook {
  const palette = getPalette(paletteId);
  const isOn = toClassTable(selection);
  const isMosaic = style === 'mosaic';
  const paletteRgba = new Uint8Array(256 * 4);
  for (let id = 0; id < 256; id++) {
    if (isOn[id] === 1) paletteRgba.set(palette.subarray(id * 3, id * 3 + 3), id * 4);
    paletteRgba[id * 4 + 3] = isOn[id] === 1 || isMosaic ? 255 : 0;
  }
  return {
    isOutline: style === 'outline',
    lineWidthPx,
    paletteRgba,
    // In a mosaic, people are left out by their pixels' class (see `selectPixels`): they become black, not see-through.
    peopleOn: isMosaic
      ? new Uint8Array(result.people.length + 1).fill(1)
      : toPeopleTable(selection, result.people.length),
  };
}

/** The result's pixels to draw: the same arrays, or a copy where a depth range or, in a mosaic, people leave some out. */
export function selectPixels(
  result: LabelsResult,
  selection: Selection,
  style: ParsingStyle,
  depth: { readonly map: ScalarMap; readonly lo: number; readonly hi: number } | null,
): LabelSource {
  const { widthPx, heightPx, labelsU8, instancesU16 } = result;
  const filtersPeople = style === 'mosaic' && selection.people !== null && instancesU16 !== null;
  if (depth === null && !filtersPeople) return { widthPx, heightPx, labelsU8, instancesU16 };
  const peopleOn = toPeopleTable(selection, result.people.length);
  const kept = labelsU8.slice();
  for (let y = 0, i = 0; y < heightPx; y++) {
    const depthRow =
      depth === null ? 0 : Math.floor(((y + 0.5) / heightPx) * depth.map.heightPx) * depth.map.widthPx;
    for (let x = 0; x < widthPx; x++, i++) {
      if (filtersPeople && peopleOn[instancesU16[i]!] === 0) kept[i] = LEFT_OUT;
      if (depth === null) continue;
      const value = depth.map.values[depthRow + Math.floor(((x + 0.5) / widthPx) * depth.map.widthPx)]!;
      if (!(value >= depth.lo && value <= depth.hi)) kept[i] = LEFT_OUT;
    }
  }
  return { widthPx, heightPx, labelsU8: kept, instancesU16 };
}
