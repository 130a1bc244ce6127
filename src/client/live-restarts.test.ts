import { expect, it } from 'vitest';
import { createRestartBudget } from './live-restarts.ts';

it('a worker that dies is started again three times a minute, and again when a minute has passed', () => {
  let nowMs = 0;
  const budget = createRestartBudget(() => nowMs);
  expect([budget.spend(), budget.spend(), budget.spend(), budget.spend()]).toEqual([true, true, true, false]);
  nowMs = 60_000;
  expect(budget.spend()).toBe(true);
});
