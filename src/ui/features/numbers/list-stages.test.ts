import { describe, expect, it } from 'vitest';
import { listStages } from './list-stages.ts';

const TIMINGS = { load: 0, decode: 10, preprocess: 5, inference: 80, postprocess: 5 };

describe('listStages', () => {
  it('lists what happened, in order, with shares of the sum', () => {
    expect(listStages(TIMINGS, null)).toEqual([
      { stage: 'decode', durationMs: 10, share: 0.1 },
      { stage: 'preprocess', durationMs: 5, share: 0.05 },
      { stage: 'inference', durationMs: 80, share: 0.8 },
      { stage: 'postprocess', durationMs: 5, share: 0.05 },
    ]);
  });

  it('adds drawing once it is known, and loading where it took place', () => {
    const stages = listStages({ ...TIMINGS, load: 300 }, 2).map(({ stage }) => stage);
    expect(stages).toEqual(['load', 'decode', 'preprocess', 'inference', 'postprocess', 'render']);
  });

  it('shares evenly when nothing took time', () => {
    const zero = { load: 0, decode: 0, preprocess: 0, inference: 0, postprocess: 0 };
    expect(listStages(zero, null).map(({ share }) => share)).toEqual([0.25, 0.25, 0.25, 0.25]);
  });
});
