/** A lane of the live worker: an inference worker of its own, over Comlink. */
import { proxy, releaseProxy, wrap } from 'comlink';
import type { Capabilities, EngineEvent, Reply, SlotConfig } from '../engine/api.ts';
import { EngineError, fromWireError } from '../engine/errors.ts';
import type { Lane, LaneSpawn } from '../live/lanes.ts';
import type { InferenceWorkerApi } from './worker-api.ts';

function unwrap<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.value;
  throw fromWireError(reply.error);
}

/** @param spawnWorker the inference worker; bundlers want the URL at the place of the call */
export function createLaneSpawn(slot: SlotConfig, spawnWorker: () => Worker): LaneSpawn {
  return (onProgress): Lane => {
    const worker = spawnWorker();
    const remote = wrap<InferenceWorkerApi>(worker);
    let capabilities: Capabilities | null = null;
    let taskCount = 0;
    let isOver = false;
    let reject: (error: Error) => void = () => undefined;
    const death = new Promise<never>((_, rejectDeath) => (reject = rejectDeath));
    death.catch(() => undefined);

    const end = (error: Error) => {
      if (isOver) return;
      isOver = true;
      reject(error);
      remote[releaseProxy]();
      worker.terminate();
    };
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      const code = capabilities === null ? 'WORKER_START_FAILED' : 'WORKER_CRASHED';
      end(new EngineError(code, `An inference worker died: ${event.message || 'no message'}`));
    });
    worker.addEventListener('messageerror', () =>
      end(new EngineError('WORKER_CRASHED', 'A message of an inference worker could not be read')),
    );

    const onEvent = (event: EngineEvent) => {
      if (event.type === 'progress' && event.stage === 'load') onProgress(event.fraction);
      if (event.type === 'device-lost') end(new EngineError('EXECUTION_PROVIDER_FAILED', event.reason));
    };
    const connected = remote.connect(slot, proxy(onEvent)).then((reply) => unwrap(reply));
    connected.catch(() => undefined);

    return {
      async run(image, request) {
        capabilities ??= await Promise.race([connected, death]);
        taskCount += 1;
        const replies = unwrap(
          await Promise.race([
            remote.run({ taskId: `live-${taskCount}`, source: image, pipelines: [request] }),
            death,
          ]),
        );
        const [reply] = replies;
        if (reply === undefined)
          throw new EngineError('INTERNAL', 'The worker gave no reply for the pipeline');
        return unwrap(reply);
      },
      getCapabilities: () => capabilities,
      dispose: () => end(new EngineError('WORKER_CRASHED', 'The lane was closed')),
    };
  };
}
