/** From what is switched on to what is drawn and saved. Pure. */
import type { LabelsResult } from '../../engine/api.ts';
import { LEFT_OUT, toClassTable, toPeopleTable, type Selection } from '../../engine/parsing/selection.ts';
import { getPalette, getPeoplePalette, personColorIndex, type PaletteId } from '../../render/palettes.ts';
import type { LabelLook, LabelSource, ScalarMap } from '../../render/renderer.ts';
import type { ViewedMap } from '../queries.ts';
import type { ColourBy, ParsingStyle } from '../stores/settings-store.ts';

/** What is nobody's where people are coloured: no class has this id, and no person this entry. */
const NOBODY = 250;
const NOBODY_RGB = [150, 150, 150] as const;

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

/** How it is drawn, whatever is on. */
export interface DrawingStyle {
  readonly style: ParsingStyle;
  readonly colourBy: ColourBy;
  readonly palette: PaletteId;
  readonly lineWidthPx: number;
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

/** Where nobody is known, there is nothing to colour but classes. */
export function resolveColourBy(result: LabelsResult, colourBy: ColourBy): ColourBy {
  return result.people.length > 0 ? colourBy : 'class';
}

/** The mosaic covers the photo: what is switched off is black there, and see-through in the other styles. */
export function createLook(result: LabelsResult, selection: Selection, drawing: DrawingStyle): LabelLook {
  const { style, lineWidthPx } = drawing;
  const isMosaic = style === 'mosaic';
  const byPerson = resolveColourBy(result, drawing.colourBy) === 'person';
  const palette = byPerson ? getPeoplePalette(drawing.palette) : getPalette(drawing.palette);
  const isOn = byPerson ? new Uint8Array(256).fill(1, 1, NOBODY + 1) : toClassTable(selection);
  const paletteRgba = new Uint8Array(256 * 4);
  for (let id = 0; id < 256; id++) {
    if (isOn[id] === 1) paletteRgba.set(palette.subarray(id * 3, id * 3 + 3), id * 4);
    paletteRgba[id * 4 + 3] = isOn[id] === 1 || isMosaic ? 255 : 0;
  }
  if (byPerson) paletteRgba.set(NOBODY_RGB, NOBODY * 4);
  return {
    isOutline: style === 'outline',
    lineWidthPx,
    paletteRgba,
    // Where people are left out by their pixels (see `selectPixels`), they become black in a mosaic, not see-through.
    peopleOn:
      isMosaic || byPerson
        ? new Uint8Array(result.people.length + 1).fill(1)
        : toPeopleTable(selection, result.people.length),
  };
}

/** The raw values of a depth map between two shares of nearness; null: any depth, or none known. */
export function toRawRange(
  range: NearnessRange | null,
  depth: Pick<ViewedMap, 'map' | 'histogram'> | null,
): { readonly map: ScalarMap; readonly lo: number; readonly hi: number } | null {
  if (range === null || depth === null) return null;
  const { min, max } = depth.histogram;
  const at = (share: number) => min + share * (max - min);
  return { map: depth.map, lo: at(range.lo), hi: at(range.hi) };
}

/**
 * The result's pixels to draw: the same arrays where the look says all, or a copy where a depth range or, in a mosaic,
 * people leave some out. Coloured by person, the copy holds entries of the people's palette.
 */
export function selectPixels(
  result: LabelsResult,
  selection: Selection,
  { style, colourBy }: Pick<DrawingStyle, 'style' | 'colourBy'>,
  depth: ReturnType<typeof toRawRange>,
): LabelSource {
  const { widthPx, heightPx, labelsU8, instancesU16 } = result;
  const byPerson = resolveColourBy(result, colourBy) === 'person' && instancesU16 !== null;
  const filtersPeople =
    instancesU16 !== null && selection.people !== null && (byPerson || style === 'mosaic');
  if (depth === null && !filtersPeople && !byPerson) return { widthPx, heightPx, labelsU8, instancesU16 };
  const peopleOn = toPeopleTable(selection, result.people.length);
  const classOn = toClassTable(selection);
  const drawn = labelsU8.slice();
  for (let y = 0, i = 0; y < heightPx; y++) {
    const depthRow =
      depth === null ? 0 : Math.floor(((y + 0.5) / heightPx) * depth.map.heightPx) * depth.map.widthPx;
    for (let x = 0; x < widthPx; x++, i++) {
      if (byPerson) {
        const person = instancesU16[i]!;
        if (classOn[labelsU8[i]!] === 0) drawn[i] = LEFT_OUT;
        else drawn[i] = person === 0 ? NOBODY : personColorIndex(person);
      }
      if (filtersPeople && peopleOn[instancesU16[i]!] === 0) drawn[i] = LEFT_OUT;
      if (depth === null) continue;
      const value = depth.map.values[depthRow + Math.floor(((x + 0.5) / widthPx) * depth.map.widthPx)]!;
      if (!(value >= depth.lo && value <= depth.hi)) drawn[i] = LEFT_OUT;
    }
  }
  return { widthPx, heightPx, labelsU8: drawn, instancesU16 };
}
