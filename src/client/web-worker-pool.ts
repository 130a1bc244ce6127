/** The pool over Web Workers: an {@link Executor} on this device. */
import { systemClock, type Clock } from '../scheduling/clock.ts';
import { createPool, type Pool, type PoolOptions } from '../scheduling/pool.ts';
import type { BackendChoice } from './backend-choice.ts';
import { createWebWorkerSpawn, type SelfTester, type SpawnWorker } from './web-worker-slot.ts';

/** Script, runtime and adapter; the runtime's megabytes come later, while the first model loads. */
const CONNECT_TIMEOUT_MS = 60_000;
/** Silence while a model loads: a stuck thread start (WebKit), not a slow network, which reports progress. */
const LOAD_STALL_MS = 120_000;
const MAX_RUNS_PER_SLOT = 1000;

export interface WebWorkerPoolOptions extends Pick<
  PoolOptions<Blob>,
  'taskTimeoutMs' | 'onChange' | 'onSlotLost'
> {
  readonly choice: Pick<BackendChoice, 'config' | 'workers'>;
  readonly spawnWorker: SpawnWorker;
  readonly selfTester: SelfTester;
  readonly clock?: Clock;
}

/** No worker starts before the first request. */
export function createWebWorkerPool(options: WebWorkerPoolOptions): Pool<Blob> {
  const { choice, spawnWorker, selfTester, clock = systemClock } = options;
  return createPool<Blob>({
    size: choice.workers,
    spawn: createWebWorkerSpawn(choice.config, spawnWorker, selfTester),
    clock,
    taskTimeoutMs: options.taskTimeoutMs,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    loadStallMs: LOAD_STALL_MS,
    maxRunsPerSlot: MAX_RUNS_PER_SLOT,
    onChange: options.onChange,
    onSlotLost: options.onSlotLost,
  });
}
