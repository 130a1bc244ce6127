import { describe, expect, it } from 'vitest';
import { chooseDrawnCards } from './strip-range.ts';

function ends(startIndex: number, endIndex: number, count: number): [number, number, number] {
  const cards = chooseDrawnCards({ startIndex, endIndex, count });
  return [cards[0] ?? -1, cards.at(-1) ?? -1, cards.length];
}

describe('the cards that are drawn', () => {
  it('are some on both sides of the visible ones', () => {
    expect(ends(100, 120, 300)).toEqual([94, 126, 33]);
  });

  it('are never fewer than 26 where there are as many, wherever the strip stands', () => {
    expect(ends(0, 11, 300)).toEqual([0, 25, 26]);
    expect(ends(150, 152, 300)).toEqual([139, 164, 26]);
    expect(ends(288, 299, 300)).toEqual([274, 299, 26]);
  });

  it('are all of a short strip, and none of an empty one', () => {
    expect(ends(0, 4, 5)).toEqual([0, 4, 5]);
    expect(chooseDrawnCards({ startIndex: 0, endIndex: 0, count: 0 })).toEqual([]);
  });
});
