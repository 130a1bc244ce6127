import { describe, expect, it } from 'vitest';
import { selectFitting } from './select-fitting.ts';

const result = (key: string, sizeBytes: number, name = key) => ({ name, entry: { key, sizeBytes } });
const select = (results: readonly ReturnType<typeof result>[], budgetBytes: number) =>
  selectFitting(results, budgetBytes).map(({ name }) => name);

describe('new results for the cache', () => {
  it('are kept from the newest on, as far as the budget goes', () => {
    expect(select([result('a', 40), result('b', 40), result('c', 40)], 100)).toEqual(['c', 'b']);
  });

  it('are left out where one alone is too large, without harm to older ones', () => {
    expect(select([result('a', 40), result('b', 500)], 100)).toEqual(['a']);
  });

  it('count once each, as they were last', () => {
    expect(select([result('a', 60, 'first'), result('a', 60, 'second')], 100)).toEqual(['second']);
  });
});
