/** Results, near and far: those of this session in memory, all that fit in the cache on disk. */
import type { InferenceResult } from '../engine/api.ts';
import type { Clock } from '../scheduling/clock.ts';
import type { ResultKey } from './inference-client.types.ts';
import type { ResultCache } from './result-cache.ts';
import type { ResultHeader } from './result-codec.ts';
import type { ResultMemory } from './result-memory.ts';

/** "Done" promises that a reload finds the map in the cache, but not at any price. */
const MAX_STORE_WAIT_MS = 1000;

export interface ResultStoreOptions {
  readonly memory: ResultMemory;
  readonly cache: Pick<ResultCache, 'lookUp' | 'get' | 'touch' | 'put' | 'clear'>;
  readonly clock: Clock;
}

export interface ResultStore {
  /** What is in memory. */
  recall(key: ResultKey): InferenceResult | null;
  /** In the order of `keys`; null for misses. One question to the disk for all of them, none where memory has all. */
  lookUp(keys: readonly ResultKey[]): Promise<readonly (ResultHeader | InferenceResult | null)[]>;
  /** Null: evicted, cleared or damaged. */
  get(key: ResultKey): Promise<InferenceResult | null>;
  /** Resolves when the result is safe from a reload, or when the disk is too slow to wait for. */
  keep(key: ResultKey, result: InferenceResult): Promise<void>;
  clear(): Promise<void>;
}

export function createResultStore({ memory, cache, clock }: ResultStoreOptions): ResultStore {
  return {
    recall(key) {
      const near = memory.get(key);
      if (near) cache.touch([key]);
      return near;
    },
    async lookUp(keys) {
      const near = keys.map((key) => memory.get(key));
      const farKeys = keys.filter((_, index) => near[index] === null);
      cache.touch(keys.filter((_, index) => near[index] !== null));
      const headers = farKeys.length > 0 ? await cache.lookUp(farKeys) : [];
      const far = new Map(farKeys.map((key, index) => [key, headers[index] ?? null]));
      return keys.map((key, index) => near[index] ?? far.get(key) ?? null);
    },
    async get(key) {
      cache.touch([key]);
      const near = memory.get(key);
      if (near) return near;
      const far = await cache.get(key);
      if (far) memory.put(key, far);
      return far;
    },
    keep(key, result) {
      memory.put(key, result);
      return new Promise((resolve) => {
        const cancelTimer = clock.setTimer(resolve, MAX_STORE_WAIT_MS);
        void cache.put(key, result).then(() => {
          cancelTimer();
          resolve();
        });
      });
    },
    async clear() {
      memory.clear();
      await cache.clear();
    },
  };
}
