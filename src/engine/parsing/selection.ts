/** Which pixels of a parsing map are chosen: classes and people that are switched on. */
import type { LabelsResult } from '../api.ts';

/** The parts of a result that say what a pixel is. */
export type LabelMap = Pick<
  LabelsResult,
  'widthPx' | 'heightPx' | 'labels' | 'labelsU8' | 'instancesU16' | 'people'
>;

/** A class that no label set has: marks pixels that are left out whatever their class, by depth for one. */
export const LEFT_OUT = 255;

export interface Selection {
  /** Class ids that are on. */
  readonly classes: ReadonlySet<number>;
  /** Person ids that are on (0: pixels of nobody); null: all. */
  readonly people: ReadonlySet<number> | null;
}

/** 1 per class id that is on; 256 entries, for a lookup per pixel or a texture. */
export function toClassTable({ classes }: Selection): Uint8Array<ArrayBuffer> {
  const table = new Uint8Array(256);
  for (const id of classes) table[id] = 1;
  return table;
}

/** 1 per person id that is on, index 0 = nobody. */
export function toPeopleTable({ people }: Selection, count: number): Uint8Array<ArrayBuffer> {
  const table = new Uint8Array(count + 1);
  if (people === null) return table.fill(1);
  for (const id of people) if (id <= count) table[id] = 1;
  return table;
}

/** 1 where a pixel's class and person are on, else 0; map size, row-major. */
export function createSelectionMask(map: LabelMap, selection: Selection): Uint8Array<ArrayBuffer> {
  const { labelsU8, instancesU16 } = map;
  const classes = toClassTable(selection);
  const people = toPeopleTable(selection, map.people.length);
  const mask = new Uint8Array(labelsU8.length);
  for (let i = 0; i < mask.length; i++) {
    mask[i] = classes[labelsU8[i]!]! & people[instancesU16 === null ? 0 : instancesU16[i]!]!;
  }
  return mask;
}

/** Pixels per class id, over the map or over one person (id from 1). Length = `labels.length`. */
export function countClassPixels(map: LabelMap, personId: number | null = null): Uint32Array<ArrayBuffer> {
  const counts = new Uint32Array(map.labels.length);
  const { labelsU8, instancesU16 } = map;
  for (let i = 0; i < labelsU8.length; i++) {
    if (personId !== null && instancesU16?.[i] !== personId) continue;
    counts[labelsU8[i]!]! += 1;
  }
  return counts;
}

/** Pixels per person and class in one pass: index = personId * labels.length + classId, person 0 = nobody. */
export function countPeopleClassPixels(map: LabelMap): Uint32Array<ArrayBuffer> {
  const { labelsU8, instancesU16, people, labels } = map;
  const counts = new Uint32Array((people.length + 1) * labels.length);
  for (let i = 0; i < labelsU8.length; i++) {
    counts[(instancesU16 === null ? 0 : instancesU16[i]!) * labels.length + labelsU8[i]!]! += 1;
  }
  return counts;
}
