/** The pool over Web Workers: an {@link Executor} on this device. */
import { systemClock, type Clock } from '../scheduling/clock.ts';
import { createPool } from '../scheduling/pool.ts';
import type { Pool, PoolOptions } from '../scheduling/pool.types.ts';
import type { BackendChoice } from './backend-choice.ts';
import { createWebWorkerSpawn, type WebWorkerSpawnOptions } from './web-worker-slot.ts';

/** Script, runtime and adapter; the runtime's megabytes come later, while the first model loads. */
const CONNECT_TIMEOUT_MS = 60_000;
/** Silence while a model loads: a stuck thread start (WebKit), not a slow network, which reports progress. */
const LOAD_STALL_MS = 120_000;
const MAX_RUNS_PER_SLOT = 1000;

export interface WebWorkerPoolOptions
  extends
    Pick<PoolOptions<Blob>, 'taskTimeoutMs' | 'onChange' | 'onSlotLost' | 'onHeap'>,
    Omit<WebWorkerSpawnOptions, 'config'> {
  readonly choice: Pick<BackendChoice, 'config' | 'workers'>;
  readonly clock?: Clock;
}

/** No worker starts before the first request. */
export function createWebWorkerPool(options: WebWorkerPoolOptions): Pool<Blob> {
  const { choice, spawnWorker, takeEarlyWorker, selfTester, clock = systemClock } = options;
  return createPool<Blob>({
    size: choice.workers,
    spawn: createWebWorkerSpawn({ config: choice.config, spawnWorker, takeEarlyWorker, selfTester }),
    clock,
    taskTimeoutMs: options.taskTimeoutMs,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    loadStallMs: LOAD_STALL_MS,
    maxRunsPerSlot: MAX_RUNS_PER_SLOT,
    onChange: options.onChange,
    onSlotLost: options.onSlotLost,
    onHeap: options.onHeap,
  });
}
