import { describe, expect, it } from 'vitest';
import { makeFakeResult } from '../scheduling/fake-slot.ts';
import { createResultMemory } from './result-memory.ts';

/** Each fake result has 8 bytes. */
describe('the result memory', () => {
  it('drops what was used longest ago when its bytes are full', () => {
    const memory = createResultMemory(16);
    memory.put('a', makeFakeResult());
    memory.put('b', makeFakeResult());
    expect(memory.get('a')).not.toBeNull();
    memory.put('c', makeFakeResult());
    expect([memory.get('a') !== null, memory.get('b'), memory.get('c') !== null]).toEqual([true, null, true]);
  });

  it('keeps the newest, whatever its size', () => {
    const memory = createResultMemory(4);
    memory.put('a', makeFakeResult([1, 2]));
    memory.put('b', makeFakeResult([3, 4]));
    expect(memory.get('a')).toBeNull();
    expect(memory.get('b')).toEqual(makeFakeResult([3, 4]));
  });

  it('counts a replaced result once', () => {
    const memory = createResultMemory(16);
    for (let round = 0; round < 10; round += 1) memory.put('a', makeFakeResult());
    memory.put('b', makeFakeResult());
    expect(memory.get('a')).not.toBeNull();
  });
});
