import { describe, expect, it, vi } from 'vitest';
import { EngineError } from '../../engine/errors.ts';
import type { LibraryImage } from '../stores/library-store.ts';
import { createCancelledJournal } from './cancelled-journal.ts';
import { createLibraryPersistence, type PersistenceProblem } from './library-persistence.ts';
import type { LibraryStorage } from './library-storage.ts';

const image: LibraryImage = {
  id: 'a',
  name: 'a.jpg',
  source: new Blob(['a']),
  addedAtMs: 1,
  sha256: null,
  widthPx: null,
  heightPx: null,
  thumbnail: null,
  hints: [],
  isSample: false,
  outcome: { state: 'open' },
};

function createMemoryStorage(change: Partial<LibraryStorage> = {}): LibraryStorage & { ids: Set<string> } {
  const ids = new Set<string>();
  return {
    ids,
    readAll: async () => [...ids].map((id) => ({ ...image, id })),
    put: async (images) => {
      for (const { id } of images) ids.add(id);
      return [];
    },
    update: async () => undefined,
    remove: async (gone) => {
      for (const id of gone) ids.delete(id);
    },
    clear: async () => ids.clear(),
    adopt: (images) => images.forEach(({ id }) => ids.add(id)),
    forget: (gone) => gone.forEach((id) => ids.delete(id)),
    measure: () => ({ count: ids.size, sizeBytes: ids.size }),
    close: () => undefined,
    ...change,
  };
}

const NOT_SET = () => {};

describe('library persistence', () => {
  it('remembers a cancelled picture also when the page goes away before the write is done', async () => {
    const items = new Map<string, string>();
    const journal = createCancelledJournal({
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => void items.set(key, value),
      removeItem: (key) => void items.delete(key),
    });
    const storage = createMemoryStorage({ update: () => new Promise(() => undefined) });
    const open = () => Promise.resolve(storage);
    const before = createLibraryPersistence({ isEnabled: true, open, journal, onProblem: () => undefined });
    before.save([image, { ...image, id: 'b' }]);
    await before.measure();
    before.update([{ ...image, outcome: { state: 'cancelled' } }]);
    before.flush();

    const after = createLibraryPersistence({ isEnabled: true, open, journal, onProblem: () => undefined });
    const states = (await after.restore()).map(({ id, outcome }) => [id, outcome.state]);
    expect(states).toEqual([
      ['a', 'cancelled'],
      ['b', 'open'],
    ]);
  });

  it('goes on quietly, with one notice, where storage is blocked', async () => {
    const problems: PersistenceProblem[] = [];
    const persistence = createLibraryPersistence({
      isEnabled: true,
      open: () => Promise.reject(new EngineError('STORAGE_UNAVAILABLE', 'blocked')),
      onProblem: (problem) => problems.push(problem),
    });
    expect(await persistence.restore()).toEqual([]);
    persistence.save([image]);
    persistence.remove(['a']);
    expect(await persistence.measure()).toBeNull();
    expect(problems).toEqual(['unavailable']);
  });

  it('starts without what was kept where storage never answers, and closes it when it does after all', async () => {
    const problems: PersistenceProblem[] = [];
    let giveUp = NOT_SET;
    let isClosed = false;
    let answer: (storage: LibraryStorage) => void = () => undefined;
    const persistence = createLibraryPersistence({
      isEnabled: true,
      setTimer: (callback) => {
        giveUp = callback;
        return () => undefined;
      },
      open: () => new Promise((resolve) => (answer = resolve)),
      onProblem: (problem) => problems.push(problem),
    });
    const restored = persistence.restore();
    await vi.waitFor(() => expect(giveUp).not.toBe(NOT_SET));
    giveUp();
    expect(await restored).toEqual([]);
    expect(problems).toEqual(['unavailable']);
    answer(createMemoryStorage({ close: () => (isClosed = true) }));
    await vi.waitFor(() => expect(isClosed).toBe(true));
  });

  it('says once that pictures had to go', async () => {
    const problems: PersistenceProblem[] = [];
    const storage = createMemoryStorage({
      put: () => Promise.reject(new EngineError('STORAGE_FULL', 'full')),
    });
    const persistence = createLibraryPersistence({
      isEnabled: true,
      open: async () => storage,
      onProblem: (problem) => problems.push(problem),
    });
    persistence.save([image]);
    persistence.save([image]);
    await persistence.measure();
    expect(problems).toEqual(['trimmed']);
  });

  it('keeps nothing while it is off, forgets when it is turned off, starts with what is there when turned on', async () => {
    const storage = createMemoryStorage();
    const persistence = createLibraryPersistence({
      isEnabled: false,
      open: async () => storage,
      onProblem: () => undefined,
    });
    persistence.save([image]);
    await persistence.measure();
    expect(storage.ids.size).toBe(0);
    persistence.setEnabled(true, [image]);
    expect(await persistence.measure()).toEqual({ count: 1, sizeBytes: 1 });
    persistence.setEnabled(false, []);
    expect(await persistence.measure()).toEqual({ count: 0, sizeBytes: 0 });
  });

  it('removes after saving, in the order of the calls', async () => {
    const storage = createMemoryStorage();
    const persistence = createLibraryPersistence({
      isEnabled: true,
      open: async () => storage,
      onProblem: () => undefined,
    });
    persistence.save([image]);
    persistence.remove(['a']);
    expect(await persistence.restore()).toEqual([]);
  });

  it('writes many changes of a picture together, the last one', async () => {
    vi.useFakeTimers();
    const written: (readonly LibraryImage[])[] = [];
    const storage = createMemoryStorage({
      update: async (images) => {
        written.push(images);
      },
    });
    const persistence = createLibraryPersistence({
      isEnabled: true,
      open: async () => storage,
      onProblem: () => undefined,
    });
    persistence.update([{ ...image, sha256: '1' }]);
    persistence.update([{ ...image, sha256: '2' }]);
    vi.runAllTimers();
    vi.useRealTimers();
    await persistence.measure();
    expect(written.map((images) => images.map(({ sha256 }) => sha256))).toEqual([['2']]);
  });
});
