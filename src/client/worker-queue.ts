/** A lazily started worker and the calls that wait for it: one at a time, in order, urgent ones first. */
import { releaseProxy, wrap, type Remote } from 'comlink';
import type { Reply } from '../engine/api.ts';
import { EngineError, fromWireError } from '../engine/errors.ts';

interface CallOptions<Api, T> {
  readonly signal: AbortSignal;
  /** Before all calls that are not. */
  readonly isUrgent?: boolean;
  /** Needs nothing of earlier calls: it is made once more where the worker crashes on it. */
  readonly isRepeatable?: boolean;
  /** The call was aborted while it ran: tells the worker to stop, where it can. */
  readonly onAbort?: (api: Remote<Api>) => unknown;
  /** Releases a value that arrives after its caller has gone. */
  readonly onUnwanted?: (value: T) => void;
}

export interface WorkerQueue<Api> {
  /**
   * Calls the worker when it is free. An abort rejects at once with `signal.reason`; a call that runs already keeps
   * the worker busy until it ends. Throws what the worker replies; QUEUE_FULL; WORKER_CRASHED (`details.work` is `file`),
   * after which the next call starts a new worker; WORKER_START_FAILED.
   */
  run<T>(call: (api: Remote<Api>) => Promise<Reply<T>>, options: CallOptions<Api, T>): Promise<T>;
  /** Starts the worker before its first call. */
  prepare(): void;
  /** Tells a running worker something at once, past all calls. Nothing happens where none runs. */
  post(message: (api: Remote<Api>) => unknown): void;
  /** Terminates the worker; waiting and running calls are rejected as aborted. */
  dispose(): void;
}

export interface WorkerQueueOptions<Api> {
  spawn(): Worker;
  /** Calls that may wait. */
  readonly limit: number;
  /** Once per worker, before its first call. */
  readonly onStart?: (api: Remote<Api>) => Promise<unknown>;
}

interface RunningWorker<Api> {
  readonly api: Remote<Api>;
  /** Rejects when the worker dies or is stopped. */
  readonly death: Promise<never>;
  stop(reason: unknown): void;
}

interface Entry {
  readonly isUrgent: boolean;
  start(): Promise<void>;
  reject(error: unknown): void;
}

function startWorker<Api>(
  { spawn, onStart }: WorkerQueueOptions<Api>,
  onStopped: () => void,
): RunningWorker<Api> {
  const worker = spawn();
  const api = wrap<Api>(worker);
  const listeners = new AbortController();
  const { signal } = listeners;
  let reject: (reason: unknown) => void = () => {};
  const death = new Promise<never>((_, rejectDeath) => (reject = rejectDeath));
  let hasAnswered = false;
  const stop = (reason: unknown) => {
    if (signal.aborted) return;
    listeners.abort();
    api[releaseProxy]();
    worker.terminate();
    onStopped();
    reject(reason);
  };
  const onDeath = (event: Event) => {
    event.preventDefault();
    const what = event instanceof ErrorEvent && event.message !== '' ? event.message : event.type;
    stop(
      hasAnswered
        ? new EngineError('WORKER_CRASHED', `The worker crashed: ${what}`, { details: { work: 'file' } })
        : new EngineError('WORKER_START_FAILED', `The worker did not start: ${what}`),
    );
  };
  worker.addEventListener('error', onDeath, { signal });
  worker.addEventListener('messageerror', onDeath, { signal });
  worker.addEventListener('message', () => (hasAnswered = true), { signal, once: true });
  // A worker that dies while idle is replaced by the next call; nobody needs to hear of it.
  death.catch(() => {});
  onStart?.(api).catch(() => {});
  return { api, death, stop };
}

/** A queue in front of one worker that speaks `Api` (each method gives a {@link Reply}). */
export function createWorkerQueue<Api>(options: WorkerQueueOptions<Api>): WorkerQueue<Api> {
  const waiting: Entry[] = [];
  const lifetime = new AbortController();
  let running: RunningWorker<Api> | null = null;
  let isBusy = false;

  function useWorker(): RunningWorker<Api> {
    running ??= startWorker(options, () => (running = null));
    return running;
  }

  async function startNext(): Promise<void> {
    if (isBusy || lifetime.signal.aborted) return;
    const urgent = waiting.findIndex((entry) => entry.isUrgent);
    const [entry] = waiting.splice(Math.max(0, urgent), 1);
    if (entry === undefined) return;
    isBusy = true;
    await entry.start();
    isBusy = false;
    void startNext();
  }

  function enqueue<T>(
    call: (api: Remote<Api>) => Promise<Reply<T>>,
    { isUrgent = false, onAbort, onUnwanted, signal }: CallOptions<Api, T>,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let isRunning = false;
      const abort = () => {
        const index = waiting.indexOf(entry);
        if (index >= 0) waiting.splice(index, 1);
        if (isRunning && running !== null) onAbort?.(running.api);
        reject(signal.reason);
      };
      const settle = (finish: () => void) => {
        signal.removeEventListener('abort', abort);
        finish();
      };
      const entry: Entry = {
        isUrgent,
        reject: (error) => settle(() => reject(error)),
        async start() {
          isRunning = true;
          try {
            const { api, death } = useWorker();
            const reply = await Promise.race([call(api), death]);
            if (!reply.ok) throw fromWireError(reply.error);
            if (signal.aborted || lifetime.signal.aborted) onUnwanted?.(reply.value);
            settle(() => resolve(reply.value));
          } catch (error) {
            settle(() => reject(error));
          }
        },
      };
      signal.addEventListener('abort', abort);
      waiting.push(entry);
      void startNext();
    });
  }

  return {
    async run(call, callOptions) {
      callOptions.signal.throwIfAborted();
      lifetime.signal.throwIfAborted();
      if (waiting.length >= options.limit) {
        throw new EngineError('QUEUE_FULL', `${options.limit} calls are waiting`, {
          details: { limit: options.limit },
        });
      }
      try {
        return await enqueue(call, callOptions);
      } catch (error) {
        const isCrash = error instanceof EngineError && error.code === 'WORKER_CRASHED';
        if (!isCrash || callOptions.isRepeatable !== true || callOptions.signal.aborted) throw error;
        return enqueue(call, callOptions);
      }
    },
    prepare() {
      if (!lifetime.signal.aborted) useWorker();
    },
    post(message) {
      if (running !== null) message(running.api);
    },
    dispose() {
      lifetime.abort(new DOMException('The client was disposed', 'AbortError'));
      for (const entry of waiting.splice(0)) entry.reject(lifetime.signal.reason);
      running?.stop(lifetime.signal.reason);
    },
  };
}
