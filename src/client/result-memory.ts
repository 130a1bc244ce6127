/** The results of this session that are nearest: least recently used out, bounded in bytes. */
import type { InferenceResult } from '../engine/api.ts';
import type { ResultKey } from './inference-client.types.ts';
import { resultSizeBytes } from './result-codec.ts';

export interface ResultMemory {
  /** Marks it as just used. */
  get(key: ResultKey): InferenceResult | null;
  /** The newest one is always kept, whatever its size. */
  put(key: ResultKey, result: InferenceResult): void;
  clear(): void;
}

export function createResultMemory(budgetBytes: number): ResultMemory {
  // A Map keeps the order of insertion: the first is the least recently used.
  const results = new Map<ResultKey, InferenceResult>();
  let sizeBytes = 0;

  function remove(key: ResultKey): void {
    const result = results.get(key);
    if (!result) return;
    results.delete(key);
    sizeBytes -= resultSizeBytes(result);
  }

  return {
    get(key) {
      const result = results.get(key);
      if (!result) return null;
      results.delete(key);
      results.set(key, result);
      return result;
    },
    put(key, result) {
      remove(key);
      results.set(key, result);
      sizeBytes += resultSizeBytes(result);
      for (const oldest of results.keys()) {
        if (sizeBytes <= budgetBytes || oldest === key) break;
        remove(oldest);
      }
    },
    clear() {
      results.clear();
      sizeBytes = 0;
    },
  };
}
