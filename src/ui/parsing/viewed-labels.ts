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

/** Of `values`, which it sorts; undefined for none. */
function takeMedian(values: Float32Array): number | undefined {
  values.sort();
  const middle = values.length / 2;
  const [low, high] = [values[Math.ceil(middle) - 1], values[Math.floor(middle)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

/** Medians over the pixels of the depth map, each with the class and person under its centre. */
export function measureNearness(result: LabelsResult, { map }: Pick<ViewedMap, 'map'>): Nearness {
  const { labelsU8, instancesU16, widthPx, heightPx } = result;
  const classCount = result.labels.length;
  // One group per class, then one per person; 0 is nobody. Values are gathered group by group, without growing arrays.
  const groupCount = classCount + result.people.length + 1;
  const columns = Int32Array.from({ length: map.widthPx }, (_, x) =>
    Math.floor(((x + 0.5) / map.widthPx) * widthPx),
  );
  const visit = (place: (group: number, value: number) => void): void => {
    for (let y = 0, i = 0; y < map.heightPx; y++) {
      const row = Math.floor(((y + 0.5) / map.heightPx) * heightPx) * widthPx;
      for (let x = 0; x < map.widthPx; x++, i++) {
        const value = map.values[i]!;
        if (!Number.isFinite(value)) continue;
        const at = row + columns[x]!;
        place(labelsU8[at]!, value);
        const person = instancesU16 === null ? 0 : instancesU16[at]!;
        if (person > 0) place(classCount + person, value);
      }
    }
  };
  const ends = new Uint32Array(groupCount + 1);
  visit((group) => {
    ends[group + 1]! += 1;
  });
  for (let group = 0; group < groupCount; group++) ends[group + 1]! += ends[group]!;
  const starts = ends.slice(0, groupCount);
  const next = starts.slice();
  const values = new Float32Array(ends[groupCount]!);
  visit((group, value) => {
    values[next[group]!] = value;
    next[group]! += 1;
  });
  const classes = new Map<number, number>();
  const people = new Map<number, number>();
  for (let group = 0; group < groupCount; group++) {
    const median = takeMedian(values.subarray(starts[group], ends[group + 1]));
    if (median === undefined) continue;
    if (group < classCount) classes.set(group, median);
    else people.set(group - classCount, median);
  }
  return { classes, people };
}
