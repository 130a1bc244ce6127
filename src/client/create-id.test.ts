import { describe, expect, it } from 'vitest';
import { createId } from './create-id.ts';

describe('an id', () => {
  it('is 32 hex digits, another one each time', () => {
    const ids = Array.from({ length: 1000 }, createId);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(1000);
  });
});
