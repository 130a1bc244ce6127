import { describe, expect, it } from 'vitest';
import { isOtherFile, type RangeAnswer } from './request-range.ts';

const KNOWN = { etag: 'v1', totalBytes: 1000 };
const NEXT: Omit<RangeAnswer, 'response'> = { isPart: true, startByte: 400, totalBytes: 1000, etag: 'v1' };

describe('bytes that follow', () => {
  it('belong to the file when start, length and validator are the same, or not told', () => {
    expect(isOtherFile(NEXT, 400, KNOWN)).toBe(false);
    expect(isOtherFile({ ...NEXT, startByte: null, totalBytes: null, etag: null }, 400, KNOWN)).toBe(false);
    expect(isOtherFile(NEXT, 400, { etag: null, totalBytes: null })).toBe(false);
  });

  it.each([
    ['start elsewhere', { startByte: 0 }],
    ['are of a file of another length', { totalBytes: 999 }],
    ['have another validator', { etag: 'v2' }],
  ])('do not where they %s', (_, change) => {
    expect(isOtherFile({ ...NEXT, ...change }, 400, KNOWN)).toBe(true);
  });

  it('are never mistaken in a whole answer, which starts anew', () => {
    expect(isOtherFile({ isPart: false, startByte: null, totalBytes: 7, etag: 'v2' }, 400, KNOWN)).toBe(
      false,
    );
  });
});
