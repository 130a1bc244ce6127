/** The shared executor cases, over real workers and the embedded model. */
import { ISOBATH_DEPTH_TINY } from '../engine/models/isobath-depth-tiny.ts';
import { describeExecutor } from '../scheduling/executor.cases.ts';
import { createWebWorkerPool } from './web-worker-pool.ts';
import { spawnInferenceWorker } from './web-worker-slot.ts';

describeExecutor('a pool of web workers', async () => {
  const response = await fetch('/samples/desk.jpg');
  return {
    executor: createWebWorkerPool({
      choice: {
        workers: 2,
        config: { executionProvider: 'wasm', threads: 1, allowFallbackAdapter: false },
      },
      taskTimeoutMs: 60_000,
      spawnWorker: spawnInferenceWorker,
      takeEarlyWorker: () => null,
      selfTester: { check: async () => undefined },
    }),
    goodSource: await response.blob(),
    badSource: new Blob(['no picture']),
    makeRequest: (taskId, source) => ({
      taskId,
      source,
      pipelines: [
        {
          pipeline: 'depth-estimation',
          model: ISOBATH_DEPTH_TINY,
          variant: 'fp32',
          options: { detailPx: 128, maxLongSidePx: null },
        },
      ],
    }),
  };
});
