import { describe, expect, it } from 'vitest';
import { fetchFailure, RetryableError } from './download-errors.ts';
import { createPatience } from './download-patience.ts';

const CUT = fetchFailure('https://hub.example/m.onnx', 'cut', 'cut off');
const FAILURE = new RetryableError(CUT);

describe('the patience of a download', () => {
  it('doubles its waits and ends with the fifth failure in a row', () => {
    const patience = createPatience(0, () => 1);
    const waitsMs = [1, 2, 3, 4].map(() => patience.waitAfter(FAILURE, 0));
    expect(waitsMs).toEqual([1000, 2000, 4000, 8000]);
    expect(() => patience.waitAfter(FAILURE, 0)).toThrow(CUT);
  });

  it('spreads the waits by up to a half', () => {
    expect(createPatience(0, () => 0).waitAfter(FAILURE, 0)).toBe(500);
  });

  it('is new after an attempt that came farther than any before, not after one that only caught up', () => {
    const patience = createPatience(100, () => 1);
    patience.waitAfter(FAILURE, 200);
    patience.waitAfter(FAILURE, 50);
    expect(patience.attempt).toBe(2);
    patience.noteProgress(200);
    expect(patience.attempt).toBe(2);
    patience.noteProgress(201);
    expect(patience.attempt).toBe(0);
    expect(patience.waitAfter(FAILURE, 201)).toBe(1000);
  });

  it('waits as long as the server says, at most half a minute', () => {
    const patience = createPatience(0, () => 1);
    expect(patience.waitAfter(new RetryableError(CUT, 7000), 0)).toBe(7000);
    expect(patience.waitAfter(new RetryableError(CUT, 0), 0)).toBe(0);
    expect(patience.waitAfter(new RetryableError(CUT, 3_600_000), 0)).toBe(30_000);
  });
});
