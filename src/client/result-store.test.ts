import { describe, expect, it } from 'vitest';
import type { DisparityResult, InferenceResult } from '../engine/api.ts';
import { createFakeClock, flushPromises } from '../scheduling/fake-clock.ts';
import { makeFakeResult } from '../scheduling/fake-slot.ts';
import { createResultMemory } from './result-memory.ts';
import { createResultStore, type ResultStoreOptions } from './result-store.ts';

const [A, B] = [makeFakeResult([1, 2]), makeFakeResult([3, 4])];

/** The disk, without one: Node has no IndexedDB. */
function setUp(stored: Readonly<Record<string, DisparityResult>> = {}) {
  const disk = new Map<string, InferenceResult>(Object.entries(stored));
  const asked: string[] = [];
  let isSlow = false;
  const cache: ResultStoreOptions['cache'] = {
    lookUp: async (keys) => {
      asked.push(`look up ${keys.join('+')}`);
      return keys.map((key) => stored[key] ?? null);
    },
    get: async (key) => {
      asked.push(`get ${key}`);
      return disk.get(key) ?? null;
    },
    touch: (keys) => keys.length > 0 && asked.push(`touch ${keys.join('+')}`),
    put: async (key, result) => {
      if (isSlow) await new Promise(() => undefined);
      disk.set(key, result);
    },
    clear: async () => disk.clear(),
  };
  const clock = createFakeClock();
  const store = createResultStore({ memory: createResultMemory(1024), cache, clock });
  return { store, asked, disk, clock, slowDown: () => (isSlow = true) };
}

describe('results near and far', () => {
  it('are looked up together, on disk only what memory has not', async () => {
    const { store, asked } = setUp({ far: B });
    await store.keep('near', A);
    expect(await store.lookUp(['far', 'near', 'nowhere'])).toEqual([B, A, null]);
    expect(asked).toEqual(['touch near', 'look up far+nowhere']);
    asked.length = 0;
    await store.lookUp(['near']);
    expect(asked).toEqual(['touch near']);
  });

  it('are read from disk once', async () => {
    const { store, asked } = setUp({ far: B });
    expect(await store.get('far')).toBe(B);
    expect(await store.get('far')).toBe(B);
    expect(await store.get('nowhere')).toBeNull();
    expect(asked).toEqual(['touch far', 'get far', 'touch far', 'touch nowhere', 'get nowhere']);
  });

  it('are kept when they are on disk, or when that takes too long', async () => {
    const { store, disk, clock, slowDown } = setUp();
    await store.keep('a', A);
    expect([...disk.keys()]).toEqual(['a']);
    expect(clock.timerCount()).toBe(0);
    slowDown();
    let isKept = false;
    void store.keep('b', B).then(() => (isKept = true));
    await flushPromises();
    expect(isKept).toBe(false);
    clock.advance(1000);
    await flushPromises();
    expect(isKept).toBe(true);
    expect(await store.get('b')).toBe(B);
  });

  it('are gone from both when they are cleared', async () => {
    const { store } = setUp({ far: B });
    await store.keep('near', A);
    await store.clear();
    expect([await store.get('near'), await store.get('far')]).toEqual([null, null]);
  });
});
