/** People of a label map: from instance masks, or estimated from connected regions. */
import type { Person } from '../api.ts';

/** Person ids per pixel (0 = nobody, n = row n - 1 of `people`). */
export interface PeopleMap {
  /** null where nobody was found. */
  readonly instancesU16: Uint16Array<ArrayBuffer> | null;
  readonly people: readonly Person[];
}

/** Tight boxes and areas of values 1..count, indexed by value - 1; area 0 where a value does not occur. */
export interface Extents {
  readonly areas: Uint32Array;
  readonly boxes: readonly Person['box'][];
}

export function measureInstances(
  instances: Uint16Array | Int32Array,
  widthPx: number,
  heightPx: number,
  count: number,
): Extents {
  const areas = new Uint32Array(count);
  const left = new Int32Array(count).fill(widthPx);
  const right = new Int32Array(count).fill(-1);
  const top = new Int32Array(count).fill(-1);
  const bottom = new Int32Array(count);
  // Run by run: people are a few wide stretches per row.
  for (let y = 0; y < heightPx; y++) {
    const row = y * widthPx;
    for (let from = 0, to = 0; from < widthPx; from = to) {
      const value = instances[row + from]!;
      to = from + 1;
      while (to < widthPx && instances[row + to] === value) to += 1;
      if (value === 0) continue;
      const n = value - 1;
      areas[n]! += to - from;
      if (from < left[n]!) left[n] = from;
      if (to - 1 > right[n]!) right[n] = to - 1;
      if (top[n]! < 0) top[n] = y;
      bottom[n] = y;
    }
  }
  const boxes = Array.from(areas, (area, n) =>
    area === 0
      ? { x: 0, y: 0, width: 0, height: 0 }
      : { x: left[n]!, y: top[n]!, width: right[n]! - left[n]! + 1, height: bottom[n]! - top[n]! + 1 },
  );
  return { areas, boxes };
}

/**
 * Turns painted masks (value n + 1 = mask n, scores ascending, so that better ones are on top) into people, best
 * first. Masks that others hide altogether are no people. Rewrites and keeps `painted`.
 */
export function collectPeople(
  painted: Uint16Array<ArrayBuffer>,
  widthPx: number,
  heightPx: number,
  scores: readonly number[],
): PeopleMap {
  const { areas, boxes } = measureInstances(painted, widthPx, heightPx, scores.length);
  const people: Person[] = [];
  const ids = new Uint16Array(scores.length + 1);
  for (let n = scores.length - 1; n >= 0; n--) {
    if (areas[n] === 0) continue;
    people.push({ score: scores[n]!, box: boxes[n]! });
    ids[n + 1] = people.length;
  }
  if (people.length === 0) return { instancesU16: null, people };
  for (let i = 0; i < painted.length; i++) {
    const value = painted[i]!;
    if (value !== 0) painted[i] = ids[value]!;
  }
  return { instancesU16: painted, people };
}
