import { expect, it } from 'vitest';
import { makeFakeResult } from '../scheduling/fake-slot.ts';
import { createSummarize } from './result-summary.ts';

it('a summary has the sizes and times of its result, and none of its values', () => {
  const result = makeFakeResult();
  expect(createSummarize()('key', result, 'hit', 12)).toEqual({
    resultKey: 'key',
    cache: 'hit',
    totalMs: 12,
    timings: result.timings,
    provenance: result.provenance,
    widthPx: 2,
    heightPx: 1,
    sourceWidthPx: 4,
    sourceHeightPx: 2,
  });
});

it('summaries of one origin share what they say of it', () => {
  const summarize = createSummarize();
  const [a, b] = ['a', 'b'].map((key) => summarize(key, makeFakeResult(), 'miss', 1));
  const { provenance } = makeFakeResult();
  const other = { ...makeFakeResult(), provenance: { ...provenance, threads: 8 } };
  expect(a!.provenance).toBe(b!.provenance);
  expect(summarize('c', other, 'miss', 1).provenance).toEqual({ ...provenance, threads: 8 });
});
