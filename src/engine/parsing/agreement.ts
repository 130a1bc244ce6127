import type { LabelMap } from './selection.ts';

/** How much two label maps of one picture agree, each share in 0..1. */
export interface LabelAgreement {
  /** Of all pixels. */
  readonly pixels: number;
  /** Of the pixels that either map gives a class other than background. */
  readonly foreground: number;
}

/**
 * What a speed setting (a cap of the long side, another model of the same set) costs: the share of pixels with the
 * same class. 1 where there is nothing to disagree about. Throws RangeError for maps of different size.
 */
export function measureLabelAgreement(
  a: Pick<LabelMap, 'widthPx' | 'heightPx' | 'labelsU8'>,
  b: Pick<LabelMap, 'widthPx' | 'heightPx' | 'labelsU8'>,
): LabelAgreement {
  if (a.widthPx !== b.widthPx || a.heightPx !== b.heightPx) {
    throw new RangeError(`Maps of ${a.widthPx} x ${a.heightPx} and ${b.widthPx} x ${b.heightPx} pixels`);
  }
  let same = 0;
  let sameForeground = 0;
  let foreground = 0;
  for (let i = 0; i < a.labelsU8.length; i++) {
    const isSame = a.labelsU8[i] === b.labelsU8[i];
    const isForeground = a.labelsU8[i] !== 0 || b.labelsU8[i] !== 0;
    if (isSame) same += 1;
    if (isForeground) foreground += 1;
    if (isSame && isForeground) sameForeground += 1;
  }
  return {
    pixels: same / a.labelsU8.length,
    foreground: foreground === 0 ? 1 : sameForeground / foreground,
  };
}
