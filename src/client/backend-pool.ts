/** The pool for one choice of the backend: its workers, and where it pays one more with all threads for a picture alone. */
import type { Pool, PoolOptions } from '../scheduling/pool.types.ts';
import { createSoloPool } from '../scheduling/solo-pool.ts';
import type { BackendChoice } from './backend-choice.ts';
import type { EarlyStart } from './early-start.ts';
import type { ClientEnvironment } from './inference-client-options.ts';
import { makeWarmUpRequest } from './warm-up-picture.ts';
import { createWebWorkerPool } from './web-worker-pool.ts';
import type { SelfTester } from './web-worker-slot.ts';

export interface BackendPoolOptions
  extends
    Pick<ClientEnvironment, 'spawnWorker' | 'takeEarlyWorker' | 'clock' | 'profile' | 'onPoolHeap'>,
    Pick<PoolOptions<Blob>, 'onChange' | 'onSlotLost'> {
  readonly selfTester: SelfTester;
}

export function createBackendPool(
  choice: BackendChoice,
  taskTimeoutMs: number,
  options: BackendPoolOptions,
): Pool<Blob> {
  const { spawnWorker, selfTester, clock, onChange, onSlotLost } = options;

  const open = (
    part: Pick<BackendChoice, 'config' | 'workers'>,
    takeEarlyWorker: EarlyStart['takeWorker'],
  ): Pool<Blob> =>
    createWebWorkerPool({
      choice: part,
      taskTimeoutMs,
      spawnWorker,
      takeEarlyWorker,
      selfTester,
      clock,
      onChange,
      onSlotLost,
      onHeap: ({ models: [model, ...others], heapBytes }, poolBytes) => {
        options.onPoolHeap(part, poolBytes);
        // A heap that models share says nothing of one; on WebGPU most of the memory is elsewhere.
        const isItsOwn = others.length === 0 && choice.config.executionProvider === 'wasm';
        if (model && isItsOwn) options.profile.setHeap(model, heapBytes);
      },
    });

  const main = open(choice, options.takeEarlyWorker);
  if (choice.soloThreads === 1) return main;
  const config = { ...choice.config, threads: choice.soloThreads };
  return createSoloPool({
    main,
    openSolo: () => open({ config, workers: 1 }, () => null),
    toWarmUp: ({ pipelines }) => makeWarmUpRequest(pipelines),
    clock,
  });
}
