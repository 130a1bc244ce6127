import type { TaskId } from '../engine/api.ts';
import { fromWireError } from '../engine/errors.ts';
import type { InferenceClient, ResultSummary } from './inference-client.types.ts';

/** Waits for a task's end. Throws its error; an abort rejects with `signal.reason`. */
export function settleTask(
  client: Pick<InferenceClient, 'getSnapshot' | 'subscribe'>,
  taskId: TaskId,
  signal: AbortSignal,
): Promise<ResultSummary> {
  return new Promise((resolve, reject) => {
    const end = (settleWith: () => void): void => {
      unsubscribe();
      signal.removeEventListener('abort', onAbort);
      settleWith();
    };
    const onAbort = (): void => end(() => reject(signal.reason as Error));
    const look = (): void => {
      const task = client.getSnapshot().tasks.get(taskId);
      if (task?.state === 'done') end(() => resolve(task.summary));
      if (task?.state === 'failed') end(() => reject(fromWireError(task.error)));
      if (task?.state === 'cancelled') end(() => reject(new DOMException('cancelled', 'AbortError')));
    };
    const unsubscribe = client.subscribe(look);
    signal.addEventListener('abort', onAbort);
    look();
  });
}
