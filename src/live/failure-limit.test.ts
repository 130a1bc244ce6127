import { expect, test } from 'vitest';
import { EngineError } from '../engine/errors.ts';
import { createFailureLimit } from './failure-limit.ts';

const PASSING = new EngineError('WORKER_CRASHED', 'gone');

test('a configuration is given up at the third failure in a row', () => {
  const limit = createFailureLimit();
  expect([1, 2, 3].map(() => limit.isReachedBy(PASSING))).toEqual([false, false, true]);
});

test('a frame that goes well begins the count anew', () => {
  const limit = createFailureLimit();
  limit.isReachedBy(PASSING);
  limit.isReachedBy(PASSING);
  limit.reset();
  expect(limit.isReachedBy(PASSING)).toBe(false);
});

test('a model that cannot be used is given up at once', () => {
  expect(createFailureLimit().isReachedBy(new EngineError('MODEL_CONTRACT_MISMATCH', 'no map'))).toBe(true);
  expect(createFailureLimit().isReachedBy(new EngineError('REQUEST_INVALID', 'no such option'))).toBe(true);
});
