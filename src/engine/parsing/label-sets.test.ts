import { describe, expect, it } from 'vitest';
import { CIHP_LABELS, LABEL_SETS, LIP_LABELS, resolveLabelSet } from './label-sets.ts';

describe('label sets', () => {
  it('have the published number of classes, background first, no name twice', () => {
    const counts = Object.values(LABEL_SETS).map(({ id, labels }) => [id, labels.length]);
    expect(counts).toEqual([
      ['atr', 18],
      ['lip', 20],
      ['cihp', 21],
      ['pascal-person-part', 7],
      ['pascal-person-part-m2fp', 8],
      ['isobath', 16],
    ]);
    for (const { labels } of Object.values(LABEL_SETS)) {
      expect(labels[0]).toBe('Background');
      expect(new Set(labels).size).toBe(labels.length);
    }
  });

  it('differ between CIHP and LIP in class 10 and the whole person only', () => {
    const different = CIHP_LABELS.flatMap((name, i) => (name === LIP_LABELS[i] ? [] : [[i, name]]));
    expect(different).toEqual([
      [10, 'Torso-skin'],
      [20, 'Human'],
    ]);
  });

  it('know where faces and hair are, in every set', () => {
    expect(LABEL_SETS.atr).toMatchObject({ faceClasses: [11, 3], hairClasses: [2], humanClass: null });
    expect(LABEL_SETS.cihp).toMatchObject({ faceClasses: [13, 4], hairClasses: [2], humanClass: 20 });
    expect(LABEL_SETS['pascal-person-part'].faceClasses).toEqual([1]);
    expect(LABEL_SETS['pascal-person-part-m2fp'].faceClasses).toEqual([2]);
  });

  it('are read from the names where a model brings its own', () => {
    const own = resolveLabelSet('mine', ['Background', 'human face', 'brown hair', 'Person', 'surface']);
    expect(own).toMatchObject({ faceClasses: [1], hairClasses: [2], humanClass: 3 });
    // A known id with another number of classes is not that set.
    expect(resolveLabelSet('atr', ['Background', 'Head']).faceClasses).toEqual([1]);
  });
});
