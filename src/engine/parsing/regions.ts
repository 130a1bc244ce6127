/** People of models that do not tell people apart: an estimate from connected regions. */
import type { Person } from '../api.ts';
import type { LabelSet } from './label-sets.ts';
import { measureInstances, type PeopleMap } from './people.ts';

/** A region counts as a person from these shares on: of the picture, and of face or hair in the region. */
const MIN_REGION_SHARE = 0.0005;
const MIN_HEAD_SHARE = 0.005;

/** 8-connected regions of pixels that are not background: 0 = background, 1..count = region. */
export interface Regions {
  readonly regions: Int32Array;
  readonly count: number;
}

function findRoot(parents: Int32Array, run: number): number {
  let root = run;
  while (parents[root] !== root) {
    parents[root] = parents[parents[root]!]!;
    root = parents[root]!;
  }
  return root;
}

/** Run by run, joined with the runs of the row above by union-find: one pass over the pixels, one over the runs. */
export function labelRegions(labelsU8: Uint8Array, widthPx: number, heightPx: number): Regions {
  const regions = new Int32Array(widthPx * heightPx);
  // Growing, because the number of runs is not known: from, to (exclusive) and row offset are read once more below.
  let capacity = 1024;
  let froms = new Int32Array(capacity);
  let tos = new Int32Array(capacity);
  let parents = new Int32Array(capacity);
  let runCount = 0;
  let aboveStart = 0;
  let aboveEnd = 0;
  for (let y = 0; y < heightPx; y++) {
    const row = y * widthPx;
    const rowStart = runCount;
    let above = aboveStart;
    for (let x = 0; x < widthPx;) {
      if (labelsU8[row + x] === 0) {
        x += 1;
        continue;
      }
      const from = x;
      while (x < widthPx && labelsU8[row + x] !== 0) x += 1;
      if (runCount === capacity) {
        capacity *= 2;
        froms = growTo(froms, capacity);
        tos = growTo(tos, capacity);
        parents = growTo(parents, capacity);
      }
      froms[runCount] = row + from;
      tos[runCount] = row + x;
      parents[runCount] = runCount;
      // Diagonal neighbours touch, hence from - 1 and x + 1; a run above may touch several runs, so the last is kept.
      while (above < aboveEnd && tos[above]! - row + widthPx < from) above += 1;
      for (let k = above; k < aboveEnd && froms[k]! - row + widthPx <= x; k++) {
        const a = findRoot(parents, k);
        const b = findRoot(parents, runCount);
        if (a < b) parents[b] = a;
        else parents[a] = b;
      }
      runCount += 1;
    }
    aboveStart = rowStart;
    aboveEnd = runCount;
  }
  const ids = new Int32Array(runCount);
  let count = 0;
  for (let run = 0; run < runCount; run++) {
    const root = findRoot(parents, run);
    // Roots come first: a root is the lowest run of its region.
    if (root === run) ids[run] = ++count;
    regions.fill(ids[root]!, froms[run]!, tos[run]!);
  }
  return { regions, count };
}

function growTo(array: Int32Array<ArrayBuffer>, capacity: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(capacity);
  grown.set(array);
  return grown;
}

/**
 * Connected regions that hold a face or hair, largest first, as people without a score. Two people who touch are one
 * region, and a limb that nothing joins to its owner is nobody's: say that it is an estimate.
 */
export function estimatePeople(
  labelsU8: Uint8Array,
  widthPx: number,
  heightPx: number,
  { faceClasses, hairClasses }: Pick<LabelSet, 'faceClasses' | 'hairClasses'>,
): PeopleMap {
  const { regions, count } = labelRegions(labelsU8, widthPx, heightPx);
  const isHead = new Uint8Array(256);
  for (const label of [...faceClasses, ...hairClasses]) isHead[label] = 1;
  const headAreas = new Uint32Array(count);
  for (let i = 0; i < regions.length; i++) {
    if (isHead[labelsU8[i]!] === 1) headAreas[regions[i]! - 1]! += 1;
  }
  const { areas, boxes } = measureInstances(regions, widthPx, heightPx, count);
  const chosen: number[] = [];
  for (let n = 0; n < count; n++) {
    const isLarge = areas[n]! >= MIN_REGION_SHARE * widthPx * heightPx;
    if (isLarge && headAreas[n]! > 0 && headAreas[n]! >= MIN_HEAD_SHARE * areas[n]!) chosen.push(n);
  }
  chosen.sort((a, b) => areas[b]! - areas[a]!);
  chosen.length = Math.min(chosen.length, 0xffff);
  if (chosen.length === 0) return { instancesU16: null, people: [] };
  const ids = new Uint16Array(count + 1);
  const people = chosen.map((n, i): Person => {
    ids[n + 1] = i + 1;
    return { score: null, box: boxes[n]! };
  });
  const instancesU16 = new Uint16Array(regions.length);
  for (let i = 0; i < regions.length; i++) instancesU16[i] = ids[regions[i]!]!;
  return { instancesU16, people };
}
