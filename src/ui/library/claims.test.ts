import { expect, test } from 'vitest';
import { createClaims } from './claims.ts';

test('two tabs that claim a picture at the same time agree on one of them', () => {
  const a = createClaims();
  const b = createClaims();
  const claimOfA = { at: a.stamp(), tab: 'a' };
  const claimOfB = { at: b.stamp(), tab: 'b' };
  expect([a.holds('1', claimOfA), b.holds('1', claimOfB)]).toEqual([true, true]);
  expect([a.holds('1', claimOfB), b.holds('1', claimOfA)]).toEqual([true, false]);
});

test('who claims after having heard of another claim gets the picture', () => {
  const b = createClaims();
  const claimOfA = { at: b.hear(7), tab: 'z' };
  expect(b.holds('1', claimOfA)).toBe(true);
  const claimOfB = { at: b.stamp(), tab: 'b' };
  expect(claimOfB.at).toBe(8);
  expect(b.holds('1', claimOfB)).toBe(true);
  expect(b.holds('1', claimOfA)).toBe(false);
});

test('a third tab comes to the same answer in either order', () => {
  const claims = [
    { at: 4, tab: 'a' },
    { at: 4, tab: 'b' },
    { at: 3, tab: 'c' },
  ];
  for (const order of [claims, claims.toReversed()]) {
    const third = createClaims();
    const holders = order.filter((claim) => third.holds('1', claim));
    expect(holders.at(-1)?.tab).toBe('b');
  }
});

test('a message of an older version, which has no time, comes after all that was heard', () => {
  const own = createClaims();
  expect(own.holds('1', { at: own.hear(9), tab: 'z' })).toBe(true);
  expect(own.holds('1', { at: own.hear(undefined), tab: 'a' })).toBe(true);
});
