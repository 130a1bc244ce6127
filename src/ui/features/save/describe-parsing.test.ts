import { describe, expect, it } from 'vitest';
import type { LabelsResult } from '../../../engine/api.ts';
import { createSelectionMask, LEFT_OUT } from '../../../engine/parsing/selection.ts';
import type { ViewedMap } from '../../queries.ts';
import { useParsingStore } from '../../stores/parsing-store.ts';
import { DEFAULT_SETTINGS } from '../../stores/settings-store.ts';
import { describeParsing } from './describe-parsing.ts';

/** 4 x 1: coat and face of person 1, coat of person 2, background. */
const RESULT = {
  widthPx: 4,
  heightPx: 1,
  sourceWidthPx: 4,
  sourceHeightPx: 1,
  labelSet: 'mine',
  labels: ['Background', 'Face', 'Coat'],
  labelsU8: Uint8Array.of(2, 1, 2, 0),
  instancesU16: Uint16Array.of(1, 1, 2, 0),
  people: [
    { score: null, box: { x: 0, y: 0, width: 2, height: 1 } },
    { score: null, box: { x: 2, y: 0, width: 1, height: 1 } },
  ],
} as unknown as LabelsResult;

const DEPTH = {
  map: { widthPx: 4, heightPx: 1, values: Float32Array.of(0, 1, 2, 3) },
  histogram: { min: 0, max: 3 },
} as unknown as ViewedMap;

const STATE = useParsingStore.getInitialState();
const COAT = { kind: 'class', labelSet: 'mine', id: 2 } as const;

/** The pixels that a cut-out keeps, as the export worker decides. */
function keptBy(change: Partial<typeof STATE>, depth: ViewedMap | null = null, imageId = 'a'): number[] {
  const { selection, pixels } = describeParsing(imageId, RESULT, depth, DEFAULT_SETTINGS, {
    ...STATE,
    ...change,
  });
  const mask = createSelectionMask(RESULT, selection);
  return [...mask].map((isOn, i) => (pixels.labelsU8[i] === LEFT_OUT ? 0 : isOn));
}

describe('pictures of a ZIP', () => {
  it('hold what the viewer would show: an isolated class of their label set, and a person of theirs', () => {
    expect(keptBy({})).toEqual([1, 1, 1, 0]);
    expect(keptBy({ isolated: COAT })).toEqual([1, 0, 1, 0]);
    expect(keptBy({ isolated: { ...COAT, labelSet: 'other' } })).toEqual([1, 1, 1, 0]);
    const person = { kind: 'person', imageId: 'a', id: 2 } as const;
    expect(keptBy({ isolated: person })).toEqual([0, 0, 1, 0]);
    expect(keptBy({ isolated: person }, null, 'b')).toEqual([1, 1, 1, 0]);
  });

  it('obey the range of depth where they have a depth map, together with the isolated class', () => {
    const depthRange = { lo: 0.5, hi: 1 };
    expect(keptBy({ depthRange }, DEPTH)).toEqual([0, 0, 1, 0]);
    expect(keptBy({ depthRange, isolated: COAT }, DEPTH)).toEqual([0, 0, 1, 0]);
    expect(keptBy({ depthRange: { lo: 0, hi: 0.4 }, isolated: COAT }, DEPTH)).toEqual([1, 0, 0, 0]);
    expect(keptBy({ depthRange }, null)).toEqual([1, 1, 1, 0]);
  });
});
