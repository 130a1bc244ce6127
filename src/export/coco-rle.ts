/** A parsing result as COCO JSON with run-length masks (cocodataset.org, "Data format"; pycocotools reads it). */
import type { LabelsResult, Person } from '../engine/api.ts';
import { compressCounts, encodeRuns, type RunLengths } from '../engine/parsing/rle.ts';

interface CocoImage {
  readonly id: number;
  readonly file_name: string;
  readonly width: number;
  readonly height: number;
}

interface CocoAnnotation {
  readonly id: number;
  readonly image_id: number;
  readonly category_id: number;
  /** `size` is [height, width]; `counts` goes down the columns, zeros first: text when compressed. */
  readonly segmentation: {
    readonly size: readonly [number, number];
    readonly counts: string | readonly number[];
  };
  readonly area: number;
  /** [x, y, width, height] */
  readonly bbox: readonly [number, number, number, number];
  readonly iscrowd: 0;
  /** 1..n where the pixels are a person's. Not part of COCO. */
  readonly person_id?: number;
  /** Of the model; absent where people are an estimate. */
  readonly score?: number;
}

export interface CocoJson {
  readonly info: {
    readonly description: string;
    readonly label_set: string;
    readonly people: 'model' | 'estimate';
  };
  readonly images: readonly [CocoImage];
  readonly categories: readonly {
    readonly id: number;
    readonly name: string;
    readonly supercategory: string;
  }[];
  readonly annotations: readonly CocoAnnotation[];
}

export type CocoSource = Pick<
  LabelsResult,
  | 'widthPx'
  | 'heightPx'
  | 'sourceWidthPx'
  | 'sourceHeightPx'
  | 'labelSet'
  | 'labels'
  | 'labelsU8'
  | 'instancesU16'
  | 'people'
  | 'arePeopleEstimated'
>;

/**
 * One annotation per person (category "Human" of the set, else an added "Person"), one per person and class, and one
 * per class for what is nobody's; at the source picture's size. Category ids are class ids; the background has none.
 */
export function createCocoJson(
  result: CocoSource,
  fileName: string,
  countsAs: 'compressed' | 'uncompressed' = 'compressed',
): CocoJson {
  const { labels, labelsU8, instancesU16, people } = result;
  const source = { widthPx: result.widthPx, heightPx: result.heightPx };
  const target = { widthPx: result.sourceWidthPx, heightPx: result.sourceHeightPx };
  const humanIndex = labels.indexOf('Human');
  const personCategory = humanIndex < 0 ? labels.length : humanIndex;
  const annotations: CocoAnnotation[] = [];

  function annotate(runs: RunLengths, categoryId: number, personId: number): void {
    const { x, y, width, height }: Person['box'] = runs.box;
    const score = personId > 0 ? people[personId - 1]!.score : null;
    annotations.push({
      id: annotations.length + 1,
      image_id: 1,
      category_id: categoryId,
      segmentation: {
        size: [target.heightPx, target.widthPx],
        counts: countsAs === 'compressed' ? compressCounts(runs.counts) : runs.counts,
      },
      area: runs.areaPx,
      bbox: [x, y, width, height],
      iscrowd: 0,
      ...(personId > 0 ? { person_id: personId } : {}),
      ...(score === null || categoryId !== personCategory ? {} : { score }),
    });
  }

  if (instancesU16 !== null) {
    const persons = encodeRuns(instancesU16, source, target, people.length + 1);
    for (let id = 1; id <= people.length; id++) {
      const runs = persons[id];
      if (runs) annotate(runs, personCategory, id);
    }
  }
  // Person and class in one number, so that one pass finds every part of everybody.
  const parts =
    instancesU16 === null
      ? labelsU8
      : Int32Array.from(labelsU8, (label, i) => instancesU16[i]! * labels.length + label);
  const codes = encodeRuns(parts, source, target, (people.length + 1) * labels.length);
  for (const [value, runs] of codes.entries()) {
    const label = value % labels.length;
    if (runs !== null && label !== 0) annotate(runs, label, Math.floor(value / labels.length));
  }

  const categories = labels.map((name, id) => ({ id, name, supercategory: 'person' })).slice(1);
  if (humanIndex < 0) categories.push({ id: personCategory, name: 'Person', supercategory: 'person' });
  return {
    info: {
      description: 'Human parsing by Isobath',
      label_set: result.labelSet,
      people: result.arePeopleEstimated ? 'estimate' : 'model',
    },
    images: [{ id: 1, file_name: fileName, width: target.widthPx, height: target.heightPx }],
    categories,
    annotations,
  };
}

/** {@link createCocoJson} as a file. */
export function encodeCocoJson(
  result: CocoSource,
  fileName: string,
  countsAs: 'compressed' | 'uncompressed' = 'compressed',
): Blob {
  return new Blob([JSON.stringify(createCocoJson(result, fileName, countsAs))], { type: 'application/json' });
}
