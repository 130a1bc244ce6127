/**
 * The published label sets, by class id: the id is the truth, names and colours differ between copies.
 * Their traps are in `README.md` beside this file.
 */

export type LabelSetId =
  'atr' | 'lip' | 'cihp' | 'pascal-person-part' | 'pascal-person-part-m2fp' | 'isobath';

export interface LabelSet {
  readonly id: LabelSetId;
  /** Names by class id; 0 is the background. */
  readonly labels: readonly string[];
  /** Classes that show a face: blurred first, and proof of a person. */
  readonly faceClasses: readonly number[];
  /** Classes that show hair. */
  readonly hairClasses: readonly number[];
  /** Class of a whole person, which no pixel of a label map has; null where the set has none. */
  readonly humanClass: number | null;
}

function labelSet(
  id: LabelSetId,
  labels: readonly string[],
  faces: readonly string[],
  hair: readonly string[],
  human: string | null = null,
): LabelSet {
  return {
    id,
    labels,
    faceClasses: faces.map((name) => labels.indexOf(name)),
    hairClasses: hair.map((name) => labels.indexOf(name)),
    humanClass: human === null ? null : labels.indexOf(human),
  };
}

/** ATR, 18 classes (Liang et al. 2015): SegFormer clothes, SCHP ATR. */
export const ATR_LABELS = [
  'Background',
  'Hat',
  'Hair',
  'Sunglasses',
  'Upper-clothes',
  'Skirt',
  'Pants',
  'Dress',
  'Belt',
  'Left-shoe',
  'Right-shoe',
  'Face',
  'Left-leg',
  'Right-leg',
  'Left-arm',
  'Right-arm',
  'Bag',
  'Scarf',
] as const;

/** LIP, 20 classes (Gong et al. 2017): SCHP LIP, M2FP single person. */
export const LIP_LABELS = [
  'Background',
  'Hat',
  'Hair',
  'Glove',
  'Sunglasses',
  'Upper-clothes',
  'Dress',
  'Coat',
  'Socks',
  'Pants',
  'Jumpsuits',
  'Scarf',
  'Skirt',
  'Face',
  'Left-arm',
  'Right-arm',
  'Left-leg',
  'Right-leg',
  'Left-shoe',
  'Right-shoe',
] as const;

/** CIHP, 20 classes and the whole person (Gong et al. 2018), as M2FP multi-person has them. */
export const CIHP_LABELS = [
  ...LIP_LABELS.slice(0, 10),
  'Torso-skin',
  ...LIP_LABELS.slice(11),
  'Human',
] as readonly string[];

/** Pascal-Person-Part in SCHP's order. */
const PASCAL_LABELS = [
  'Background',
  'Head',
  'Torso',
  'Upper-arms',
  'Lower-arms',
  'Upper-legs',
  'Lower-legs',
] as const;

/** Pascal-Person-Part in M2FP's order: the same seven names, other ids, and the whole person. */
const PASCAL_M2FP_LABELS = [
  'Background',
  'Lower-arm',
  'Head',
  'Upper-leg',
  'Torso',
  'Lower-leg',
  'Upper-arm',
  'Human',
] as const;

/** Of the embedded parser: no left and right. */
export const ISOBATH_LABELS = [
  'Background',
  'Hat',
  'Hair',
  'Glasses',
  'Upper-clothes',
  'Skirt',
  'Pants',
  'Dress',
  'Belt',
  'Shoes',
  'Face',
  'Torso-skin',
  'Arms',
  'Legs',
  'Bag',
  'Scarf',
] as const;

// Sunglasses belong to the face: a blur that spared them would leave a stripe of the face sharp.
export const LABEL_SETS: Readonly<Record<LabelSetId, LabelSet>> = {
  atr: labelSet('atr', ATR_LABELS, ['Face', 'Sunglasses'], ['Hair']),
  lip: labelSet('lip', LIP_LABELS, ['Face', 'Sunglasses'], ['Hair']),
  cihp: labelSet('cihp', CIHP_LABELS, ['Face', 'Sunglasses'], ['Hair'], 'Human'),
  // A head is all that these two know of a face.
  'pascal-person-part': labelSet('pascal-person-part', PASCAL_LABELS, ['Head'], []),
  'pascal-person-part-m2fp': labelSet('pascal-person-part-m2fp', PASCAL_M2FP_LABELS, ['Head'], [], 'Human'),
  isobath: labelSet('isobath', ISOBATH_LABELS, ['Face', 'Glasses'], ['Hair']),
};

function isLabelSetId(id: string): id is LabelSetId {
  return Object.hasOwn(LABEL_SETS, id);
}

/**
 * The set by id, or one read from the names (user models): classes whose name says face, head, glasses or hair.
 * Falls back to the names also where a known id comes with another number of classes.
 */
export function resolveLabelSet(id: string, labels: readonly string[]): Omit<LabelSet, 'id'> {
  if (isLabelSetId(id) && LABEL_SETS[id].labels.length === labels.length) return LABEL_SETS[id];
  const idsOf = (pattern: RegExp): number[] => labels.flatMap((name, i) => (pattern.test(name) ? [i] : []));
  const human = labels.findIndex((name) => /^(human|person)$/i.test(name));
  return {
    labels,
    faceClasses: idsOf(/\b(face|head|(sun)?glasses)\b/i),
    hairClasses: idsOf(/\bhair\b/i),
    humanClass: human < 0 ? null : human,
  };
}
