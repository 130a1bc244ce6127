import { describe, expect, it } from 'vitest';
import { listCounts, withValue } from './setting-options.ts';

describe('listCounts', () => {
  it('offers one up to the cores', () => {
    expect(listCounts(4, 16, 'auto')).toEqual([1, 2, 3, 4]);
  });

  it('keeps within the limit, and offers one where the browser hides its cores', () => {
    expect(listCounts(64, 3, 'auto')).toEqual([1, 2, 3]);
    expect(listCounts(0, 16, 'auto')).toEqual([1]);
  });

  it('shows a count that was set on a larger machine', () => {
    expect(listCounts(2, 16, 8)).toEqual([1, 2, 8]);
  });
});

describe('withValue', () => {
  it('adds a value of its own in its place, and no value twice', () => {
    expect(withValue([10, 30], 20)).toEqual([10, 20, 30]);
    expect(withValue([10, 30], 30)).toEqual([10, 30]);
  });
});
