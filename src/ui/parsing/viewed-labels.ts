/** What the UI reads from a parsing result: classes with their share, people with their parts, nearness where there is depth. Pure. */
import type { LabelsResult, Person } from '../../engine/api.ts';
import { countPeopleClassPixels } from '../../engine/parsing/selection.ts';
import { resolveLabelSet } from '../../engine/parsing/label-sets.ts';
import type { ViewedMap } from '../queries.ts';

export interface ClassView {
  readonly id: number;
  /** As the label set has it. */
  readonly name: string;
  /** Of the picture, 0..1. */
  readonly share: number;
}

export interface PersonView {
  /** 1..n */
  readonly id: number;
  readonly score: number | null;
  /** In shares of the picture. */
  readonly box: Person['box'];
  readonly share: number;
  /** Class ids, the largest part first; no background. */
  readonly parts: readonly number[];
}

export interface ViewedLabels {
  readonly resultKey: string;
  readonly result: LabelsResult;
  /** Those that occur: the largest first, the background last. */
  readonly classes: readonly ClassView[];
  readonly people: readonly PersonView[];
  readonly faceClasses: readonly number[];
  readonly hairClasses: readonly number[];
}

/** A part smaller than this share of its person is noise, not clothing. */
const MIN_PART_SHARE = 0.002;

export function toViewedLabels(resultKey: string, result: LabelsResult): ViewedLabels {
  const { labels, widthPx, heightPx, people } = result;
  const total = widthPx * heightPx;
  const counts = countPeopleClassPixels(result);
  const countOf = (person: number, label: number) => counts[person * labels.length + label] ?? 0;
  const everyone = Array.from({ length: people.length + 1 }, (_, person) => person);

  const classes = labels
    .map((name, id) => ({ id, name, share: everyone.reduce((sum, p) => sum + countOf(p, id), 0) / total }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => Number(a.id === 0) - Number(b.id === 0) || b.share - a.share);

  const { faceClasses, hairClasses } = resolveLabelSet(result.labelSet, labels);
  return {
    resultKey,
    result,
    classes,
    faceClasses,
    hairClasses,
    people: people.map(({ score, box }, index): PersonView => {
      const id = index + 1;
      const areas = labels.map((_, label) => (label === 0 ? 0 : countOf(id, label)));
      const area = areas.reduce((sum, count) => sum + count, 0);
      return {
        id,
        score,
        box: {
          x: box.x / widthPx,
          y: box.y / heightPx,
          width: box.width / widthPx,
          height: box.height / heightPx,
        },
        share: area / total,
        parts: areas
          .map((count, label) => ({ count, label }))
          .filter(({ count }) => count > area * MIN_PART_SHARE && count > 0)
          .sort((a, b) => b.count - a.count)
          .map(({ label }) => label),
      };
    }),
  };
}

/** Class and person at a point of the picture (0..1). */
export function readPart(
  { widthPx, heightPx, labelsU8, instancesU16 }: LabelsResult,
  point: { readonly x: number; readonly y: number },
): { readonly classId: number; readonly personId: number } {
  const column = Math.min(widthPx - 1, Math.max(0, Math.floor(point.x * widthPx)));
  const row = Math.min(heightPx - 1, Math.max(0, Math.floor(point.y * heightPx)));
  const index = row * widthPx + column;
  return { classId: labelsU8[index] ?? 0, personId: instancesU16?.[index] ?? 0 };
}

/** Nearness of a raw value: 0 the farthest of the picture, 1 the nearest. */
export function nearnessOf(value: number, { min, max }: ViewedMap['histogram']): number {
  return max > min ? Math.min(1, Math.max(0, (value - min) / (max - min))) : 0;
}

export interface Nearness {
  /** Median raw value (larger is nearer) by class id; classes without a depth pixel are missing. */
  readonly classes: ReadonlyMap<number, number>;
  readonly people: ReadonlyMap<number, number>;
}

function medianOf(values: number[]): number {
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
}

/** Medians over the pixels of the depth map, each with the class and person under its centre. */
export function measureNearness(result: LabelsResult, { map }: Pick<ViewedMap, 'map'>): Nearness {
  const classes = new Map<number, number[]>();
  const people = new Map<number, number[]>();
  const push = (groups: Map<number, number[]>, id: number, value: number) => {
    const group = groups.get(id);
    if (group) group.push(value);
    else groups.set(id, [value]);
  };
  for (let y = 0, i = 0; y < map.heightPx; y++) {
    for (let x = 0; x < map.widthPx; x++, i++) {
      const value = map.values[i]!;
      if (!Number.isFinite(value)) continue;
      const part = readPart(result, { x: (x + 0.5) / map.widthPx, y: (y + 0.5) / map.heightPx });
      push(classes, part.classId, value);
      if (part.personId > 0) push(people, part.personId, value);
    }
  }
  const toMedians = (groups: Map<number, number[]>) =>
    new Map([...groups].map(([id, values]) => [id, medianOf(values)]));
  return { classes: toMedians(classes), people: toMedians(people) };
}
