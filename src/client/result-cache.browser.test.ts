/** The result cache over the browser's real IndexedDB. */
import { deleteDB, openDB } from 'idb';
import { afterEach, describe, expect, it } from 'vitest';
import type { InferenceResult, LabelsResult } from '../engine/api.ts';
import { systemClock } from '../scheduling/clock.ts';
import { makeFakeResult } from '../scheduling/fake-slot.ts';
import { createResultCache, type CacheTrouble, type ResultCacheOptions } from './result-cache.ts';

let nameCount = 0;
const opened: { readonly name: string; close(): void }[] = [];

function open(change: Partial<ResultCacheOptions> = {}) {
  nameCount += 1;
  const name = change.name ?? `result-cache-test-${Date.now()}-${nameCount}`;
  const troubles: CacheTrouble[] = [];
  let nowMs = 0;
  const cache = createResultCache({
    indexedDB,
    name,
    budgetBytes: 1_000_000,
    // Every use is later than the one before.
    now: () => (nowMs += 1),
    onChange: () => undefined,
    isMoreComing: () => false,
    clock: systemClock,
    onTrouble: (trouble) => troubles.push(trouble),
    ...change,
  });
  opened.push({ name, close: cache.close });
  return { cache, name, troubles };
}

afterEach(async () => {
  const names = new Set(opened.map(({ name }) => name));
  for (const { close } of opened.splice(0)) close();
  for (const name of names) await deleteDB(name);
});

/** `count` float values; 4 bytes each. */
function makeMap(count: number, first = 0): InferenceResult {
  const disparity = Float32Array.from({ length: count }, (_, index) => first + index / 3);
  return { ...makeFakeResult(), widthPx: count, heightPx: 1, disparity };
}

/** Which of the keys are stored, as seen by a header look-up. */
async function storedKeys(cache: { lookUp: ReturnType<typeof open>['cache']['lookUp'] }, keys: string[]) {
  const headers = await cache.lookUp(keys);
  return keys.filter((_, index) => headers[index] !== null);
}

describe('what was put', () => {
  it('comes back to the bit, in another session too', async () => {
    const { cache, name } = open();
    const special = makeMap(6);
    if (special.kind === 'disparity') special.disparity.set([-0, 1e-42, Infinity, -3.4e38, 0.1]);
    await cache.put('key', special);
    const later = open({ name }).cache;
    expect(await later.get('key')).toEqual(special);
    const [header] = await later.lookUp(['key']);
    expect(header).toMatchObject({ kind: 'disparity', widthPx: 6, provenance: special.provenance });
    expect(header).not.toHaveProperty('disparity');
  });

  it('may be labels with people, or metres', async () => {
    const { cache } = open();
    const { disparity, ...base } = makeFakeResult();
    const labels: LabelsResult = {
      ...base,
      kind: 'labels',
      pipeline: 'human-parsing',
      labelSet: 'atr-18',
      labels: ['Background', 'Hat'],
      labelsU8: new Uint8Array([0, 1]),
      instancesU16: new Uint16Array([0, 300]),
      arePeopleEstimated: true,
      people: [{ score: null, box: { x: 1, y: 0, width: 1, height: 1 } }],
    };
    const metric: InferenceResult = {
      ...base,
      kind: 'metric-depth',
      depthM: disparity,
      focalLengthPx: 512.5,
    };
    const semantic: LabelsResult = { ...labels, instancesU16: null, people: [] };
    await cache.put('labels', labels);
    await cache.put('metric', metric);
    await cache.put('semantic', semantic);
    expect(await cache.get('labels')).toEqual(labels);
    expect(await cache.get('metric')).toEqual(metric);
    expect(await cache.get('semantic')).toEqual(semantic);
  });

  it('is counted once, however often it is put', async () => {
    const { cache } = open();
    for (let round = 0; round < 3; round += 1) await cache.put('key', makeMap(100));
    expect(cache.getStatus()).toMatchObject({ state: 'ready', sizeBytes: 400, entryCount: 1 });
  });
});

describe('the budget', () => {
  it('evicts what was used longest ago', async () => {
    const { cache } = open({ budgetBytes: 1200 });
    for (const key of ['a', 'b', 'c']) await cache.put(key, makeMap(100));
    // Seen again: no longer the oldest. The reading below waits behind it.
    await cache.lookUp(['a']);
    await cache.put('d', makeMap(100));
    expect(await storedKeys(cache, ['a', 'b', 'c', 'd'])).toEqual(['a', 'c', 'd']);
    expect(cache.getStatus()).toMatchObject({ sizeBytes: 1200, entryCount: 3 });
    expect(await cache.get('b')).toBeNull();
  });

  it('does not store what is larger than all of it', async () => {
    const { cache } = open({ budgetBytes: 1200 });
    await cache.put('small', makeMap(100));
    await cache.put('huge', makeMap(1000));
    expect(await storedKeys(cache, ['small', 'huge'])).toEqual(['small']);
  });

  it('holds for results that are written together, the newest of each key', async () => {
    let left = 5;
    const { cache } = open({ budgetBytes: 1200, isMoreComing: () => (left -= 1) > 0 });
    await cache.put('first', makeMap(100));
    await Promise.all(['a', 'b', 'c', 'b'].map((key, round) => cache.put(key, makeMap(100, round))));
    expect(await storedKeys(cache, ['first', 'a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
    expect(cache.getStatus()).toMatchObject({ sizeBytes: 1200, entryCount: 3 });
    expect(await cache.get('b')).toEqual(makeMap(100, 3));
  });

  it('takes effect at once when it is lowered', async () => {
    const { cache } = open();
    for (const key of ['a', 'b', 'c']) await cache.put(key, makeMap(100));
    await cache.setBudget(400);
    expect(await storedKeys(cache, ['a', 'b', 'c'])).toEqual(['c']);
    expect(cache.getStatus()).toMatchObject({ sizeBytes: 400, entryCount: 1, budgetBytes: 400 });
  });

  it('is kept by two tabs together', async () => {
    const { cache: one, name } = open({ budgetBytes: 1200 });
    const { cache: two } = open({ budgetBytes: 1200, name });
    await Promise.all([
      ...['a', 'b', 'c'].map((key) => one.put(key, makeMap(100))),
      ...['d', 'e', 'f'].map((key) => two.put(key, makeMap(100))),
    ]);
    expect(await storedKeys(one, ['a', 'b', 'c', 'd', 'e', 'f'])).toHaveLength(3);
    const { cache: three } = open({ budgetBytes: 1200, name });
    await three.ready();
    expect(three.getStatus()).toMatchObject({ sizeBytes: 1200, entryCount: 3 });
  });

  it('is free again after clearing', async () => {
    const { cache, name } = open();
    await cache.put('a', makeMap(100));
    await cache.clear();
    expect(cache.getStatus()).toMatchObject({ sizeBytes: 0, entryCount: 0 });
    expect(await cache.get('a')).toBeNull();
    const { cache: later } = open({ name });
    await later.ready();
    expect(later.getStatus()).toMatchObject({ sizeBytes: 0, entryCount: 0 });
  });
});

describe('trouble', () => {
  /** Damages what is stored, as a crash of the browser or a bug may. */
  async function damage(name: string, store: 'entries' | 'maps', value: unknown): Promise<void> {
    const db = await openDB(name);
    if (store === 'maps') await db.put(store, value, 'key');
    else await db.put(store, value);
    db.close();
  }

  it.each([
    ['a map of the wrong length', 'maps', [new ArrayBuffer(12)]],
    ['a map with other bytes', 'maps', [new ArrayBuffer(400)]],
    ['no map at all', 'maps', 'garbage'],
    ['a header that is none', 'entries', { key: 'key', header: { kind: 'soup' }, lastUsedAtMs: 1 }],
  ] as const)('%s is a miss, is removed and is said', async (_, store, value) => {
    const { cache, name, troubles } = open();
    await cache.put('key', makeMap(100));
    await damage(name, store, value);
    expect(await cache.get('key')).toBeNull();
    expect(troubles).toEqual(['cache-corrupt-entry']);
    expect(await cache.get('key')).toBeNull();
    expect(troubles).toHaveLength(1);
    expect(cache.getStatus()).toMatchObject({ state: 'ready', sizeBytes: 0, entryCount: 0 });
    await cache.put('key', makeMap(100, 5));
    expect(await cache.get('key')).toEqual(makeMap(100, 5));
  });

  it('a damaged header does not spoil the look-up of others', async () => {
    const { cache, name, troubles } = open();
    await cache.put('good', makeMap(100));
    await damage(name, 'entries', { key: 'key', sizeBytes: 'many' });
    expect(await storedKeys(cache, ['key', 'good'])).toEqual(['good']);
    expect(troubles).toEqual(['cache-corrupt-entry']);
  });

  it('a damaged header does not spoil the totals when it is written over', async () => {
    const { cache, name } = open({ budgetBytes: 1200 });
    await cache.put('good', makeMap(100));
    await damage(name, 'entries', { key: 'key', lastUsedAtMs: 1 });
    await cache.put('key', makeMap(100));
    await cache.put('last', makeMap(200));
    expect(cache.getStatus().sizeBytes).toBe(1200);
    expect(await storedKeys(cache, ['good', 'key', 'last'])).toEqual(['key', 'last']);
  });

  it('without IndexedDB everything is a miss, and it is said', async () => {
    const { cache, troubles } = open({ indexedDB: undefined });
    await cache.put('key', makeMap(100));
    expect(await cache.get('key')).toBeNull();
    expect(await cache.lookUp(['key'])).toEqual([null]);
    expect(cache.getStatus()).toMatchObject({ state: 'unavailable', sizeBytes: 0 });
    expect(troubles).toEqual(['cache-unavailable']);
  });

  it('a database that refuses to open is the same', async () => {
    const refusing = Object.create(indexedDB, {
      open: {
        value: () => {
          throw new DOMException('private window', 'SecurityError');
        },
      },
    }) as IDBFactory;
    const { cache, troubles } = open({ indexedDB: refusing });
    await cache.ready();
    expect(cache.getStatus().state).toBe('unavailable');
    expect(troubles).toEqual(['cache-unavailable']);
  });

  it('a full disk is said, and what is stored stays readable', async () => {
    const { cache, troubles } = open();
    await cache.put('key', makeMap(100));
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function refuse(this: IDBObjectStore, ...args: Parameters<typeof put>) {
      if (this.name === 'maps') throw new DOMException('full', 'QuotaExceededError');
      return put.apply(this, args);
    };
    try {
      await cache.put('more', makeMap(100));
    } finally {
      IDBObjectStore.prototype.put = put;
    }
    expect(troubles).toEqual(['cache-full']);
    expect(cache.getStatus()).toMatchObject({ state: 'ready', sizeBytes: 400, entryCount: 1 });
    expect(await cache.get('key')).toEqual(makeMap(100));
  });

  it('lets another tab delete the database, and goes on with a new one', async () => {
    const { cache, name, troubles } = open();
    await cache.put('key', makeMap(100));
    await deleteDB(name);
    expect(await cache.get('key')).toBeNull();
    await cache.put('key', makeMap(100));
    expect(await cache.get('key')).toEqual(makeMap(100));
    expect(troubles).toEqual([]);
    expect(cache.getStatus()).toMatchObject({ sizeBytes: 400, entryCount: 1 });
  });
});
