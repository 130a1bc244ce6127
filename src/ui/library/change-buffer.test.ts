import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createChangeBuffer, type ImageChange } from './change-buffer.ts';

describe('change buffer', () => {
  const applied: Record<string, ImageChange>[] = [];
  beforeEach(() => {
    applied.length = 0;
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  const create = () => createChangeBuffer((changes) => applied.push(Object.fromEntries(changes)));

  it('lets the first change through at once and the next ones together', () => {
    const buffer = create();
    buffer.push('a', { sha256: '1' });
    expect(applied).toEqual([{ a: { sha256: '1' } }]);
    buffer.push('b', { sha256: '2' });
    buffer.push('b', { widthPx: 3 });
    buffer.push('c', { sha256: '4' });
    expect(applied).toHaveLength(1);
    vi.runAllTimers();
    expect(applied.slice(1)).toEqual([{ b: { sha256: '2', widthPx: 3 }, c: { sha256: '4' } }]);
  });

  it('is quick again after a pause', () => {
    const buffer = create();
    buffer.push('a', { sha256: '1' });
    vi.runAllTimers();
    buffer.push('a', { sha256: '2' });
    expect(applied).toHaveLength(2);
  });

  it('hands over what waits when it is flushed', () => {
    const buffer = create();
    buffer.push('a', { sha256: '1' });
    buffer.push('a', { sha256: '2' });
    buffer.flush();
    expect(applied.at(-1)).toEqual({ a: { sha256: '2' } });
    vi.runAllTimers();
    expect(applied).toHaveLength(2);
  });

  it('gathers longer while a batch of files keeps it busy', () => {
    const buffer = create();
    buffer.push('a', { sha256: '1' });
    for (const id of ['b', 'c', 'd', 'e']) buffer.push(id, { sha256: '2' });
    vi.advanceTimersByTime(50);
    expect(applied).toHaveLength(2);
    buffer.push('f', { sha256: '3' });
    vi.advanceTimersByTime(50);
    expect(applied).toHaveLength(2);
    vi.advanceTimersByTime(200);
    expect(applied.at(-1)).toEqual({ f: { sha256: '3' } });
  });
});
